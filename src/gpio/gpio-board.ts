// The panel's button, LED and chime as one adapter: debouncing and patterns over whichever lines there are,
// which may vanish and come back.
import type { ChimePattern, GpioEvent, GpioPort, LedPattern } from '../panel/ports.js';
import type { Clock, Timer } from '../system/clock.js';
import { errorText } from '../system/errors.js';
import { type Log, silentLog } from '../system/log.js';
import { Debouncer } from './debouncer.js';
import type { Lines, LinesBackend, LineSettings, Output } from './lines.js';
import { chimePatterns, ledPatterns } from './pattern.js';
import { PatternPlayer } from './pattern-player.js';

/** Logical levels: true = pressed, lit, sounding; null = not wired, or not known now. */
export type Levels = ReturnType<GpioPort['levels']>;

export interface GpioBoardOptions {
  backend: LinesBackend;
  settings: LineSettings;
  clock: Clock;
  /** Takes every event; must not throw. */
  onEvent: (event: GpioEvent) => void;
  /** Takes every change of a level, for the status; must not throw. */
  onLevels?: ((levels: Levels) => void) | undefined;
  log?: Log | undefined;
  /** Registers what to do when this process exits, synchronously; returns how to take it back. */
  atExit?: ((run: () => void) => () => void) | undefined;
}

const RETRY_FIRST_MS = 1_000;
const RETRY_MOST_MS = 60_000;

const UNKNOWN: Levels = { button: null, led: null, chime: null };

const atProcessExit = (run: () => void): (() => void) => {
  process.on('exit', run);
  return () => void process.off('exit', run);
};

/**
 * The GPIO adapter of the panel. While its lines cannot be had it says so once, with what mends it, and tries
 * again after 1 s, 2 s, 4 s ... 60 s; LED and chime then show at once what they were last told.
 */
export class GpioBoard implements GpioPort {
  readonly #options: GpioBoardOptions;
  readonly #log: Log;
  readonly #players: Readonly<Record<Output, PatternPlayer>>;
  #running = false;
  /** Counts openings: whatever belongs to an earlier one is stale. */
  #generation = 0;
  #lines: Lines | null = null;
  #debouncer: Debouncer | null = null;
  #retry: Timer | null = null;
  #retryMs = RETRY_FIRST_MS;
  #led: LedPattern = 'off';
  #chime: ChimePattern = 'off';
  #levels: Levels = UNKNOWN;
  #failure: string | null = null;
  #takeBackExit: (() => void) | null = null;

  constructor(options: GpioBoardOptions) {
    this.#options = options;
    this.#log = options.log ?? silentLog;
    const player = (output: Output): PatternPlayer =>
      new PatternPlayer({ clock: options.clock, write: (on) => this.#write(output, on) });
    this.#players = { led: player('led'), chime: player('chime') };
  }

  /** Opens the lines, or reports why not and goes on trying. Idempotent. */
  async start(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    this.#retryMs = RETRY_FIRST_MS;
    this.#takeBackExit = (this.#options.atExit ?? atProcessExit)(() => this.#lines?.close());
    await this.#open();
  }

  /** Outputs off, lines released, no timer left. Idempotent. */
  async stop(): Promise<void> {
    await Promise.resolve();
    if (!this.#running) return;
    this.#running = false;
    this.#retry?.cancel();
    this.#retry = null;
    this.#close();
    this.#failure = null;
    this.#led = 'off';
    this.#chime = 'off';
    this.#takeBackExit?.();
    this.#takeBackExit = null;
  }

  /** Sounds the chime, the first stroke before this returns. The pattern that plays is not begun anew. */
  setChime(pattern: ChimePattern): void {
    if (!this.#running || pattern === this.#chime) return;
    this.#chime = pattern;
    if (this.#lines) this.#players.chime.play(chimePatterns[pattern]);
  }

  /** Lights the LED. The pattern that plays is not begun anew. */
  setLed(pattern: LedPattern): void {
    if (!this.#running || pattern === this.#led) return;
    this.#led = pattern;
    if (this.#lines) this.#players.led.play(ledPatterns[pattern]);
  }

  levels(): Levels {
    return this.#levels;
  }

  async #open(): Promise<void> {
    const generation = ++this.#generation;
    const current = (): boolean => this.#running && generation === this.#generation;
    const { backend, settings, clock } = this.#options;
    try {
      const lines = await backend.open(settings, {
        onEdge: (edge) => {
          if (!current()) return;
          this.#debouncer?.edge(edge);
          this.#updateButton();
        },
        onLost: (error) => {
          if (current()) this.#fail(error);
        },
      });
      if (!current()) {
        lines.close();
        return;
      }
      this.#lines = lines;
      const initial = lines.readButton();
      if (initial !== null) {
        this.#debouncer = new Debouncer({
          clock,
          initial,
          read: () => this.#readButton(),
          onPressed: () => this.#button('pressed'),
          onReleased: () => this.#button('released'),
        });
      }
      this.#setLevels({
        button: initial,
        led: settings.led ? false : null,
        chime: settings.chime ? false : null,
      });
      this.#failure = null;
      this.#retryMs = RETRY_FIRST_MS;
      this.#log.info('GPIO lines open', { lines: lines.description });
      this.#options.onEvent({
        type: 'gpio',
        state: 'working',
        detail: initial
          ? 'the button is pressed at the start: is it stuck, or its pull-up missing? It works once it is let go'
          : null,
      });
      this.#play();
    } catch (error) {
      if (current()) this.#fail(error);
    }
  }

  #play(): void {
    for (const player of Object.values(this.#players)) player.reset();
    if (this.#lines) this.#players.led.play(ledPatterns[this.#led]);
    if (this.#lines) this.#players.chime.play(chimePatterns[this.#chime]);
  }

  /** The lines cannot be had, or not any more. */
  #fail(error: unknown): void {
    this.#close();
    const detail = errorText(error);
    if (detail !== this.#failure) {
      this.#failure = detail;
      this.#log.warn('GPIO lines not there', { detail, retryMs: this.#retryMs });
      this.#options.onEvent({ type: 'gpio', state: 'failed', detail });
    }
    if (!this.#running) return; // stopped by whoever took the event
    this.#retry = this.#options.clock.after(this.#retryMs, () => void this.#open());
    this.#retryMs = Math.min(this.#retryMs * 2, RETRY_MOST_MS);
  }

  #close(): void {
    this.#generation += 1;
    for (const player of Object.values(this.#players)) player.stop();
    this.#lines?.close();
    this.#lines = null;
    const debouncer = this.#debouncer;
    this.#debouncer = null;
    debouncer?.stop();
    this.#setLevels(UNKNOWN);
  }

  #write(output: Output, on: boolean): void {
    if (!this.#lines || this.#levels[output] === null) return;
    try {
      this.#lines.write(output, on);
    } catch (error) {
      this.#fail(error);
      return;
    }
    this.#setLevels({ ...this.#levels, [output]: on });
  }

  #readButton(): boolean {
    try {
      return this.#lines?.readButton() ?? false;
    } catch (error) {
      this.#fail(error);
      return false;
    }
  }

  #button(edge: 'pressed' | 'released'): void {
    this.#updateButton();
    this.#options.onEvent({ type: 'button', edge });
  }

  #updateButton(): void {
    if (this.#debouncer) this.#setLevels({ ...this.#levels, button: this.#debouncer.pressed });
  }

  #setLevels(levels: Levels): void {
    const before = this.#levels;
    this.#levels = levels;
    if (before.button !== levels.button || before.led !== levels.led || before.chime !== levels.chime) {
      this.#options.onLevels?.(levels);
    }
  }
}
