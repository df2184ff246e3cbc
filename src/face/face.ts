// The face itself, inside the child process: screens, media, and the talk with core.
import { Lvgl } from '../../hw/lvgl/index.js';
import type { CallId } from '../panel/ports.js';
import type { Clock, Timer } from '../system/clock.js';
import { errorText } from '../system/errors.js';
import { loadGStreamer } from './media/gstreamer.js';
import { MediaEngine } from './media/media-engine.js';
import type { FaceMedia, FaceSetup, FromFace, ToFace } from './messages.js';
import { Screens } from './screens/screens.js';

const HEARTBEAT_MS = 1_000;

export interface FaceOptions {
  clock: Clock;
  send: (message: FromFace) => void;
  /** What goes wrong without being worth a message of its own; one line. */
  complain: (line: string) => void;
  /** All has ended in order. */
  onStopped: () => void;
}

export class Face {
  readonly #options: FaceOptions;
  #lvgl: Lvgl | null = null;
  #screens: Screens | null = null;
  #engine: MediaEngine | null = null;
  #heartbeat: Timer | null = null;
  #media: FaceMedia | null = null;
  #muted = false;
  /** The call whose first picture is still to be told. */
  #unseen: CallId | null = null;

  constructor(options: FaceOptions) {
    this.#options = options;
  }

  /**
   * Does what core says.
   * @throws for a display that cannot be opened: without one there is nothing to go on with
   */
  onMessage(message: ToFace): void {
    switch (message.type) {
      case 'setup':
        return this.#start(message.setup);
      case 'view':
        this.#muted = message.view.call?.muted ?? false;
        if (this.#engine) this.#engine.muted = this.#muted;
        return this.#guard(() => this.#screens?.show(message.view));
      case 'media':
        return this.#setMedia(message.media);
      case 'touch':
        return this.#guard(() => this.#lvgl?.touch(message.x, message.y, message.pressed));
      case 'touch-action':
        return this.#touchAction(message.id, message.action);
      case 'screenshot':
        return this.#screenshot(message.id);
      case 'stop':
        return void this.#stop();
    }
  }

  #start(setup: FaceSetup): void {
    if (this.#lvgl) return;
    const { clock, send, complain } = this.#options;
    const { driver, width, height, file } = setup.display;
    this.#lvgl = new Lvgl({ display: driver === 'memory' ? { driver, width, height, file } : { driver } });
    this.#lvgl.onError = (error) => complain(errorText(error));
    this.#lvgl.start();
    this.#screens = new Screens({
      lvgl: this.#lvgl,
      language: setup.language,
      clock,
      onIntent: (intent) => send({ type: 'intent', intent }),
    });
    this.#screens.start();
    // the screen first: GStreamer's first start on a machine takes seconds
    setImmediate(() => this.#startMedia(setup));
  }

  #startMedia(setup: FaceSetup): void {
    const { clock, send } = this.#options;
    const lvgl = this.#lvgl;
    if (!lvgl) return;
    const { width, height } = lvgl;
    try {
      this.#engine = new MediaEngine({
        gstreamer: loadGStreamer(),
        clock,
        audio: setup.audio,
        width,
        height,
        onFrame: (frame, w, h) => this.#onFrame(frame, w, h),
        send,
      });
    } catch (error) {
      send({ type: 'pipeline-error', stream: 'video', message: errorText(error) });
    }
    send({ type: 'ready', width, height });
    this.#beat();
    if (this.#media) this.#setMedia(this.#media);
    else this.#engine?.prepare();
  }

  #beat(): void {
    const { clock, send } = this.#options;
    send({ type: 'heartbeat', at: clock.steady() });
    const figures = this.#engine?.figures();
    if (figures) send({ type: 'figures', figures });
    this.#heartbeat = clock.after(HEARTBEAT_MS, () => this.#beat());
  }

  #setMedia(media: FaceMedia | null): void {
    const sameCall = media !== null && media.call === this.#media?.call;
    this.#media = media;
    if (!sameCall) this.#unseen = media?.call ?? null;
    if (!sameCall || !media.video) this.#guard(() => this.#screens?.clearVideo());
    if (!this.#engine) return;
    this.#engine.muted = this.#muted;
    this.#engine.apply(media).catch((error: unknown) => this.#options.complain(errorText(error)));
  }

  #onFrame(frame: Buffer, width: number, height: number): boolean {
    const shown = this.#guard(() => this.#screens?.videoFrame(frame, width, height)) ?? false;
    if (shown && this.#unseen !== null) {
      this.#options.send({ type: 'first-frame', call: this.#unseen, at: this.#options.clock.steady() });
      this.#unseen = null;
    }
    return shown;
  }

  #touchAction(id: number, action: Extract<ToFace, { type: 'touch-action' }>['action']): void {
    const found = this.#guard(() => this.#screens?.touchAction(action)) ?? false;
    this.#options.send({ type: 'touch-result', id, found });
  }

  #screenshot(id: number): void {
    try {
      const png = this.#lvgl?.screenshot().toString('base64') ?? null;
      this.#options.send({
        type: 'screenshot-result',
        id,
        png,
        error: png === null ? 'no display yet' : null,
      });
    } catch (error) {
      this.#options.send({ type: 'screenshot-result', id, png: null, error: errorText(error) });
    }
  }

  async #stop(): Promise<void> {
    this.#heartbeat?.cancel();
    this.#heartbeat = null;
    await this.#engine?.stop();
    this.#screens?.stop();
    this.#lvgl?.stop();
    this.#options.onStopped();
  }

  /** A fault in drawing one thing must not end the rest. */
  #guard<T>(run: () => T): T | undefined {
    try {
      return run();
    } catch (error) {
      this.#options.complain(errorText(error));
      return undefined;
    }
  }
}
