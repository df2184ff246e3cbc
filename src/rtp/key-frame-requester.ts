// Knows when the picture cannot go on without a key frame, and asks for one until it comes.
import type { Clock, Timer } from '../system/clock.js';
import type { H264Payload } from './h264-key-frame.js';
import type { Arrival } from './reception.js';

/** Packets that were overtaken get this long to arrive before their frame counts as broken, ms. */
const REORDER_WINDOW = 20;
/** Between two requests, ms: an encoder that heard the first one needs time to answer. */
const MIN_INTERVAL = 500;
/** The same where the stream has begun anew since, so that the request before it was for another one, ms. */
const MIN_INTERVAL_ANEW = 100;
/** Requests at that pace; after them each waits twice as long as the one before, up to the slowest. */
const FAST_REQUESTS = 4;
const MAX_INTERVAL = 8000;

/** Follows one video stream's packets. */
export class KeyFrameRequester {
  /** The decoder can show nothing right until a key frame comes. */
  #awaiting = true;
  /** Packets skipped and not seen since. */
  #missing = 0;
  #requests = 0;
  #sentAt = Number.NEGATIVE_INFINITY;
  /** Since then, before the next one, ms. */
  #interval = MIN_INTERVAL;
  #retry: Timer | null = null;
  #loss: Timer | null = null;

  constructor(
    private readonly clock: Clock,
    /** Sends one request; false where there is nobody yet to ask. */
    private readonly send: () => boolean,
  ) {}

  /** Takes notice of a packet; null where its payload could not be read. */
  packet(payload: H264Payload | null, arrival: Arrival): void {
    if (arrival.fresh) this.expect();
    if (payload?.key) {
      this.#satisfied();
      return;
    }
    if (this.#awaiting) {
      // parameter sets and the like may come before the key frame: only a picture without one tells
      if (payload?.slice) this.#want();
      return;
    }
    if (arrival.late && this.#missing > 0) this.#missing -= 1;
    if (arrival.skipped > 0) {
      this.#missing += arrival.skipped;
      this.#loss ??= this.clock.after(REORDER_WINDOW, () => {
        this.#loss = null;
        if (this.#missing > 0) this.#broken();
      });
    }
  }

  /** The stream begins anew: unless it does so with a key frame, one is asked for. */
  expect(): void {
    this.stop();
    this.#awaiting = true;
    this.#interval = MIN_INTERVAL_ANEW;
  }

  /** The decoder needs a key frame. Repeated wishes within the rate limit are one. */
  request(): void {
    this.#broken();
  }

  /** The decoder is a new one: whatever was asked for before went to the old one, so this asks at once. */
  requestNow(): void {
    this.expect();
    this.#fire();
  }

  /** Cancels its timers. */
  stop(): void {
    this.#retry?.cancel();
    this.#retry = null;
    this.#loss?.cancel();
    this.#loss = null;
    this.#missing = 0;
    this.#requests = 0;
  }

  #broken(): void {
    this.#awaiting = true;
    this.#want();
  }

  #satisfied(): void {
    this.#awaiting = false;
    this.stop();
  }

  #want(): void {
    if (this.#retry) return;
    const wait = this.#sentAt + this.#interval - this.clock.steady();
    if (wait <= 0) this.#fire();
    else this.#schedule(wait);
  }

  #fire(): void {
    // without a stream there is none to ask about: its first packet will tell
    if (!this.send()) return;
    this.#sentAt = this.clock.steady();
    this.#interval = MIN_INTERVAL;
    this.#requests += 1;
    this.#schedule(
      Math.min(MAX_INTERVAL, MIN_INTERVAL * 2 ** Math.max(0, this.#requests - FAST_REQUESTS + 1)),
    );
  }

  #schedule(wait: number): void {
    this.#retry = this.clock.after(wait, () => {
      this.#retry = null;
      if (this.#awaiting) this.#fire();
    });
  }
}
