// Puts the global timers on a FakeClock: sip.js takes its transaction timers from there and from nowhere else.
import type { Timer } from '../../src/system/clock.js';
import type { FakeClock } from './fake-clock.js';

/** What stands in for Node's timer object; sip.js only stores it and hands it back. */
interface Handle {
  timer: Timer;
}

/**
 * Lets `setTimeout` and `setInterval` of the whole process run on a clock that moves by hand.
 * @returns puts the real ones back
 */
export function useFakeTimers(clock: FakeClock): () => void {
  const { setTimeout, clearTimeout, setInterval, clearInterval } = globalThis;
  const cancel = (handle: unknown): void => {
    if (handle && typeof handle === 'object' && 'timer' in handle) (handle as Handle).timer.cancel();
    else clearTimeout(handle as NodeJS.Timeout);
  };
  const start = (run: () => void, ms = 0, repeat = false): Handle => {
    const handle: Handle = { timer: { cancel: () => undefined } };
    const arm = (): void => {
      handle.timer = clock.after(ms, () => {
        if (repeat) arm();
        run();
      });
    };
    arm();
    return handle;
  };
  Object.assign(globalThis, {
    setTimeout: (run: () => void, ms?: number) => start(run, ms),
    setInterval: (run: () => void, ms?: number) => start(run, ms, true),
    clearTimeout: cancel,
    clearInterval: cancel,
  });
  return () => Object.assign(globalThis, { setTimeout, clearTimeout, setInterval, clearInterval });
}
