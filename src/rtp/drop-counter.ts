// Counts what is dropped and why, and logs it without letting a flood fill the disk.
import type { Clock } from '../system/clock.js';
import type { Log } from '../system/log.js';
import type { Endpoint } from '../system/udp.js';

/** Why a datagram went no further. */
export type DropReason =
  | 'not-negotiated' // the stream is off, or nothing was agreed yet
  | 'malformed' // no RTP packet
  | 'payload-type' // not the one agreed
  | 'direction' // on hold: the far end should not send
  | 'stranger' // from elsewhere than the latched source
  | 'rtcp-malformed'
  | 'rtcp-stranger'
  | 'face-not-ready' // nobody there to play it, and not worth keeping
  | 'local-malformed' // from the local encoder: no RTP packet
  | 'not-sending' // from the local encoder: on hold, or nothing agreed yet
  | 'failure'; // our own fault: an exception while handling it

export type DropCounts = Record<DropReason, number>;

/** One line for each reason and source in this time, ms. */
const LOG_INTERVAL = 60_000;
/** Sources remembered; an attacker has more addresses than we have memory. */
const MAX_SOURCES = 64;

export class DropCounter {
  readonly #counts: DropCounts = {
    'not-negotiated': 0,
    malformed: 0,
    'payload-type': 0,
    direction: 0,
    stranger: 0,
    'rtcp-malformed': 0,
    'rtcp-stranger': 0,
    'face-not-ready': 0,
    'local-malformed': 0,
    'not-sending': 0,
    failure: 0,
  };
  readonly #loggedAt = new Map<string, number>();

  constructor(
    private readonly clock: Clock,
    private readonly log: Log,
    private readonly stream: string,
  ) {}

  /** Counts one. */
  drop(reason: DropReason, from: Endpoint, detail?: string): void {
    this.#counts[reason] += 1;
    const key = `${reason} ${from.address}`;
    const now = this.clock.steady();
    if (now - (this.#loggedAt.get(key) ?? Number.NEGATIVE_INFINITY) < LOG_INTERVAL) return;
    this.#loggedAt.delete(key);
    if (this.#loggedAt.size >= MAX_SOURCES) {
      // Map keeps its order: the first key is the one logged longest ago, if that is a minute yet
      const [oldest] = this.#loggedAt;
      if (oldest && now - oldest[1] < LOG_INTERVAL) return;
      if (oldest) this.#loggedAt.delete(oldest[0]);
    }
    this.#loggedAt.set(key, now);
    this.log.info('media packet dropped', {
      stream: this.stream,
      reason,
      from: `${from.address}:${from.port}`,
      detail,
    });
  }

  counts(): DropCounts {
    return { ...this.#counts };
  }
}
