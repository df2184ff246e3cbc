// Our side's sound: a microphone, a test tone, or silence, as G.711 over RTP to core's loopback port.
import type { AudioCodec } from '../../sdp/media.js';
import type { Clock } from '../../system/clock.js';
import { splitDevice } from './audio-playback.js';
import { g711, G711_RATE } from './g711.js';
import type { GStreamer } from './gstreamer.js';
import { LEVEL_INTERVAL_MS, LevelMeter } from './level-meter.js';
import type { ManagedPipeline } from './managed-pipeline.js';
import { Stream } from './stream.js';

/** How our sound is to be sent. */
export interface CaptureTarget {
  codec: AudioCodec;
  /** Packet length, ms. */
  ptime: number;
  /** Loopback port. */
  sendTo: number;
}

export interface AudioCaptureOptions {
  gstreamer: GStreamer;
  clock: Clock;
  /** `alsa:DEVICE`, `test` (440 Hz) or `none` (silence). */
  input: string;
  onError: (message: string) => void;
}

interface CaptureRun extends CaptureTarget {
  /** Silence is sent where there is no microphone: servers and firewalls take a mute phone for a dead one. */
  source: string;
}

export class AudioCapture {
  readonly #stream: Stream<CaptureRun>;
  readonly #meter: LevelMeter;
  readonly #source: string;
  #muted = false;
  #pipeline: ManagedPipeline | null = null;

  constructor(options: AudioCaptureOptions) {
    this.#meter = new LevelMeter(options.clock);
    const [source, device] = splitDevice(options.input);
    this.#source = source;
    this.#stream = new Stream<CaptureRun>({
      gstreamer: options.gstreamer,
      clock: options.clock,
      onError: (message) => options.onError(`no sound from "${options.input}": ${message}`),
      kind: {
        opensDevice: source === 'alsa',
        launch: (run) => captureLaunch(run),
        prepare: (pipeline, run) => {
          const pay = pipeline.element('pay');
          pay['min-ptime'] = pay['max-ptime'] = run.ptime * 1e6;
          pipeline.element('out').port = run.sendTo;
          pipeline.element('volume').mute = this.#muted;
          if (run.source === 'alsa') pipeline.setText('mic', 'device', device);
        },
        started: (pipeline) => {
          this.#pipeline = pipeline;
        },
        stopped: () => {
          this.#pipeline = null;
          this.#meter.reset();
        },
        onMessage: (message) => this.#meter.onMessage(message),
        fallback: (run) => ({ ...run, source: 'none' }),
      },
    });
  }

  /** dBFS RMS of what was sent in the last second; null where nothing is sent. */
  get level(): number | null {
    return this.#meter.value;
  }

  /** Muted, silence is sent: the packets go on. */
  set muted(muted: boolean) {
    this.#muted = muted;
    if (this.#pipeline) this.#pipeline.element('volume').mute = muted;
  }

  /** Gets ready ahead of the first call. */
  prepare(codec: AudioCodec): void {
    this.#stream.prepare({ codec, ptime: 20, sendTo: 9, source: this.#source });
  }

  /** Sends to `target` from now on, null: nowhere. */
  set(target: CaptureTarget | null): Promise<void> {
    return this.#stream.set(target && { ...target, source: this.#source });
  }
}

function captureLaunch({ codec, source }: CaptureRun): string {
  const { coder, rtp, payloadType } = g711[codec];
  // 10 ms at a time
  const generator = `audiotestsrc is-live=true samplesperbuffer=${G711_RATE / 100}`;
  const sources: Record<string, string> = {
    alsa: 'alsasrc name=mic buffer-time=80000 latency-time=10000',
    test: `${generator} freq=440 volume=0.2`,
  };
  return [
    sources[source] ?? `${generator} wave=silence`,
    'audioconvert',
    'audioresample',
    `audio/x-raw,format=S16LE,rate=${G711_RATE},channels=1`,
    'volume name=volume',
    `level interval=${LEVEL_INTERVAL_MS * 1e6}`,
    `${coder}enc`,
    `${rtp}pay name=pay pt=${payloadType}`,
    'udpsink name=out host=127.0.0.1 sync=false async=false',
  ].join(' ! ');
}
