// Core's hold on the face: forks it, feeds it, and gives the panel a new one whenever it dies or freezes.
import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { FaceEvent, Intent } from '../panel/ports.js';
import type { View } from '../panel/view.js';
import type { Clock, Timer } from '../system/clock.js';
import { KalitkaError } from '../system/errors.js';
import type { Log } from '../system/log.js';
import { parseFromFace } from './from-face.js';
import { forwardLines } from './line-log.js';
import type { FaceMedia, FaceSetup, FromFace, ToFace } from './messages.js';
import { faceEnvironment, faceExecArgv } from './runtime.js';

/** What the face tells about a call's media, for whoever relays it. */
export type FaceMediaMessage = Extract<
  FromFace,
  { type: 'media-ready' | 'figures' | 'key-frame-wanted' | 'pipeline-error' }
>;

export type TouchAction = Extract<ToFace, { type: 'touch-action' }>['action'];

export interface FaceProcessOptions {
  setup: FaceSetup;
  clock: Clock;
  log: Log;
  /** For the panel's state machine. */
  onEvent: (event: FaceEvent) => void;
  /** A person touched the screen. */
  onIntent: (intent: Intent) => void;
  onMedia: (message: FaceMediaMessage) => void;
  /** The script to fork; the default is the face itself. */
  entry?: string;
  /** Environment beside our own, e.g. `GST_REGISTRY`. */
  env?: NodeJS.ProcessEnv;
}

/** Heartbeats come every second; a face that misses so many is stuck. */
const HEARTBEATS_MISSED = 5;
/** Until `ready`: the first start on a machine reads all GStreamer plug-ins. In units of the heartbeat. */
const START_PATIENCE = 60;
const HEARTBEAT_MS = 1_000;
const STOP_PATIENCE_MS = 1_000;
const ANSWER_PATIENCE_MS = 5_000;
/** A face that lived this long died of something new: it is replaced at once. */
const STEADY_LIFE_MS = 10_000;

/** ms before the next start, by the number of deaths in a row soon after a start. */
export function restartDelay(earlyDeaths: number): number {
  return earlyDeaths <= 1 ? 0 : Math.min(30_000, 1_000 * 2 ** (earlyDeaths - 2));
}

/** Kept out of the face: what concerns core and systemd only, and where the password may be found. */
const PRIVATE_ENV = ['NOTIFY_SOCKET', 'WATCHDOG_USEC', 'WATCHDOG_PID', 'CREDENTIALS_DIRECTORY'];

interface Pending {
  resolve: (answer: FromFace) => void;
  reject: (error: KalitkaError) => void;
  patience: Timer;
}

export class FaceProcess {
  readonly #options: FaceProcessOptions;
  readonly #pending = new Map<number, Pending>();
  #child: ChildProcess | null = null;
  #state: 'starting' | 'running' | 'failed' = 'starting';
  #started = false;
  #forks = 0;
  #forkedAt = 0;
  #earlyDeaths = 0;
  #silence = 0;
  #pulse: Timer | null = null;
  #restart: Timer | null = null;
  #nextId = 1;
  #screen: { width: number; height: number } | null = null;
  #view: View | null = null;
  #media: FaceMedia | null = null;

  constructor(options: FaceProcessOptions) {
    this.#options = options;
  }

  /** `starting` until the face is ready, `failed` while none runs. */
  get state(): 'starting' | 'running' | 'failed' {
    return this.#state;
  }

  /** How often a dead face was replaced. */
  get restarts(): number {
    return Math.max(0, this.#forks - 1);
  }

  get pid(): number | null {
    return this.#child?.pid ?? null;
  }

  /** Size of the screen, px; null until a face has said so. */
  get screen(): { width: number; height: number } | null {
    return this.#screen;
  }

  /** Forks the face; returns at once. Idempotent. */
  start(): void {
    if (this.#started) return;
    this.#started = true;
    this.#forks = 0;
    this.#earlyDeaths = 0;
    this.#fork();
  }

  /** Ends the face, in order where it still listens, by force after a second. Idempotent. */
  async stop(): Promise<void> {
    if (!this.#started) return;
    this.#started = false;
    this.#pulse?.cancel();
    this.#restart?.cancel();
    const child = this.#child;
    this.#child = null;
    this.#rejectPending();
    this.#state = 'failed';
    if (!child) return;
    await new Promise<void>((resolve) => {
      const patience = this.#options.clock.after(STOP_PATIENCE_MS, () => child.kill('SIGKILL'));
      const done = () => {
        patience.cancel();
        resolve();
      };
      child.once('exit', done);
      if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) done();
      else post(child, { type: 'stop' });
    });
  }

  /** Draws this view from now on, also in every later face. */
  show(view: View): void {
    this.#view = view;
    this.#post({ type: 'view', view });
  }

  /** Plays, shows and records this from now on, also in every later face. */
  setMedia(media: FaceMedia | null): void {
    this.#media = media;
    this.#post({ type: 'media', media });
  }

  /** A finger at px; nothing where no face runs. */
  touch(x: number, y: number, pressed: boolean): void {
    this.#post({ type: 'touch', x, y, pressed });
  }

  /**
   * Touches the button that carries an action.
   * @returns whether the present screen has it
   * @throws KalitkaError `FACE_DOWN` | `FACE_SILENT`
   */
  async touchAction(action: TouchAction): Promise<boolean> {
    const answer = await this.#ask((id) => ({ type: 'touch-action', id, action }));
    return answer.type === 'touch-result' && answer.found;
  }

  /**
   * What is on the screen, as PNG.
   * @throws KalitkaError `FACE_DOWN` | `FACE_SILENT` | `FACE_SCREENSHOT`
   */
  async screenshot(): Promise<Buffer> {
    const answer = await this.#ask((id) => ({ type: 'screenshot', id }));
    if (answer.type !== 'screenshot-result' || answer.png === null) {
      const reason = answer.type === 'screenshot-result' ? answer.error : null;
      throw new KalitkaError('FACE_SCREENSHOT', `no screenshot: ${reason ?? 'the face gave none'}`);
    }
    return Buffer.from(answer.png, 'base64');
  }

  #fork(): void {
    const { setup, clock, log, entry, env } = this.#options;
    this.#setState('starting');
    this.#forks += 1;
    this.#forkedAt = clock.steady();
    const childEnv: NodeJS.ProcessEnv = {
      ...process.env,
      ...faceEnvironment,
      ...env,
    };
    for (const name of PRIVATE_ENV) Reflect.deleteProperty(childEnv, name);
    const child = fork(entry ?? fileURLToPath(new URL('./main.js', import.meta.url)), [], {
      execArgv: [...faceExecArgv],
      env: childEnv,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#child = child;
    for (const output of [child.stdout, child.stderr]) {
      if (output) forwardLines({ stream: output, clock, log });
    }
    child.on('message', (message) => this.#onMessage(child, message));
    child.on('exit', (code, signal) => this.#onEnd(child, signal ?? `exit code ${code}`));
    child.on('error', (error) => {
      // failed to start; anything else shows as an exit
      if (child.pid === undefined) this.#onEnd(child, error.message);
    });
    post(child, { type: 'setup', setup });
    if (this.#view) post(child, { type: 'view', view: this.#view });
    if (this.#media) post(child, { type: 'media', media: this.#media });
    this.#silence = HEARTBEATS_MISSED - START_PATIENCE;
    this.#pulse?.cancel();
    this.#checkPulse(child);
  }

  /** Counts our own seconds, not the clock's: after a pause of core itself the face has its chance to speak. */
  #checkPulse(child: ChildProcess): void {
    this.#pulse = this.#options.clock.after(HEARTBEAT_MS, () => {
      this.#silence += 1;
      if (this.#silence >= HEARTBEATS_MISSED) {
        this.#options.log.error('the face does not answer: killed', { pid: child.pid });
        child.kill('SIGKILL');
      } else {
        this.#checkPulse(child);
      }
    });
  }

  #onEnd(child: ChildProcess, how: string): void {
    if (child !== this.#child) return;
    this.#child = null;
    this.#pulse?.cancel();
    this.#rejectPending();
    const { clock, log } = this.#options;
    this.#earlyDeaths = clock.steady() - this.#forkedAt < STEADY_LIFE_MS ? this.#earlyDeaths + 1 : 1;
    const delay = restartDelay(this.#earlyDeaths);
    log.error('the face died', { how, restartInMs: delay });
    this.#setState('failed');
    if (delay === 0) this.#fork();
    else this.#restart = clock.after(delay, () => this.#fork());
  }

  #onMessage(child: ChildProcess, raw: unknown): void {
    if (child !== this.#child) return;
    const message = parseFromFace(raw);
    if (!message) {
      this.#options.log.warn('the face said something that makes no sense');
      return;
    }
    switch (message.type) {
      case 'ready':
        this.#silence = 0;
        this.#screen = { width: message.width, height: message.height };
        this.#options.log.info('the face is ready', { width: message.width, height: message.height });
        this.#setState('running');
        break;
      case 'heartbeat':
        this.#silence = Math.min(this.#silence, 0);
        break;
      case 'intent':
        this.#options.onIntent(message.intent);
        break;
      case 'first-frame':
        this.#options.onEvent({ type: 'first-frame', call: message.call });
        break;
      case 'media-ready':
      case 'figures':
      case 'key-frame-wanted':
      case 'pipeline-error':
        this.#options.onMedia(message);
        break;
      case 'screenshot-result':
      case 'touch-result':
        this.#pending.get(message.id)?.resolve(message);
        break;
      case 'device':
        this.#options.log.warn(`${message.device} ${message.state}`, { detail: message.detail });
        break;
    }
  }

  #setState(state: 'starting' | 'running' | 'failed'): void {
    this.#state = state;
    this.#options.onEvent({ type: 'face', state });
  }

  #ask(build: (id: number) => ToFace): Promise<FromFace> {
    const child = this.#child;
    if (!child) return Promise.reject(faceDown());
    const id = this.#nextId++;
    return new Promise<FromFace>((resolve, reject) => {
      const patience = this.#options.clock.after(ANSWER_PATIENCE_MS, () =>
        reject(new KalitkaError('FACE_SILENT', 'the face did not answer in time: try again')),
      );
      this.#pending.set(id, { resolve, reject, patience });
      post(child, build(id));
    }).finally(() => {
      this.#pending.get(id)?.patience.cancel();
      this.#pending.delete(id);
    });
  }

  #rejectPending(): void {
    for (const { reject } of this.#pending.values()) reject(faceDown());
  }

  #post(message: ToFace): void {
    if (this.#child) post(this.#child, message);
  }
}

function faceDown(): KalitkaError {
  return new KalitkaError('FACE_DOWN', 'the screen is being started again: try again in a moment');
}

/** A dying face cannot be written to; its end is noticed elsewhere. */
function post(child: ChildProcess, message: ToFace): void {
  if (child.connected) child.send(message, () => undefined);
}
