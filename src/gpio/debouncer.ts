// Makes one press of a bouncing contact: at once when pressed, so that the door opens at once, and over only
// when the contact has been open for a while, so that no bounce looks like a second press.
import type { Clock, Timer } from '../system/clock.js';
import type { Edge } from './lines.js';

/** A contact that stays open this long is released, ms. */
export const RELEASE_MS = 30;

/**
 * A contact must stay closed this long to count as pressed, ms. Shorter pulses are interference: the coil of a
 * chime that switches beside the button's wire must not open the door.
 */
export const PRESS_MS = 1;

export interface DebouncerOptions {
  clock: Clock;
  /** The line's level now, true = active. */
  read: () => boolean;
  /** The level at the start: an active one is a stuck or held button, and no press until it was released. */
  initial: boolean;
  onPressed: () => void;
  onReleased: () => void;
}

/**
 * `open`: not pressed. `closing`: active, not yet for long enough. `pressed`: reported. `held`: active since the
 * start, never reported. Out of the last two only `RELEASE_MS` of an inactive line lead.
 */
type State = 'open' | 'closing' | 'pressed' | 'held';

/** Debounces one button. Edges must come in the order of their time. */
export class Debouncer {
  readonly #options: DebouncerOptions;
  #state: State;
  /** Steady time of the last edge that made the line active / inactive. */
  #closedAt = 0;
  #openedAt: number | null = null;
  #timer: Timer | null = null;
  #stopped = false;

  constructor(options: DebouncerOptions) {
    this.#options = options;
    this.#state = options.initial ? 'held' : 'open';
  }

  /** True while the contact counts as closed, bounces ignored. */
  get pressed(): boolean {
    return this.#state === 'pressed' || this.#state === 'held';
  }

  /** Takes a change of the line. */
  edge({ active, at }: Edge): void {
    if (this.#stopped) return;
    switch (this.#state) {
      case 'open':
        if (active) this.#closing(at);
        return;
      case 'closing':
        if (active) {
          this.#closing(at);
        } else if (at - this.#closedAt >= PRESS_MS) {
          // a whole press came in one go because this process was busy: the edges' own times tell
          this.#press();
          this.#opening(at);
        } else {
          this.#cancel();
          this.#state = 'open';
        }
        return;
      case 'pressed':
      case 'held':
        if (!active) {
          this.#opening(at);
        } else if (this.#openedAt !== null && at - this.#openedAt >= RELEASE_MS) {
          this.#release();
          this.#closing(at);
        } else {
          this.#openedAt = null;
          this.#cancel();
        }
    }
  }

  /** The end: no timer, no more reports but the release of a press that was reported. */
  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#release();
  }

  #closing(at: number): void {
    this.#state = 'closing';
    this.#closedAt = at;
    this.#after(at + PRESS_MS, () => {
      // where the level is back already, the edge that tells when is on its way and decides
      if (this.#options.read()) this.#press();
    });
  }

  #press(): void {
    this.#cancel();
    this.#state = 'pressed';
    this.#openedAt = null;
    this.#options.onPressed();
  }

  #opening(at: number): void {
    this.#openedAt = at;
    // from now, not from the edge: where edges come late, the bounces after it are late as well
    this.#after(this.#options.clock.steady() + RELEASE_MS, () => {
      // an edge may have been lost: the level has the last word
      if (this.#options.read()) this.#openedAt = null;
      else this.#release();
    });
  }

  #release(): void {
    this.#cancel();
    const reported = this.#state === 'pressed';
    this.#state = 'open';
    this.#openedAt = null;
    if (reported) this.#options.onReleased();
  }

  #after(due: number, run: () => void): void {
    this.#cancel();
    if (this.#stopped) return;
    this.#timer = this.#options.clock.after(Math.max(0, due - this.#options.clock.steady()), () => {
      this.#timer = null;
      run();
    });
  }

  #cancel(): void {
    this.#timer?.cancel();
    this.#timer = null;
  }
}
