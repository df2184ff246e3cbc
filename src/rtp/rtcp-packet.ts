// RTCP (RFC 3550, section 6; feedback of RFC 4585 and RFC 5104) as pure functions: bytes to values and back.

/** One report block: what a receiver says of one source (RFC 3550, section 6.4.1). */
export interface ReportBlock {
  /** The source reported on. */
  ssrc: number;
  /** Lost since the last report, in 1/256. */
  fractionLost: number;
  /** Since the beginning; signed 24 bits (duplicates can make it negative). */
  lost: number;
  /** Highest sequence number with its cycles, 32 bits. */
  highestSequence: number;
  /** Ticks of the stream's clock. */
  jitter: number;
  /** Middle 32 bits of the NTP time in the last SR; 0 = none came yet. */
  lastSr: number;
  /** Since that SR came, in 1/65536 s. */
  delaySinceLastSr: number;
}

/** One packet of a compound. `other` stands for every kind or format that is not understood. */
export type RtcpPacket =
  | {
      type: 'sr';
      ssrc: number;
      /** NTP time: seconds and 1/2^32 of them, 32 bits each. */
      ntp: { seconds: number; fraction: number };
      rtpTimestamp: number;
      packets: number;
      octets: number;
      reports: ReportBlock[];
    }
  | { type: 'rr'; ssrc: number; reports: ReportBlock[] }
  | { type: 'sdes'; ssrc: number; cname: string }
  | { type: 'bye'; ssrcs: number[] }
  | { type: 'pli'; ssrc: number; media: number }
  | { type: 'fir'; ssrc: number; entries: { ssrc: number; sequence: number }[] }
  | { type: 'other'; packetType: number };

const SR = 200;
const RR = 201;
const SDES = 202;
const BYE = 203;
const PSFB = 206;
/** Formats of a payload-specific feedback packet. */
const PLI = 1;
const FIR = 4;
const CNAME = 1;
const REPORT_LENGTH = 24;

/**
 * Reads a compound packet. Reduced-size packets (RFC 5506) are taken too, since some send bare feedback.
 * @returns null where it is not RTCP from end to end: wrong version, a type outside 192-223, or lengths that
 *   do not add up. A packet of a known type with a body too short for it is `other`.
 */
export function parseRtcp(data: Buffer): RtcpPacket[] | null {
  const packets: RtcpPacket[] = [];
  let at = 0;
  while (at < data.length) {
    if (at + 4 > data.length) return null;
    const first = data.readUInt8(at);
    const packetType = data.readUInt8(at + 1);
    const next = at + 4 + 4 * data.readUInt16BE(at + 2);
    if (first >> 6 !== 2 || packetType < 192 || packetType > 223 || next > data.length) return null;
    let end = next;
    if (first & 0x20) {
      // only the last one may be padded (section 6.4.1)
      const padding = data.readUInt8(next - 1);
      if (next !== data.length || padding === 0 || padding % 4 !== 0 || padding > next - at - 4) return null;
      end -= padding;
    }
    packets.push(parseOne(packetType, first & 0x1f, data.subarray(at + 4, end)));
    at = next;
  }
  return packets.length > 0 ? packets : null;
}

function parseOne(packetType: number, count: number, body: Buffer): RtcpPacket {
  const other: RtcpPacket = { type: 'other', packetType };
  switch (packetType) {
    case SR:
      if (body.length < 24 + count * REPORT_LENGTH) return other;
      return {
        type: 'sr',
        ssrc: body.readUInt32BE(0),
        ntp: { seconds: body.readUInt32BE(4), fraction: body.readUInt32BE(8) },
        rtpTimestamp: body.readUInt32BE(12),
        packets: body.readUInt32BE(16),
        octets: body.readUInt32BE(20),
        reports: parseReports(body, 24, count),
      };
    case RR:
      if (body.length < 4 + count * REPORT_LENGTH) return other;
      return { type: 'rr', ssrc: body.readUInt32BE(0), reports: parseReports(body, 4, count) };
    case SDES:
      return parseSdes(body) ?? other;
    case BYE:
      if (body.length < 4 * count) return other;
      return { type: 'bye', ssrcs: Array.from({ length: count }, (_, i) => body.readUInt32BE(4 * i)) };
    case PSFB:
      if (count === PLI && body.length >= 8) {
        return { type: 'pli', ssrc: body.readUInt32BE(0), media: body.readUInt32BE(4) };
      }
      if (count === FIR && body.length >= 8) {
        const entries = [];
        for (let at = 8; at + 8 <= body.length; at += 8) {
          entries.push({ ssrc: body.readUInt32BE(at), sequence: body.readUInt8(at + 4) });
        }
        return { type: 'fir', ssrc: body.readUInt32BE(0), entries };
      }
      return other;
    default:
      return other;
  }
}

function parseReports(body: Buffer, start: number, count: number): ReportBlock[] {
  return Array.from({ length: count }, (_, i) => {
    const at = start + i * REPORT_LENGTH;
    return {
      ssrc: body.readUInt32BE(at),
      fractionLost: body.readUInt8(at + 4),
      lost: body.readIntBE(at + 5, 3),
      highestSequence: body.readUInt32BE(at + 8),
      jitter: body.readUInt32BE(at + 12),
      lastSr: body.readUInt32BE(at + 16),
      delaySinceLastSr: body.readUInt32BE(at + 20),
    };
  });
}

/** The first chunk's CNAME; mixers may send more chunks, a peer in a call has one. */
function parseSdes(body: Buffer): RtcpPacket | null {
  if (body.length < 4) return null;
  let at = 4;
  while (at + 2 <= body.length && body.readUInt8(at) !== 0) {
    const end = at + 2 + body.readUInt8(at + 1);
    if (end > body.length) return null;
    if (body.readUInt8(at) === CNAME) {
      return { type: 'sdes', ssrc: body.readUInt32BE(0), cname: body.toString('utf8', at + 2, end) };
    }
    at = end;
  }
  return null;
}

/** Writes a compound packet; `other` cannot be written. Counts and lengths must fit their fields. */
export function buildRtcp(packets: readonly Exclude<RtcpPacket, { type: 'other' }>[]): Buffer {
  return Buffer.concat(packets.map(buildOne));
}

function buildOne(packet: Exclude<RtcpPacket, { type: 'other' }>): Buffer {
  switch (packet.type) {
    case 'sr': {
      const body = Buffer.alloc(24);
      body.writeUInt32BE(packet.ssrc, 0);
      body.writeUInt32BE(packet.ntp.seconds, 4);
      body.writeUInt32BE(packet.ntp.fraction, 8);
      body.writeUInt32BE(packet.rtpTimestamp, 12);
      body.writeUInt32BE(packet.packets, 16);
      body.writeUInt32BE(packet.octets, 20);
      return withHeader(SR, packet.reports.length, [body, ...packet.reports.map(buildReport)]);
    }
    case 'rr':
      return withHeader(RR, packet.reports.length, [words(packet.ssrc), ...packet.reports.map(buildReport)]);
    case 'sdes': {
      const name = Buffer.from(packet.cname, 'utf8');
      // at least one zero byte ends the chunk, up to the next 32-bit boundary (section 6.5)
      const body = Buffer.alloc(Math.ceil((4 + 2 + name.length + 1) / 4) * 4);
      body.writeUInt32BE(packet.ssrc, 0);
      body.writeUInt8(CNAME, 4);
      body.writeUInt8(name.length, 5);
      name.copy(body, 6);
      return withHeader(SDES, 1, [body]);
    }
    case 'bye':
      return withHeader(BYE, packet.ssrcs.length, [words(...packet.ssrcs)]);
    case 'pli':
      return withHeader(PSFB, PLI, [words(packet.ssrc, packet.media)]);
    case 'fir':
      // the media source of the common header is 0: each entry names its own (RFC 5104, section 4.3.1.2)
      return withHeader(PSFB, FIR, [
        words(packet.ssrc, 0),
        ...packet.entries.map((entry) => words(entry.ssrc, (entry.sequence << 24) >>> 0)),
      ]);
  }
}

function buildReport(report: ReportBlock): Buffer {
  const data = Buffer.alloc(REPORT_LENGTH);
  data.writeUInt32BE(report.ssrc, 0);
  data.writeUInt8(report.fractionLost, 4);
  data.writeIntBE(report.lost, 5, 3);
  data.writeUInt32BE(report.highestSequence, 8);
  data.writeUInt32BE(report.jitter, 12);
  data.writeUInt32BE(report.lastSr, 16);
  data.writeUInt32BE(report.delaySinceLastSr, 20);
  return data;
}

function words(...values: number[]): Buffer {
  const data = Buffer.alloc(4 * values.length);
  values.forEach((value, i) => data.writeUInt32BE(value, 4 * i));
  return data;
}

function withHeader(packetType: number, count: number, parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const header = Buffer.alloc(4);
  header.writeUInt8(0x80 | count, 0);
  header.writeUInt8(packetType, 1);
  header.writeUInt16BE(body.length / 4, 2);
  return Buffer.concat([header, body]);
}
