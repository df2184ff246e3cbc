// LVGL in this process: display, touch, fonts, and the loop that runs its timers when they are due.
import { native as loadNative, type NativeLvgl } from '../native.js';
import { LvglError, guarded } from './error.js';
import { Events } from './events.js';
import { Font } from './font.js';
import { Obj, type Home } from './obj.js';

/** What LVGL draws on. `memory` is all there is today. */
export type DisplayOptions =
  | {
      driver: 'memory';
      /** px, 64 to 4096. */
      width: number;
      height: number;
      /** Path of a file that shares the picture: raw BGRX rows, width * height * 4 bytes, mode 0640. */
      file?: string | null;
    }
  | { driver: 'drm' | 'fbdev' };

/** LVGL has nothing to do until something changes (LV_NO_TIMER_READY). */
const IDLE = 0xffffffff;
/** The longest delay that setTimeout takes, ms. */
const LONGEST = 0x7fffffff;

const notRunning = () => new LvglError('LV_NOT_INITIALIZED', 'LVGL does not run: call start() first');

/**
 * LVGL, once per process and on its main thread. All methods throw LvglError with a stable code. A listener's
 * exception comes out of the call that caused its event; out of LVGL's own loop, it goes to `onError`.
 */
export class Lvgl {
  /** What a listener threw when LVGL's own loop ran it, or, of several at once, the second and later ones. */
  onError: (error: unknown) => void = (error) => {
    throw error;
  };
  /** Something was drawn. */
  onFrame: (() => void) | undefined;

  readonly #options: DisplayOptions;
  readonly #events: Events;
  readonly #home: Home;
  #native: NativeLvgl | undefined;
  #screen: Obj<'obj'> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #due = Infinity;

  constructor(options: { display: DisplayOptions }) {
    this.#options = options.display;
    this.#events = new Events(() => this.#running());
    this.#home = {
      native: () => this.#running(),
      events: this.#events,
      run: (call) => this.#run(call),
    };
  }

  /** Starts LVGL, with an empty screen, and its loop. */
  start(): void {
    const display = this.#options;
    if (display.driver !== 'memory')
      throw new LvglError(
        'LV_NO_DRIVER',
        `the display driver ${display.driver} is not there yet: use memory`,
      );
    const { lvgl } = loadNative();
    const screen = guarded(() => lvgl.start(display.width, display.height, display.file ?? undefined));
    this.#native = lvgl;
    this.#screen = new Obj(this.#home, screen, 'obj');
    this.#wake(0);
  }

  /**
   * Ends LVGL: all objects and fonts are gone, no timer is left. Idempotent.
   * @throws LvglError LV_BUSY within a listener
   */
  stop(): void {
    if (!this.#native) return;
    if (this.#events.delivering)
      throw new LvglError(
        'LV_BUSY',
        'stop() within a listener: call it after, for example with setImmediate()',
      );
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#due = Infinity;
    this.#events.clear();
    const native = this.#native;
    this.#native = undefined;
    this.#screen = undefined;
    guarded(() => native.stop());
  }

  /** px. */
  get width(): number {
    return this.#options.driver === 'memory' ? this.#options.width : 0;
  }

  /** px. */
  get height(): number {
    return this.#options.driver === 'memory' ? this.#options.height : 0;
  }

  /** The screen that is shown. */
  get screen(): Obj<'obj'> {
    if (this.#screen) return this.#screen;
    throw notRunning();
  }

  /** A new screen, not shown yet. */
  createScreen(): Obj<'obj'> {
    return new Obj(
      this.#home,
      this.#run((native) => native.createScreen()),
      'obj',
    );
  }

  /** Shows a screen; the one before stays as it is. */
  loadScreen(screen: Obj<'obj'>): void {
    this.#run((native) => native.loadScreen(screen.handle));
    this.#screen = screen;
  }

  /** Runs what is due in LVGL; ms until it wants to run again (Infinity = not before something changes). */
  tick(): number {
    const next = this.#run((native) => native.tick());
    return next === IDLE ? Infinity : next;
  }

  /** Draws now what has changed. */
  renderNow(): void {
    this.#run((native) => native.renderNow());
  }

  /** A finger at px (`pressed`) or lifted. Its events were delivered, and what they changed is drawn, on return. */
  touch(x: number, y: number, pressed: boolean): void {
    const thrown = this.#collect((native) => native.touch(x, y, pressed)).thrown;
    const drawn = this.#native ? this.#collect((native) => native.renderNow()).thrown : [];
    this.#rethrow([...thrown, ...drawn]);
  }

  /** PNG of the display as it is now, what has changed included; opaque. */
  screenshot(): Buffer {
    return this.#run((native) => {
      native.renderNow();
      return native.screenshot();
    });
  }

  /**
   * Loads a TrueType font; the same one again costs nothing.
   * @param path of the .ttf file
   * @param sizePx 4 to 400
   * @param fallback where glyphs come from that it lacks
   */
  createFont(path: string, sizePx: number, fallback?: Font): Font {
    return new Font(this.#run((native) => native.createFont(path, sizePx, fallback?.handle ?? 0)));
  }

  #running(): NativeLvgl {
    if (!this.#native) throw notRunning();
    return this.#native;
  }

  #run<T>(call: (native: NativeLvgl) => T): T {
    const { result, thrown } = this.#collect(call);
    this.#rethrow(thrown);
    return result;
  }

  /** Calls LVGL, delivers the events that came of it, arms the loop. */
  #collect<T>(call: (native: NativeLvgl) => T): { result: T; thrown: unknown[] } {
    const native = this.#running();
    let result: T;
    try {
      result = guarded(() => call(native));
    } catch (error) {
      for (const other of this.#deliver()) this.onError(other);
      throw error;
    }
    return { result, thrown: this.#deliver() };
  }

  /** Calls the listeners of what has happened; what they threw. */
  #deliver(): unknown[] {
    const { wake, drawn, thrown } = this.#events.deliver();
    if (wake) this.#wake(0);
    if (drawn) this.onFrame?.();
    return thrown;
  }

  #rethrow(thrown: unknown[]): void {
    for (const error of thrown.slice(1)) this.onError(error);
    if (thrown.length > 0) throw thrown[0];
  }

  /** Runs LVGL in `ms`, or earlier if that was the plan. */
  #wake(ms: number): void {
    const due = performance.now() + ms;
    if (due >= this.#due || ms === Infinity) return;
    clearTimeout(this.#timer);
    this.#due = due;
    this.#timer = setTimeout(() => this.#turn(), Math.min(ms, LONGEST));
  }

  #turn(): void {
    this.#due = Infinity;
    this.#timer = undefined;
    const { result, thrown } = this.#collect((native) => native.tick());
    if (result !== IDLE) this.#wake(result);
    for (const error of thrown) this.onError(error);
  }
}
