// Sends DTMF digits as RFC 4733 events, one after another, on time, whether there is sound to replace or not.
import type { DigitTiming } from '../sdp/media.js';
import type { Clock, Timer } from '../system/clock.js';
import { KalitkaError } from '../system/errors.js';
import { eventOfDigit, type TelephoneEvent } from './telephone-event.js';

/** In -dBm0. */
const VOLUME = 10;
/** An event's last packet is sent this often (RFC 4733, section 2.5.1.4). */
const END_PACKETS = 3;
/** The duration field of an event has 16 bits: 8.19 s at 8 kHz. */
const MAX_DURATION = 8000;

/** Where the events go. */
export interface EventOutput {
  /** Between two packets of an event, ms: the stream's packet length. */
  packetMs(): number;
  /** Hz. */
  clockRate: number;
  /** The timestamp of an event that begins now. */
  begin(): number;
  /** Sends one packet with that timestamp. */
  send(event: TelephoneEvent, timestamp: number, marker: boolean): void;
}

interface Digit {
  event: number;
  durationMs: number;
  gapMs: number;
  /** Called after the last packet of the last digit of an order. */
  done: (() => void) | null;
  fail: (error: KalitkaError) => void;
}

interface Running extends Digit {
  timestamp: number;
  /** Steady ms. */
  startedAt: number;
  /** Packet intervals told of so far. */
  intervals: number;
  endsSent: number;
}

/** A queue of digits; they never overlap. */
export class DigitSender {
  readonly #queue: Digit[] = [];
  #running: Running | null = null;
  #timer: Timer | null = null;
  /** End of the last event on our timeline; sound of before is not to be sent any more. */
  #endTimestamp: number | null = null;

  constructor(
    private readonly clock: Clock,
    private readonly output: EventOutput,
  ) {}

  /** An event is being sent: no sound may go out beside it. */
  get busy(): boolean {
    return this.#running !== null;
  }

  /** The timestamp at which the last event ended, or null before the first. */
  get endTimestamp(): number | null {
    return this.#endTimestamp;
  }

  /**
   * Sends digits after those that wait already; the first packet leaves before this returns where none do.
   * Durations are held between one packet length and 8 s.
   * @returns resolves when the last end packet has left
   * @throws KalitkaError `RTP_BAD_DIGITS`, or what `fail` was called with
   */
  enqueue(digits: string, timing: DigitTiming): Promise<void> {
    const events = Array.from(digits, eventOfDigit);
    if (events.length === 0 || events.includes(null)) {
      return Promise.reject(
        new KalitkaError(
          'RTP_BAD_DIGITS',
          'a code may hold only 0-9, *, # and A-D, and at least one of them',
        ),
      );
    }
    return new Promise<void>((resolve, reject) => {
      events.forEach((event, i) => {
        this.#queue.push({
          event: event ?? 0,
          durationMs: Math.min(MAX_DURATION, Math.max(this.output.packetMs(), timing.durationMs)),
          gapMs: timing.gapMs,
          done: i === events.length - 1 ? resolve : null,
          fail: reject,
        });
      });
      if (!this.#running && !this.#timer) this.#next();
    });
  }

  /** Gives up what is being sent and what waits. */
  fail(error: KalitkaError): void {
    this.#timer?.cancel();
    this.#timer = null;
    const given = [...(this.#running ? [this.#running] : []), ...this.#queue.splice(0)];
    this.#running = null;
    for (const digit of given) digit.fail(error);
  }

  #next(): void {
    this.#timer = null;
    const digit = this.#queue.shift();
    if (!digit) return;
    this.#running = {
      ...digit,
      timestamp: this.output.begin(),
      startedAt: this.clock.steady(),
      intervals: 0,
      endsSent: 0,
    };
    this.#update(this.#running);
  }

  /** Tells how long the event lasts so far, up to the end of the present packet interval. */
  #update(running: Running): void {
    const packetMs = this.output.packetMs();
    const elapsed = this.clock.steady() - running.startedAt;
    // updates missed while the machine was busy are left out: each says all that those before it said
    const interval = Math.max(running.intervals, Math.floor(elapsed / packetMs));
    this.#send(running, Math.min((interval + 1) * packetMs, running.durationMs), false);
    running.intervals = interval + 1;
    const next = Math.min(running.intervals * packetMs, running.durationMs);
    const wait = running.startedAt + next - this.clock.steady();
    this.#timer = this.clock.after(Math.max(0, wait), () => {
      if (next < running.durationMs) this.#update(running);
      else this.#end(running);
    });
  }

  #end(running: Running): void {
    this.#send(running, running.durationMs, true);
    running.endsSent += 1;
    if (running.endsSent < END_PACKETS) {
      this.#timer = this.clock.after(this.output.packetMs(), () => this.#end(running));
    } else {
      this.#finish(running);
    }
  }

  #send(running: Running, reachedMs: number, end: boolean): void {
    const duration = Math.round((reachedMs * this.output.clockRate) / 1000);
    const { event, timestamp, intervals } = running;
    this.#endTimestamp = (timestamp + duration) >>> 0;
    this.output.send({ event, end, volume: VOLUME, duration }, timestamp, intervals === 0);
  }

  #finish(running: Running): void {
    this.#running = null;
    const gap = running.startedAt + running.durationMs + running.gapMs - this.clock.steady();
    this.#timer = this.clock.after(Math.max(this.output.packetMs(), gap), () => this.#next());
    running.done?.();
  }
}
