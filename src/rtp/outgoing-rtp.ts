// Our side of a stream: one SSRC, one run of sequence numbers and one timeline, whatever the local encoder
// does, so that the far end never notices that an encoder was restarted (RFC 3550, section 5.1).
import { sequenceDelta, timestampDelta, type RtpFields, type RtpHeader } from './rtp-packet.js';
import { randomBits, type Random } from './random.js';

/** The local encoder's clock may be off by this much before its timestamps are taken for a new beginning, s. */
const MAX_DRIFT = 1;
/** Gaps in the local encoder's sequence up to here are packets lost on the way to us; beyond, a restart. */
const MAX_LOCAL_LOSS = 64;

/** Numbers what we send on one stream. */
export class OutgoingRtp {
  readonly ssrc: number;
  #sequence: number;
  /** Our timeline: this timestamp was at that steady ms. */
  #anchor: { timestamp: number; at: number };
  #started = false;
  /** The local encoder's last packet, and what to add to its timestamps. */
  #source: { ssrc: number; sequence: number; timestamp: number; at: number; offset: number } | null = null;
  #packets = 0;
  #octets = 0;

  constructor(
    random: Random,
    /** Hz. */
    private readonly clockRate: number,
    now: number,
  ) {
    this.ssrc = randomBits(random, 32);
    // below 2^15, as SRTP wants it (RFC 3711, section 3.3.1)
    this.#sequence = randomBits(random, 15);
    this.#anchor = { timestamp: randomBits(random, 32), at: now };
  }

  /** Packets sent; 32 bits, as in an SR. */
  get packets(): number {
    return this.#packets;
  }

  /** Payload bytes sent; 32 bits, as in an SR. */
  get octets(): number {
    return this.#octets;
  }

  /** The timestamp of this moment on our timeline. */
  timestampAt(now: number): number {
    return (this.#anchor.timestamp + this.#ticks(now - this.#anchor.at)) >>> 0;
  }

  /**
   * The timestamp of something that begins now and was not sampled by the encoder: at least `packetMs` after
   * the beginning of the last packet, whose sound it must not overlap.
   */
  timestampOfNext(now: number, packetMs: number): number {
    if (!this.#started) return this.timestampAt(now);
    return (this.#anchor.timestamp + this.#ticks(Math.max(packetMs, now - this.#anchor.at))) >>> 0;
  }

  /**
   * Follows the local encoder, to be called for each of its packets, sent or not.
   * @param packetMs least distance to the last packet sent, when its timeline begins anew
   * @returns the packet's timestamp on our timeline, and how many of its packets were lost on their way to us
   */
  follow(header: RtpHeader, now: number, packetMs: number): { timestamp: number; missing: number } {
    const last = this.#source;
    let missing = 0;
    let offset: number;
    if (last?.ssrc === header.ssrc && this.#plausible(last, header, now)) {
      offset = last.offset;
      const skipped = sequenceDelta(last.sequence, header.sequence) - 1;
      if (skipped > 0 && skipped <= MAX_LOCAL_LOSS) missing = skipped;
    } else {
      offset = timestampDelta(header.timestamp, this.timestampOfNext(now, packetMs));
    }
    const { ssrc, sequence, timestamp } = header;
    this.#source = { ssrc, sequence, timestamp, at: now, offset };
    return { timestamp: (timestamp + offset) >>> 0, missing };
  }

  #plausible(last: { timestamp: number; at: number }, header: RtpHeader, now: number): boolean {
    const ticks = timestampDelta(last.timestamp, header.timestamp);
    return Math.abs(ticks - this.#ticks(now - last.at)) <= MAX_DRIFT * this.clockRate;
  }

  /**
   * The fields of the next packet; counts it as sent.
   * @param octets its payload's length
   * @param missing sequence numbers to leave out before it: the far end must see what was lost on the way to us
   */
  next(fields: Omit<RtpFields, 'ssrc' | 'sequence'>, octets: number, now: number, missing = 0): RtpFields {
    this.#sequence = (this.#sequence + 1 + missing) & 0xffff;
    this.#packets = (this.#packets + 1) >>> 0;
    this.#octets = (this.#octets + octets) >>> 0;
    // pictures are not always sent in the order of their timestamps; the timeline goes forward only
    if (!this.#started || timestampDelta(this.#anchor.timestamp, fields.timestamp) > 0) {
      this.#anchor = { timestamp: fields.timestamp, at: now };
    }
    this.#started = true;
    return { ...fields, ssrc: this.ssrc, sequence: this.#sequence };
  }

  #ticks(ms: number): number {
    return Math.round((ms * this.clockRate) / 1000);
  }
}
