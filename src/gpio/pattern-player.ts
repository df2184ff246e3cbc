// Drives one output through a pattern: a timer a change, none while the level stays.
import type { Clock, Timer } from '../system/clock.js';
import { type Pattern, patternAt } from './pattern.js';

export interface PatternPlayerOptions {
  clock: Clock;
  /** Called with the level at each change, the first time at once. */
  write: (on: boolean) => void;
}

/** Plays a pattern on one output. */
export class PatternPlayer {
  readonly #clock: Clock;
  readonly #write: (on: boolean) => void;
  #timer: Timer | null = null;
  #on = false;

  constructor({ clock, write }: PatternPlayerOptions) {
    this.#clock = clock;
    this.#write = write;
  }

  /** Starts a pattern from its begin, in place of the one that plays; its first level is written before it returns. */
  play(pattern: Pattern): void {
    this.stop();
    const begin = this.#clock.steady();
    const step = (): void => {
      this.#timer = null;
      const { on, nextChange } = patternAt(pattern, this.#clock.steady() - begin);
      // first the timer, then the level: whoever the writing calls back may stop or restart this player
      if (nextChange !== null) {
        this.#timer = this.#clock.after(begin + nextChange - this.#clock.steady(), step);
      }
      if (on !== this.#on) {
        this.#on = on;
        this.#write(on);
      }
    };
    step();
  }

  /** Ends the pattern without writing: the level stays, and the next `play` begins from it. */
  stop(): void {
    this.#timer?.cancel();
    this.#timer = null;
  }

  /** The lines were opened anew and are off. */
  reset(): void {
    this.stop();
    this.#on = false;
  }
}
