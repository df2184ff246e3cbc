// Time comes in through this interface, so that tests can hold it still and move it by hand.

/** A running timer; `cancel()` is idempotent. */
export interface Timer {
  cancel(): void;
}

/** Wall time, steady time and timers. */
export interface Clock {
  /** Wall time, ms since the epoch. Jumps when the clock is set: for show and for logs only. */
  wall(): number;
  /** Steady time in ms: CLOCK_MONOTONIC, the same in every process of this machine. Never jumps. */
  steady(): number;
  /** Calls `run` once after `ms` milliseconds of steady time. Must not keep the process alive by itself if `weak`. */
  after(ms: number, run: () => void, options?: { weak?: boolean }): Timer;
}

/** The machine's clock. */
export const systemClock: Clock = {
  wall: () => Date.now(),
  steady: () => Number(process.hrtime.bigint()) / 1e6,
  after(ms, run, options) {
    const timer = setTimeout(run, ms);
    if (options?.weak) timer.unref();
    return { cancel: () => clearTimeout(timer) };
  },
};
