// Makes digits of received RFC 4733 packets: each event is told once, whichever of its packets were lost.
import type { Clock, Timer } from '../system/clock.js';
import { timestampDelta } from './rtp-packet.js';
import { digitOfEvent, type TelephoneEvent } from './telephone-event.js';

/** Without an update for this long an event is over, ms: its end packets are lost (RFC 4733, section 2.6.2). */
const LOST_AFTER = 200;

/** Follows the events of one stream. */
export class DigitReceiver {
  #current: { event: number; timestamp: number; duration: number; timer: Timer } | null = null;
  /** The last event told; the timestamp names it. */
  #told: { event: number; timestamp: number } | null = null;

  constructor(
    private readonly clock: Clock,
    /** Hz. */
    private readonly clockRate: number,
    private readonly onDigit: (digit: string, durationMs: number) => void,
  ) {}

  /** Takes a packet's payload and timestamp. */
  take(event: TelephoneEvent, timestamp: number): void {
    if (digitOfEvent(event.event) === null || this.#isOld(event.event, timestamp)) return;
    const current = this.#current;
    let duration = event.duration;
    if (current) {
      if (current.timestamp === timestamp && current.event === event.event) {
        duration = Math.max(duration, current.duration);
        current.timer.cancel();
      } else {
        this.#finish();
      }
    }
    const timer = this.clock.after(LOST_AFTER, () => this.#finish());
    this.#current = { event: event.event, timestamp, duration, timer };
    if (event.end) this.#finish();
  }

  /** A new SSRC has a timeline of its own: tells what is under way and forgets what was told. */
  restart(): void {
    this.#finish();
    this.#told = null;
  }

  /** Cancels its timer; an event under way is not told. */
  stop(): void {
    this.#current?.timer.cancel();
    this.#current = null;
  }

  /** A repetition of an event that was told, or a straggler of one before it. */
  #isOld(event: number, timestamp: number): boolean {
    if (!this.#told) return false;
    const ahead = timestampDelta(this.#told.timestamp, timestamp);
    return ahead < 0 || (ahead === 0 && event === this.#told.event);
  }

  #finish(): void {
    const current = this.#current;
    if (!current) return;
    this.stop();
    this.#told = { event: current.event, timestamp: current.timestamp };
    const digit = digitOfEvent(current.event);
    if (digit !== null) this.onDigit(digit, Math.round((current.duration * 1000) / this.clockRate));
  }
}
