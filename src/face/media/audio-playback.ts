// The far end's sound: G.711 over RTP on a loopback port, to a loudspeaker, a WAV file, or nowhere.
import type { AudioCodec } from '../../sdp/media.js';
import type { CallId } from '../../panel/ports.js';
import type { Clock } from '../../system/clock.js';
import { errorText } from '../../system/errors.js';
import { g711, G711_RATE } from './g711.js';
import type { GStreamer } from './gstreamer.js';
import { LEVEL_INTERVAL_MS, LevelMeter } from './level-meter.js';
import type { ManagedPipeline } from './managed-pipeline.js';
import { Stream } from './stream.js';
import { WavWriter } from './wav-writer.js';

/** What is to be played. */
export interface PlaybackSource {
  call: CallId;
  codec: AudioCodec;
  payloadType: number;
}

export interface AudioPlaybackOptions {
  gstreamer: GStreamer;
  clock: Clock;
  /** `alsa:DEVICE`, `file:PATH` (written anew by each call) or `none`. */
  output: string;
  /** The port has changed; null while no pipeline runs. */
  onPort: (port: number | null) => void;
  onError: (message: string) => void;
}

/** How long a late packet is waited for; what the far end's network may jitter unheard, ms. */
const JITTER_MS = 60;

export class AudioPlayback {
  readonly #options: AudioPlaybackOptions;
  readonly #stream: Stream<PlaybackSource>;
  readonly #meter: LevelMeter;
  readonly #wav = new WavWriter();
  #recordedCall: CallId | null = null;

  constructor(options: AudioPlaybackOptions) {
    this.#options = options;
    this.#meter = new LevelMeter(options.clock);
    const [kind, target] = splitDevice(options.output);
    this.#stream = new Stream<PlaybackSource>({
      gstreamer: options.gstreamer,
      clock: options.clock,
      onError: (message) => options.onError(`cannot play sound on "${options.output}": ${message}`),
      kind: {
        launch: ({ codec }) => playbackLaunch(codec, kind),
        prepare: (pipeline, source) => {
          pipeline.setText('source', 'caps', audioCaps(source));
          pipeline.element('source').port = 0;
          if (kind === 'alsa') pipeline.setText('sink', 'device', target);
          if (kind === 'file') this.#openRecording(source.call, target);
        },
        started: (pipeline) => {
          if (kind === 'file') this.#record(pipeline);
          options.onPort(Number(pipeline.element('source').port) || null);
        },
        stopped: () => {
          this.#meter.reset();
          options.onPort(null);
        },
        onMessage: (message) => this.#meter.onMessage(message),
      },
    });
  }

  /** dBFS RMS of the last second; null where nothing is played. */
  get level(): number | null {
    return this.#meter.value;
  }

  /** Gets ready ahead of the first call. */
  prepare(codec: AudioCodec): void {
    this.#stream.prepare({ call: '', codec, payloadType: g711[codec].payloadType });
  }

  /** Plays `source` from now on, null: nothing, and the file of a recording is closed. */
  async set(source: PlaybackSource | null): Promise<void> {
    await this.#stream.set(source);
    if (source === null && this.#stream.running === null) {
      this.#wav.close();
      this.#recordedCall = null;
    }
  }

  #openRecording(call: CallId, path: string): void {
    if (this.#recordedCall === call) return;
    this.#wav.close();
    this.#wav.open(path, G711_RATE);
    this.#recordedCall = call;
  }

  #record(pipeline: ManagedPipeline): void {
    pipeline.pull('sink', (samples) => {
      try {
        this.#wav.write(samples);
      } catch (error) {
        this.#wav.close();
        this.#options.onError(`the recording ends here: ${errorText(error)}`);
      }
    });
  }
}

/** `alsa:hw:0` is kind `alsa`, target `hw:0`. */
export function splitDevice(device: string): [kind: string, target: string] {
  const colon = device.indexOf(':');
  return colon < 0 ? [device, ''] : [device.slice(0, colon), device.slice(colon + 1)];
}

function audioCaps({ codec, payloadType }: PlaybackSource): string {
  return `application/x-rtp,media=audio,encoding-name=${codec},clock-rate=${G711_RATE},payload=${payloadType}`;
}

function playbackLaunch(codec: AudioCodec, kind: string): string {
  const { coder, rtp } = g711[codec];
  const sinks: Record<string, string> = {
    alsa: 'alsasink name=sink buffer-time=60000 latency-time=10000 async=false',
    file: 'appsink name=sink sync=false async=false enable-last-sample=false',
  };
  return [
    'udpsrc name=source address=127.0.0.1 port=0 reuse=false',
    `rtpjitterbuffer latency=${JITTER_MS}`,
    `${rtp}depay`,
    `${coder}dec`,
    `level interval=${LEVEL_INTERVAL_MS * 1e6}`,
    'audioconvert',
    'audioresample',
    ...(kind === 'file' ? [`audio/x-raw,format=S16LE,rate=${G711_RATE},channels=1`] : []),
    sinks[kind] ?? 'fakesink sync=false async=false',
  ].join(' ! ');
}
