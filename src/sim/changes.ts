// Waiting for something to become true: looked at whenever something changes, and given up after a time limit.
import type { Clock, Timer } from '../system/clock.js';
import { KalitkaError } from '../system/errors.js';

/** Tells listeners that something has changed, and lets others wait for what they want to see. */
export class Changes {
  readonly #clock: Clock;
  readonly #listeners = new Set<() => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Something has changed. */
  fire(): void {
    for (const listener of [...this.#listeners]) listener();
  }

  /** Calls `listener` at each change; returns what ends that. */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /**
   * Waits until `look` returns something else than null; what it throws ends the waiting.
   * @param what for the error: `the panel is registered`
   * @param options.ms the limit; left out, there is none
   * @param options.pollMs also looks this often, for what tells nobody when it changes: pixels, sound
   * @throws KalitkaError `SIM_TIMEOUT`
   */
  until<T>(what: string, look: () => T | null, options: { ms?: number; pollMs?: number }): Promise<T> {
    return new Promise((resolve, reject) => {
      const tryNow = (): void => {
        try {
          const found = look();
          if (found !== null) done(() => resolve(found));
        } catch (error) {
          done(() => reject(error instanceof Error ? error : new Error(String(error))));
        }
      };
      const { ms, pollMs } = options;
      const timers = new Set<Timer>();
      const after = (delay: number, run: () => void): void => {
        const timer = this.#clock.after(delay, () => {
          timers.delete(timer);
          run();
        });
        timers.add(timer);
      };
      const poll = (every: number): void =>
        after(every, () => {
          poll(every);
          tryNow();
        });
      const done = (then: () => void): void => {
        for (const timer of timers) timer.cancel();
        this.#listeners.delete(tryNow);
        then();
      };
      this.#listeners.add(tryNow);
      if (ms !== undefined) {
        const seconds = ms / 1000;
        after(ms, () =>
          done(() => reject(new KalitkaError('SIM_TIMEOUT', `not within ${seconds} s: ${what}`))),
        );
      }
      if (pollMs !== undefined) poll(pollMs);
      tryNow();
    });
  }
}
