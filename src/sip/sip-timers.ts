// sip.js assumes a reliable transport; over UDP it forgets its transactions too early. This mends its timers, once.
import { Core } from 'sip.js';

/**
 * Sets sip.js's timers D, I, J and K to what RFC 3261 wants of UDP (table 4); sip.js has them at 0. Without that
 * a repeated INVITE after 486 and ACK rings again, a repeated INFO gets 500 and a repeated BYE gets 481, because
 * the transaction that would have answered is gone. sip.js keeps them in one object for the whole process.
 */
export function mendTimers(): void {
  const { T1, T4 } = Core.Timers;
  Core.Timers.TIMER_D = 64 * T1;
  Core.Timers.TIMER_I = T4;
  Core.Timers.TIMER_J = 64 * T1;
  Core.Timers.TIMER_K = T4;
}

/** RFC 3261, table 4. ms. */
export const t1 = 500;
/** ms. */
export const t2 = 4000;
/** How long a transaction waits before it gives up, ms. */
export const transactionTimeout = 64 * t1;

/**
 * Stops repeating a 2xx once its ACK is here. sip.js would let the timer run out, and lose sight of it when a
 * re-INVITE starts the next.
 */
export function stopRepeatingAccept(session: Core.Session): void {
  const holder = session as unknown as { invite2xxTimer?: ReturnType<typeof setTimeout> | undefined };
  clearTimeout(holder.invite2xxTimer);
  holder.invite2xxTimer = undefined;
}
