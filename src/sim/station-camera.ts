// Owns the camera process of the door station: starts it, points it at ports, asks for key frames, ends it.
import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { KalitkaError } from '../system/errors.js';
import type { Log } from '../system/log.js';
import type { CameraSetup, FromCamera, ToCamera } from './station-camera-child.js';

/** What the door station needs of a camera; tests put a quiet one in its place. */
export interface Camera {
  /** @throws KalitkaError `SIM_CAMERA` when the picture cannot be made */
  start(): Promise<void>;
  /** Sends RTP to these ports of 127.0.0.1; resolves when it does. @throws KalitkaError `SIM_CAMERA` */
  play(ports: { video: number; audio: number }): Promise<void>;
  pause(): void;
  /** The far end asked for a key frame (PLI, FIR). */
  keyFrame(): void;
  /** Idempotent; nothing is left of the process afterwards. */
  stop(): Promise<void>;
}

/** A camera in a child process with GStreamer: H.264 1280x720 at 25 frames a second and a tone in PCMU. */
export class StationCamera implements Camera {
  readonly #setup: CameraSetup;
  readonly #log: Log;
  #child: ChildProcess | null = null;
  #waiting: { for: FromCamera['type']; resolve: () => void; reject: (error: Error) => void } | null = null;

  constructor(options: { setup: CameraSetup; log: Log }) {
    this.#setup = options.setup;
    this.#log = options.log;
  }

  async start(): Promise<void> {
    if (this.#child) return;
    const child = fork(fileURLToPath(new URL('station-camera-child.js', import.meta.url)), {
      env: { ...process.env, UV_THREADPOOL_SIZE: '8' },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.#child = child;
    let complaints = '';
    child.stderr?.on('data', (data: Buffer) => {
      complaints = (complaints + data.toString()).slice(-2000);
    });
    child.on('message', (message: FromCamera) => this.#heard(message));
    child.once('error', (error) => this.#fail(error.message));
    child.once('exit', (code, signal) => {
      this.#fail(`the camera ended (${signal ?? code ?? 'unknown'}): ${complaints.trim()}`);
    });
    await this.#ask({ type: 'set-up', setup: this.#setup }, 'ready');
  }

  play(ports: { video: number; audio: number }): Promise<void> {
    return this.#ask({ type: 'play', videoPort: ports.video, audioPort: ports.audio }, 'playing');
  }

  pause(): void {
    this.#tell({ type: 'pause' });
  }

  keyFrame(): void {
    this.#tell({ type: 'key-frame' });
  }

  async stop(): Promise<void> {
    const child = this.#child;
    if (!child) return;
    this.#child = null;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    if (child.connected) child.disconnect();
    // GStreamer may hang on its way out: nobody waits for it longer than this
    const patience = setTimeout(() => child.kill('SIGKILL'), 2000);
    await gone;
    clearTimeout(patience);
  }

  #ask(message: ToCamera, answer: FromCamera['type']): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting?.reject(new KalitkaError('SIM_CAMERA', 'the camera was asked for something else'));
      this.#waiting = { for: answer, resolve, reject };
      if (!this.#tell(message)) this.#fail('the camera does not run');
    });
  }

  #tell(message: ToCamera): boolean {
    const child = this.#child;
    if (!child?.connected) return false;
    child.send(message, (error) => {
      if (error) this.#fail(error.message);
    });
    return true;
  }

  #heard(message: FromCamera): void {
    if (message.type === 'failed') {
      this.#fail(message.message);
    } else if (this.#waiting?.for === message.type) {
      const { resolve } = this.#waiting;
      this.#waiting = null;
      resolve();
    }
  }

  #fail(detail: string): void {
    if (this.#child) this.#log.warn('camera failed', { detail });
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.reject(
      new KalitkaError(
        'SIM_CAMERA',
        `the door station's camera: ${detail} (it needs the GStreamer plug-ins base, good, bad and ugly)`,
      ),
    );
  }
}
