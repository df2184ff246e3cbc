// A clock whose timers all end with their owner, however many things have started them.
import type { Clock, Timer } from '../system/clock.js';

/** Hands through another clock and can cancel everything that was started on it. */
export class OwnedClock implements Clock {
  readonly #timers = new Set<Timer>();

  constructor(private readonly clock: Clock) {}

  wall(): number {
    return this.clock.wall();
  }

  steady(): number {
    return this.clock.steady();
  }

  after(ms: number, run: () => void, options?: { weak?: boolean }): Timer {
    const timer = this.clock.after(
      ms,
      () => {
        this.#timers.delete(owned);
        run();
      },
      options,
    );
    const owned: Timer = {
      cancel: () => {
        this.#timers.delete(owned);
        timer.cancel();
      },
    };
    this.#timers.add(owned);
    return owned;
  }

  /** Cancels all timers that have not fired. */
  cancelAll(): void {
    for (const timer of [...this.#timers]) timer.cancel();
  }
}
