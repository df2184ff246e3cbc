// What a receiver knows of one incoming stream: loss, jitter and order (RFC 3550, appendix A.1, A.3, A.8).
import { sequenceDelta, timestampDelta, type RtpHeader } from './rtp-packet.js';
import type { ReportBlock } from './rtcp-packet.js';

/** Jumps of the sequence number beyond these are a new beginning, not loss or reordering (A.1). */
const MAX_DROPOUT = 3000;
const MAX_MISORDER = 100;

/** How a packet stands to those before it. */
export interface Arrival {
  /** The first of this SSRC, or after a jump: nothing before it counts. */
  fresh: boolean;
  /** Sequence numbers skipped just before this packet. */
  skipped: number;
  /** It comes after a later one: reordered on its way, or a duplicate. */
  late: boolean;
}

/** Counts of all SSRCs the stream has had. */
export interface ReceptionTotals {
  received: number;
  /** Expected and never seen; at least 0. */
  lost: number;
  /** ms; of the present SSRC. */
  jitterMs: number;
  ssrcChanges: number;
}

/** Follows one stream; a change of SSRC begins anew and keeps the totals. */
export class Reception {
  #ssrc: number | null = null;
  #base = 0;
  /** Highest sequence number seen with its cycles: may exceed 32 bits only after years. */
  #highest = 0;
  #received = 0;
  #expectedBefore = 0;
  #receivedBefore = 0;
  #jitter = 0;
  #transit: number | null = null;
  readonly #past = { received: 0, lost: 0, ssrcChanges: 0 };

  /** @param clockRate Hz */
  constructor(readonly clockRate: number) {}

  /** The SSRC of the present stream; null before its first packet. */
  get ssrc(): number | null {
    return this.#ssrc;
  }

  /** Whether a packet goes on where the present stream is: same SSRC, plausible sequence number. */
  continues(header: RtpHeader): boolean {
    if (header.ssrc !== this.#ssrc) return false;
    const delta = sequenceDelta(this.#highest, header.sequence);
    return delta > -MAX_MISORDER && delta < MAX_DROPOUT;
  }

  /**
   * Takes a packet.
   * @param now steady ms
   * @param timed its timestamp is that of its sampling: false for telephone-events, whose timestamp stands still
   */
  take(header: RtpHeader, now: number, timed = true): Arrival {
    const fresh = !this.continues(header);
    const ahead = fresh ? 1 : sequenceDelta(this.#highest, header.sequence);
    if (fresh) this.#begin(header);
    else if (ahead > 0) this.#highest += ahead;
    this.#received += 1;
    if (timed) this.#measureJitter(header.timestamp, now);
    return { fresh, skipped: Math.max(0, ahead - 1), late: ahead <= 0 };
  }

  #begin(header: RtpHeader): void {
    if (this.#ssrc !== null) {
      this.#past.received += this.#received;
      this.#past.lost += this.#lost;
      if (header.ssrc !== this.#ssrc) this.#past.ssrcChanges += 1;
    }
    this.#ssrc = header.ssrc;
    this.#base = header.sequence;
    this.#highest = header.sequence;
    this.#received = 0;
    this.#expectedBefore = 0;
    this.#receivedBefore = 0;
    this.#jitter = 0;
    this.#transit = null;
  }

  #measureJitter(timestamp: number, now: number): void {
    const arrival = Math.round((now * this.clockRate) / 1000) | 0;
    const transit = timestampDelta(timestamp, arrival);
    if (this.#transit !== null) {
      const d = Math.abs(timestampDelta(this.#transit, transit));
      this.#jitter += (d - this.#jitter) / 16;
    }
    this.#transit = transit;
  }

  get #expected(): number {
    return this.#ssrc === null ? 0 : this.#highest - this.#base + 1;
  }

  get #lost(): number {
    return Math.max(0, this.#expected - this.#received);
  }

  totals(): ReceptionTotals {
    return {
      received: this.#past.received + this.#received,
      lost: this.#past.lost + this.#lost,
      jitterMs: (this.#jitter * 1000) / this.clockRate,
      ssrcChanges: this.#past.ssrcChanges,
    };
  }

  /**
   * The report block of the time since the last call (A.3); null before the first packet.
   * @param last what to say of the last SR
   */
  report(last: Pick<ReportBlock, 'lastSr' | 'delaySinceLastSr'>): ReportBlock | null {
    if (this.#ssrc === null) return null;
    const expected = this.#expected - this.#expectedBefore;
    const lost = expected - (this.#received - this.#receivedBefore);
    this.#expectedBefore = this.#expected;
    this.#receivedBefore = this.#received;
    const total = this.#expected - this.#received;
    return {
      ssrc: this.#ssrc,
      fractionLost: expected > 0 && lost > 0 ? Math.min(255, Math.floor((lost * 256) / expected)) : 0,
      lost: Math.max(-0x800000, Math.min(0x7fffff, total)),
      highestSequence: this.#highest >>> 0,
      jitter: Math.floor(this.#jitter) >>> 0,
      ...last,
    };
  }
}
