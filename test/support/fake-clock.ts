// A clock that moves only when told to, firing timers in order of their time.
import type { Clock, Timer } from '../../src/system/clock.js';

interface Pending {
  due: number;
  order: number;
  run: () => void;
}

export class FakeClock implements Clock {
  #now = 1_000_000;
  #order = 0;
  readonly #pending = new Set<Pending>();
  /** Wall time minus steady time, ms; change it to make the wall clock jump. */
  wallOffset = 1_760_000_000_000;

  wall(): number {
    return this.#now + this.wallOffset;
  }

  steady(): number {
    return this.#now;
  }

  after(ms: number, run: () => void): Timer {
    const pending: Pending = { due: this.#now + Math.max(0, ms), order: this.#order++, run };
    this.#pending.add(pending);
    return { cancel: () => void this.#pending.delete(pending) };
  }

  /** How many timers are still running: 0 after a clean stop. */
  get running(): number {
    return this.#pending.size;
  }

  /** Moves time on by `ms`; lets promises settle before and after each timer. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settle();
    for (;;) {
      let next: Pending | undefined;
      for (const p of this.#pending) {
        if (p.due <= end && (!next || p.due < next.due || (p.due === next.due && p.order < next.order)))
          next = p;
      }
      if (!next) break;
      this.#pending.delete(next);
      this.#now = Math.max(this.#now, next.due);
      next.run();
      await settle();
    }
    this.#now = end;
  }
}

/** Lets everything that is already resolved run to its end. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 4; i++) await new Promise((resolve) => setImmediate(resolve));
}
