// RTCP of one stream: reports in their time, round trip, and the feedback that asks for key frames.
import type { Clock, Timer } from '../system/clock.js';
import type { OutgoingRtp } from './outgoing-rtp.js';
import type { Random } from './random.js';
import type { Reception } from './reception.js';
import { buildRtcp, type ReportBlock, type RtcpPacket } from './rtcp-packet.js';

/** Seconds from 1900 to 1970: NTP counts from the former. */
const NTP_EPOCH = 2_208_988_800;
/** Undoes what timer reconsideration takes away on average: e - 3/2 (RFC 3550, section 6.3.1). */
const COMPENSATION = Math.E - 1.5;
/** A round trip above this is a mistake, s. */
const MAX_ROUND_TRIP = 60;

/**
 * Time to the next report, ms (RFC 3550, section 6.2: the reduced minimum, 360 s divided by the session's
 * kbit/s, but not under 1 s). With two members five percent of the bandwidth is always more than that needs,
 * so the minimum is the interval.
 */
export function reportInterval(sessionKbps: number, random: Random): number {
  const minimum = Math.max(1000, 360_000 / sessionKbps);
  return (minimum * (0.5 + random())) / COMPENSATION;
}

export interface RtcpSessionOptions {
  clock: Clock;
  random: Random;
  cname: string;
  /** The stream's bandwidth; sets the pace of reports. */
  sessionKbps: number;
  outgoing: OutgoingRtp;
  reception: Reception;
  /** Sends a compound packet to the far end, if it is known where that is. */
  send(data: Buffer): void;
  /** The far end asked for a key frame of ours, by PLI or FIR. */
  onKeyFrameRequest(): void;
}

/** Reports and reads reports from `start()` to `stop()`. */
export class RtcpSession {
  readonly #options: RtcpSessionOptions;
  /** Wall time less steady time when we began: a clock that is set must not upset the far end. */
  readonly #wallOffset: number;
  #timer: Timer | null = null;
  #lastSr: { middle: number; at: number; ssrc: number } | null = null;
  #octetsReported = 0;
  #octetsReportedBefore = 0;
  #firSequence: number;
  #firTaken: number | null = null;
  #roundTripMs: number | null = null;
  #remoteLost: number | null = null;

  constructor(options: RtcpSessionOptions) {
    this.#options = options;
    this.#wallOffset = options.clock.wall() - options.clock.steady();
    this.#firSequence = Math.floor(options.random() * 256);
  }

  /** ms; null until the far end reported on an SR of ours. */
  get roundTripMs(): number | null {
    return this.#roundTripMs;
  }

  /** Packets of ours that the far end misses; null until it reported. */
  get remoteLost(): number | null {
    return this.#remoteLost;
  }

  /** Reports at once, then regularly. */
  start(): void {
    this.#timer?.cancel();
    this.#report();
  }

  /** Says BYE and reports no more. */
  stop(): void {
    if (!this.#timer) return;
    this.#timer.cancel();
    this.#timer = null;
    this.#send([{ type: 'bye', ssrcs: [this.#options.outgoing.ssrc] }]);
  }

  /** Asks for a key frame of the present stream; false where there is no stream yet. */
  requestKeyFrame(kinds: { pli: boolean; fir: boolean }): boolean {
    const media = this.#options.reception.ssrc;
    if (media === null) return false;
    const { ssrc } = this.#options.outgoing;
    const feedback: SendPacket[] = [];
    if (kinds.pli) feedback.push({ type: 'pli', ssrc, media });
    if (kinds.fir) {
      // each request is a new command: the key frame that answered an earlier one may be what was lost
      this.#firSequence = (this.#firSequence + 1) & 0xff;
      feedback.push({ type: 'fir', ssrc, entries: [{ ssrc: media, sequence: this.#firSequence }] });
    }
    this.#send(feedback);
    return true;
  }

  /** Takes a compound packet that passed the source check. */
  take(packets: readonly RtcpPacket[]): void {
    const { outgoing, clock } = this.#options;
    let wanted = false;
    for (const packet of packets) {
      if (packet.type === 'sr') {
        const middle = ((packet.ntp.seconds << 16) | (packet.ntp.fraction >>> 16)) >>> 0;
        this.#lastSr = { middle, at: clock.steady(), ssrc: packet.ssrc };
      }
      if (packet.type === 'sr' || packet.type === 'rr') {
        for (const report of packet.reports) if (report.ssrc === outgoing.ssrc) this.#takeReport(report);
      }
      if (packet.type === 'pli' && packet.media === outgoing.ssrc) wanted = true;
      if (packet.type === 'fir') {
        const entry = packet.entries.find((e) => e.ssrc === outgoing.ssrc);
        // a repeated sequence number is the same request again (RFC 5104, section 4.3.1.2)
        if (entry && entry.sequence !== this.#firTaken) {
          this.#firTaken = entry.sequence;
          wanted = true;
        }
      }
    }
    if (wanted) this.#options.onKeyFrameRequest();
  }

  #takeReport(report: ReportBlock): void {
    this.#remoteLost = report.lost;
    if (report.lastSr === 0) return;
    const now = this.#ntp();
    const middle = ((now.seconds << 16) | (now.fraction >>> 16)) >>> 0;
    const seconds = (((middle - report.lastSr) | 0) - report.delaySinceLastSr) / 65536;
    if (seconds >= 0 && seconds < MAX_ROUND_TRIP) this.#roundTripMs = seconds * 1000;
  }

  #report(): void {
    this.#send([]);
    this.#octetsReportedBefore = this.#octetsReported;
    this.#octetsReported = this.#options.outgoing.octets;
    this.#timer = this.#options.clock.after(
      reportInterval(this.#options.sessionKbps, this.#options.random),
      () => this.#report(),
    );
  }

  /** Every compound begins with a report and our name (RFC 3550, section 6.1). */
  #send(rest: readonly SendPacket[]): void {
    const { outgoing, reception, clock, cname } = this.#options;
    const { ssrc } = outgoing;
    const now = clock.steady();
    const last = this.#lastSr?.ssrc === reception.ssrc ? this.#lastSr : null;
    const report = reception.report({
      lastSr: last?.middle ?? 0,
      delaySinceLastSr: last ? Math.round(((now - last.at) * 65536) / 1000) >>> 0 : 0,
    });
    const reports = report ? [report] : [];
    // a sender is who sent media since the report before the last one; keep-alives have no octets
    const sender = outgoing.octets !== this.#octetsReportedBefore;
    const head: SendPacket = sender
      ? {
          type: 'sr',
          ssrc,
          ntp: this.#ntp(),
          rtpTimestamp: outgoing.timestampAt(now),
          packets: outgoing.packets,
          octets: outgoing.octets,
          reports,
        }
      : { type: 'rr', ssrc, reports };
    this.#options.send(buildRtcp([head, { type: 'sdes', ssrc, cname }, ...rest]));
  }

  #ntp(): { seconds: number; fraction: number } {
    const ms = this.#options.clock.steady() + this.#wallOffset;
    const seconds = Math.floor(ms / 1000);
    return {
      seconds: (seconds + NTP_EPOCH) >>> 0,
      fraction: Math.floor(((ms - seconds * 1000) / 1000) * 2 ** 32) >>> 0,
    };
  }
}

type SendPacket = Exclude<RtcpPacket, { type: 'other' }>;
