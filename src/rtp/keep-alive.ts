// Keeps a NAT binding open, and shows a server that answers to where packets come from our port, on streams
// on which we have nothing to send (RFC 6263).
import type { Clock, Timer } from '../system/clock.js';

/** Silence after which a packet is due, ms (RFC 6263, section 7). */
const INTERVAL = 15_000;
/**
 * At the beginning a few packets follow one another: one may be lost, and servers that check their source
 * want to see several with running numbers before they believe it.
 */
const BURST = 4;
const BURST_INTERVAL = 20;

/** Sends what keeps one stream open. */
export class KeepAlive {
  #timer: Timer | null = null;
  /** Steady ms. */
  #sentAt = 0;
  #burst = 0;

  constructor(
    private readonly clock: Clock,
    private readonly send: () => void,
  ) {}

  /** Begins anew after `delayMs`, unless media has been sent by then. */
  start(delayMs: number): void {
    this.#timer?.cancel();
    this.#burst = BURST;
    if (delayMs > 0) this.#schedule(delayMs);
    else this.#fire();
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = null;
  }

  /** Media has been sent: that does it too. */
  sent(): void {
    this.#sentAt = this.clock.steady();
    this.#burst = 0;
  }

  #schedule(ms: number): void {
    this.#timer = this.clock.after(ms, () => this.#fire());
  }

  #fire(): void {
    const now = this.clock.steady();
    if (this.#burst > 0) this.#burst -= 1;
    else if (now - this.#sentAt < INTERVAL) {
      this.#schedule(this.#sentAt + INTERVAL - now);
      return;
    }
    this.#sentAt = now;
    this.send();
    this.#schedule(this.#burst > 0 ? BURST_INTERVAL : INTERVAL);
  }
}
