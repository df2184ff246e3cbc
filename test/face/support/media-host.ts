// The media engine in a child process, as a test handles it.
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { MediaMessage } from '../../../src/face/media/media-engine.js';
import type { FaceMedia, MediaFigures } from '../../../src/face/messages.js';
import { faceEnvironment, faceExecArgv } from '../../../src/face/runtime.js';
import { until } from './until.js';

/** Red, green, blue. */
export type Pixel = [number, number, number];

export interface SeenFrame {
  type: 'frame';
  /** Steady ms. */
  at: number;
  width: number;
  height: number;
  bytes: number;
  middle: Pixel;
  corner: Pixel;
  left: Pixel;
}

export interface HostState {
  type: 'answer';
  figures: MediaFigures | null;
  descriptors: number;
  threads: number;
  rssKb: number;
  cpuMs: number;
}

export type ToHost =
  | { type: 'start'; input: string; output: string; width: number; height: number }
  | { type: 'apply'; media: FaceMedia | null }
  | { type: 'mute'; muted: boolean }
  | { type: 'ask' }
  | { type: 'stop' };

export type FromHost =
  SeenFrame | HostState | { type: 'media'; media: MediaMessage } | { type: 'applied' } | { type: 'stopped' };

export interface MediaHostOptions {
  input?: string;
  output?: string;
  width?: number;
  height?: number;
  env?: NodeJS.ProcessEnv;
}

export class MediaHost {
  readonly frames: SeenFrame[] = [];
  readonly messages: MediaMessage[] = [];
  readonly #child: ChildProcess;
  #applied = 0;
  #stopped = false;
  #ready: Extract<MediaMessage, { type: 'media-ready' }> | null = null;
  #answers: HostState[] = [];

  constructor(options: MediaHostOptions = {}) {
    this.#child = fork(fileURLToPath(new URL('./media-host-child.js', import.meta.url)), [], {
      execArgv: [...faceExecArgv],
      env: { ...process.env, ...faceEnvironment, ...options.env },
    });
    this.#child.on('message', (message: FromHost) => {
      if (message.type === 'frame') this.frames.push(message);
      else if (message.type === 'media') {
        this.messages.push(message.media);
        if (message.media.type === 'media-ready') this.#ready = message.media;
      } else if (message.type === 'applied') this.#applied += 1;
      else if (message.type === 'stopped') this.#stopped = true;
      else this.#answers.push(message);
    });
    const { input = 'none', output = 'none', width = 800, height = 480 } = options;
    this.#send({ type: 'start', input, output, width, height });
  }

  /** Applies and waits until that is done. @returns the ports, 0 where there is none */
  async apply(media: FaceMedia | null): Promise<{ audioPort: number; videoPort: number }> {
    const applied = this.#applied;
    this.#send({ type: 'apply', media });
    await until('the media to be applied', () => this.#applied > applied);
    return { audioPort: this.audioPort, videoPort: this.videoPort };
  }

  get audioPort(): number {
    return this.#ready?.audioPort ?? 0;
  }

  get videoPort(): number {
    return this.#ready?.videoPort ?? 0;
  }

  mute(muted: boolean): void {
    this.#send({ type: 'mute', muted });
  }

  async state(): Promise<HostState> {
    const known = this.#answers.length;
    this.#send({ type: 'ask' });
    return until('the state', () => this.#answers[known]);
  }

  /** Waits for a frame after now that fits. */
  async frame(what: string, fits: (frame: SeenFrame) => boolean): Promise<SeenFrame> {
    const known = this.frames.length;
    return until(what, () => this.frames.slice(known).find(fits));
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** @returns whether it ended in order */
  async stop(): Promise<boolean> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      this.#send({ type: 'stop' });
      await once(this.#child, 'exit');
    }
    return this.#stopped;
  }

  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill('SIGKILL');
    await once(this.#child, 'exit');
  }

  #send(message: ToHost): void {
    if (this.#child.connected) this.#child.send(message, () => undefined);
  }
}
