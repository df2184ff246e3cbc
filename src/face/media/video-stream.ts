// The far end's picture: H.264 over RTP on a loopback port, decoded and fitted to the screen, frame by frame.
import type { Caps } from 'gstreamer-superficial';
import type { CallId } from '../../panel/ports.js';
import type { Clock, Timer } from '../../system/clock.js';
import type { GStreamer } from './gstreamer.js';
import type { ManagedPipeline } from './managed-pipeline.js';
import type { MediaFigures } from '../messages.js';
import { Stream } from './stream.js';
import { readCounter } from './structure.js';

/** What is to be decoded. */
export interface VideoSource {
  call: CallId;
  payloadType: number;
  /** `sprop-parameter-sets` (RFC 6184, section 8.1), or null. */
  parameterSets: string | null;
}

/**
 * Takes a picture of exactly the display's size, BGRx, rows without padding; the buffer belongs to the receiver.
 * Returns whether it was shown.
 */
export type FrameHandler = (frame: Buffer, width: number, height: number) => boolean;

export interface VideoStreamOptions {
  gstreamer: GStreamer;
  clock: Clock;
  /** The decoder element, with its properties. */
  decoder: string;
  /** Display, px. */
  width: number;
  height: number;
  onFrame: FrameHandler;
  /** The port has changed; null while no pipeline runs. */
  onPort: (port: number | null) => void;
  /** Packets come, but no picture can be made of them, or a picture was damaged by loss. */
  onKeyFrameWanted: () => void;
  onError: (message: string) => void;
}

/** Larger pictures are refused before a decoder takes memory for them: no door station sends such, px. */
const MAX_SIDE = 2048;
/** How often the stream's health is looked at: GStreamer tells its losses only when asked, ms. */
const WATCH_MS = 250;
/** Every frame is a buffer of its own outside V8's heap, 1.5 MB at 800x480: in its own time V8 lets 40 pile up. */
const COLLECT_EVERY = 4;
/** At most one key frame is asked for in this time, ms. */
const KEY_FRAME_GAP_MS = 500;

/** Totals of one call. */
export type VideoFigures = Pick<MediaFigures, 'framesShown' | 'framesDropped' | 'size'>;

const NOTHING: VideoFigures = { framesShown: 0, framesDropped: 0, size: null };

export class VideoStream {
  readonly #options: VideoStreamOptions;
  readonly #stream: Stream<VideoSource>;
  #pipeline: ManagedPipeline | null = null;
  #watch: Timer | null = null;
  #call: CallId | null = null;
  /** Of earlier runs of the same call. */
  #totals = NOTHING;
  /** Of this run. */
  #pulled = 0;
  #shown = 0;
  #seen = { packets: 0, lost: 0, pulled: 0 };
  #lastKeyFrameWish = -Infinity;

  constructor(options: VideoStreamOptions) {
    this.#options = options;
    this.#stream = new Stream<VideoSource>({
      gstreamer: options.gstreamer,
      clock: options.clock,
      onError: options.onError,
      kind: {
        launch: () => videoLaunch(options),
        prepare: (pipeline, source) => {
          pipeline.setText('source', 'caps', videoCaps(source));
          pipeline.element('source').port = 0;
        },
        started: (pipeline, source) => this.#onStarted(pipeline, source),
        stopped: () => this.#onStopped(),
      },
    });
  }

  /** Gets ready ahead of the first call. */
  prepare(): void {
    this.#stream.prepare({ call: '', payloadType: 96, parameterSets: null });
  }

  /** Decodes `source` from now on; a change of call starts with a fresh decoder and a fresh port. */
  set(source: VideoSource | null): Promise<void> {
    return this.#stream.set(source);
  }

  /** Totals of a call, over all restarts of the decoder; zeroes for any but the latest. */
  figures(call: CallId): VideoFigures {
    const { framesShown, framesDropped, size } = call === this.#call ? this.#totals : NOTHING;
    const pipeline = call === this.#call ? this.#pipeline : null;
    if (!pipeline) return { framesShown, framesDropped, size };
    // of those decoded one may be waiting still to be pulled
    const skipped = pipeline.running
      ? readCounter(pipeline.element('sink').stats, 'rendered') - this.#pulled - 1
      : 0;
    return {
      framesShown: framesShown + this.#shown,
      framesDropped: framesDropped + this.#pulled - this.#shown + Math.max(0, skipped),
      size: pipeline.running && this.#pulled > 0 ? pictureSize(pipeline) : size,
    };
  }

  #onStarted(pipeline: ManagedPipeline, { call }: VideoSource): void {
    const { onFrame, onPort, clock } = this.#options;
    if (call !== this.#call) this.#totals = NOTHING;
    this.#call = call;
    this.#pipeline = pipeline;
    this.#pulled = this.#shown = 0;
    this.#seen = { packets: 0, lost: 0, pulled: 0 };
    this.#lastKeyFrameWish = clock.steady();
    pipeline.pull('sink', (frame, caps) => {
      this.#pulled += 1;
      if (this.#pulled % COLLECT_EVERY === 0) collectFrames();
      if (onFrame(frame, Number(caps.width), Number(caps.height))) this.#shown += 1;
    });
    onPort(Number(pipeline.element('source').port) || null);
    this.#armWatch();
  }

  #onStopped(): void {
    this.#watch?.cancel();
    this.#watch = null;
    if (this.#call !== null) this.#totals = this.figures(this.#call);
    this.#pipeline = null;
    this.#options.onPort(null);
  }

  #armWatch(): void {
    this.#watch = this.#options.clock.after(WATCH_MS, () => {
      this.#lookAfter();
      if (this.#pipeline) this.#armWatch();
    });
  }

  #lookAfter(): void {
    if (!this.#pipeline?.running) return;
    const stats = this.#pipeline.element('jitter').stats;
    const seen = {
      packets: readCounter(stats, 'num-pushed'),
      lost: readCounter(stats, 'num-lost'),
      pulled: this.#pulled,
    };
    const stuck = seen.packets > this.#seen.packets && seen.pulled === this.#seen.pulled;
    const damaged = seen.lost > this.#seen.lost;
    this.#seen = seen;
    const now = this.#options.clock.steady();
    if ((stuck || damaged) && now - this.#lastKeyFrameWish >= KEY_FRAME_GAP_MS) {
      this.#lastKeyFrameWish = now;
      this.#options.onKeyFrameWanted();
    }
  }
}

/** Takes well under a millisecond; does nothing without `--expose-gc`. */
const collectFrames = (): void => globalThis.gc?.({ type: 'minor' });

function videoLaunch({ decoder, width, height }: VideoStreamOptions): string {
  const parsed = [
    // another program must not be able to bind our port too
    'udpsrc name=source address=127.0.0.1 port=0 reuse=false buffer-size=1048576',
    // costs time only where packets are missing
    'rtpjitterbuffer name=jitter latency=40',
    'rtph264depay',
    'h264parse',
    `video/x-h264,width=[1,${MAX_SIDE}],height=[1,${MAX_SIDE}]`,
    'tee name=parsed',
  ];
  // keeps the last compressed picture, whose caps tell the size that was sent
  const size = ['parsed.', 'fakesink name=size sync=false async=false'];
  const shown = [
    'parsed.',
    decoder,
    'videoscale add-borders=true',
    'videoconvert',
    `video/x-raw,format=BGRx,width=${width},height=${height},pixel-aspect-ratio=1/1`,
    // sync=false: shown as soon as it is there; the newest wins where the screen is slow
    'appsink name=sink sync=false async=false max-buffers=1 drop=true enable-last-sample=false',
  ];
  return [parsed, size, shown].map((elements) => elements.join(' ! ')).join(' ');
}

function videoCaps({ payloadType, parameterSets }: VideoSource): string {
  const caps = `application/x-rtp,media=video,encoding-name=H264,clock-rate=90000,payload=${payloadType}`;
  // from the network: only what base64 is made of goes into the caps' text
  return parameterSets !== null && /^[A-Za-z0-9+/=,]+$/.test(parameterSets)
    ? `${caps},sprop-parameter-sets=(string)"${parameterSets}"`
    : caps;
}

function pictureSize(pipeline: ManagedPipeline): { width: number; height: number } | null {
  const sample = pipeline.element('size')['last-sample'] as { caps: Caps } | null;
  const [width, height] = [Number(sample?.caps.width), Number(sample?.caps.height)];
  return width > 0 && height > 0 ? { width, height } : null;
}
