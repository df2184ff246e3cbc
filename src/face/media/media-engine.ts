// All of a call's media in the face: decides what runs, and tells the core where to send.
import { readdirSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import type { CallId } from '../../panel/ports.js';
import type { Clock } from '../../system/clock.js';
import type { FaceMedia, FromFace, MediaFigures } from '../messages.js';
import { AudioCapture } from './audio-capture.js';
import { AudioPlayback } from './audio-playback.js';
import type { GStreamer } from './gstreamer.js';
import { hasElement } from './has-element.js';
import { VideoStream, type FrameHandler } from './video-stream.js';

/** What the engine tells the core. */
export type MediaMessage = Extract<
  FromFace,
  { type: 'media-ready' | 'key-frame-wanted' | 'pipeline-error' | 'figures' }
>;

export interface MediaEngineOptions {
  gstreamer: GStreamer;
  clock: Clock;
  /** As configured: see `AudioCaptureOptions.input`, `AudioPlaybackOptions.output`. */
  audio: { input: string; output: string };
  /** What pictures are fitted to, px. */
  width: number;
  height: number;
  onFrame: FrameHandler;
  send: (message: MediaMessage) => void;
}

export class MediaEngine {
  readonly #send: (message: MediaMessage) => void;
  readonly #video: VideoStream;
  readonly #playback: AudioPlayback;
  readonly #capture: AudioCapture;
  readonly #ports: { audio: number | null; video: number | null } = { audio: null, video: null };
  #media: FaceMedia | null = null;
  #applying = 0;
  #announced: { call: CallId; audioPort: number | null; videoPort: number | null } | null = null;

  constructor({ gstreamer, clock, audio, width, height, onFrame, send }: MediaEngineOptions) {
    this.#send = send;
    const report = (stream: 'audio-in' | 'audio-out' | 'video') => (message: string) =>
      send({ type: 'pipeline-error', stream, message });
    this.#video = new VideoStream({
      gstreamer,
      clock,
      decoder: chooseDecoder(gstreamer),
      width,
      height,
      onFrame,
      onPort: (port) => this.#onPort('video', port),
      onKeyFrameWanted: () => this.#askForKeyFrame(),
      onError: report('video'),
    });
    this.#playback = new AudioPlayback({
      gstreamer,
      clock,
      output: audio.output,
      onPort: (port) => this.#onPort('audio', port),
      onError: report('audio-out'),
    });
    this.#capture = new AudioCapture({ gstreamer, clock, input: audio.input, onError: report('audio-in') });
  }

  /** Builds ahead what every call needs, so that the first picture of the first call does not wait for it. */
  prepare(): void {
    this.#video.prepare();
    for (const codec of ['PCMU', 'PCMA'] as const) {
      this.#playback.prepare(codec);
      this.#capture.prepare(codec);
    }
  }

  /** Plays, shows and records as `media` says from now on; what runs so already is not disturbed. */
  async apply(media: FaceMedia | null): Promise<void> {
    if (media?.call !== this.#media?.call) this.#announced = null;
    this.#media = media;
    const { call, audio, video } = media ?? { call: '', audio: null, video: null };
    this.#applying += 1;
    await Promise.all([
      this.#video.set(
        video && { call, payloadType: video.receivePayloadType, parameterSets: video.parameterSets },
      ),
      this.#playback.set(
        audio?.receive ? { call, codec: audio.codec, payloadType: audio.receivePayloadType } : null,
      ),
      this.#capture.set(
        audio?.send ? { codec: audio.codec, ptime: audio.ptime, sendTo: audio.sendTo } : null,
      ),
    ]);
    this.#applying -= 1;
    this.#announce();
  }

  /** Muted, silence is sent. */
  set muted(muted: boolean) {
    this.#capture.muted = muted;
  }

  /** Totals of the present call, null without one. */
  figures(): MediaFigures | null {
    if (!this.#media) return null;
    const { call } = this.#media;
    return {
      call,
      ...this.#video.figures(call),
      playedLevel: this.#playback.level,
      recordedLevel: this.#capture.level,
    };
  }

  /** Ends all streams. Idempotent. */
  stop(): Promise<void> {
    return this.apply(null);
  }

  #onPort(stream: 'audio' | 'video', port: number | null): void {
    this.#ports[stream] = port;
    this.#announce();
  }

  /** Once for a whole change, and again whenever a stream was rebuilt on another port. */
  #announce(): void {
    if (!this.#media || this.#applying > 0) return;
    const ready = { call: this.#media.call, audioPort: this.#ports.audio, videoPort: this.#ports.video };
    if (isDeepStrictEqual(ready, this.#announced)) return;
    const newDecoder = ready.videoPort !== null && ready.videoPort !== this.#announced?.videoPort;
    this.#announced = ready;
    this.#send({ type: 'media-ready', ...ready });
    // a decoder that joins a stream has nothing to start from
    if (newDecoder) this.#askForKeyFrame();
  }

  #askForKeyFrame(): void {
    if (this.#media) this.#send({ type: 'key-frame-wanted', call: this.#media.call });
  }
}

/** The hardware's decoder where there is one (Raspberry Pi 4), else the software's. */
function chooseDecoder(gstreamer: GStreamer): string {
  const devices = readdirSync('/dev').some((name) => name.startsWith('video'));
  // without output-corrupt=false a stream joined between key frames begins with a grey ghost of a picture
  return devices && hasElement(gstreamer, 'v4l2h264dec') ? 'v4l2h264dec' : 'avdec_h264 output-corrupt=false';
}
