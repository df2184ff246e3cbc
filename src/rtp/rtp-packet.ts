// The RTP packet (RFC 3550, section 5.1) as pure functions over bytes: nothing here allocates a payload.

/** The version every RTP and RTCP packet carries. */
export const RTP_VERSION = 2;
/** Bytes of the fixed header. */
export const RTP_HEADER_LENGTH = 12;

/** The fields of the fixed header that a sender chooses. */
export interface RtpFields {
  marker: boolean;
  /** 0-127. */
  payloadType: number;
  /** 16 bits, wraps. */
  sequence: number;
  /** 32 bits, wraps; in ticks of the stream's clock. */
  timestamp: number;
  /** 32 bits. */
  ssrc: number;
}

/** A parsed header; the payload is `data.subarray(payloadStart, payloadEnd)`. */
export interface RtpHeader extends RtpFields {
  payloadStart: number;
  /** After the payload and before the padding. */
  payloadEnd: number;
}

/**
 * Reads a datagram's RTP header.
 * @returns null where it is no well-formed RTP packet: too short, wrong version, or CSRC list, extension or
 *   padding that reach beyond its end
 */
export function parseRtp(data: Buffer): RtpHeader | null {
  if (data.length < RTP_HEADER_LENGTH) return null;
  const first = data.readUInt8(0);
  if (first >> 6 !== RTP_VERSION) return null;
  let payloadStart = RTP_HEADER_LENGTH + 4 * (first & 0x0f);
  if (first & 0x10) {
    if (payloadStart + 4 > data.length) return null;
    payloadStart += 4 + 4 * data.readUInt16BE(payloadStart + 2);
  }
  let payloadEnd = data.length;
  if (first & 0x20) {
    const padding = data.readUInt8(data.length - 1);
    if (padding === 0) return null;
    payloadEnd -= padding;
  }
  if (payloadStart > payloadEnd) return null;
  const second = data.readUInt8(1);
  return {
    marker: (second & 0x80) !== 0,
    payloadType: second & 0x7f,
    sequence: data.readUInt16BE(2),
    timestamp: data.readUInt32BE(4),
    ssrc: data.readUInt32BE(8),
    payloadStart,
    payloadEnd,
  };
}

/** Overwrites the fields of a packet's fixed header in place; CSRC count, extension and padding bits stay. */
export function rewriteRtp(data: Buffer, fields: RtpFields): void {
  data.writeUInt8((fields.marker ? 0x80 : 0) | fields.payloadType, 1);
  data.writeUInt16BE(fields.sequence, 2);
  data.writeUInt32BE(fields.timestamp, 4);
  data.writeUInt32BE(fields.ssrc, 8);
}

/** A new packet without CSRC list, extension or padding. */
export function buildRtp(fields: RtpFields, payload: Uint8Array): Buffer {
  const data = Buffer.allocUnsafe(RTP_HEADER_LENGTH + payload.length);
  data.writeUInt8(RTP_VERSION << 6, 0);
  rewriteRtp(data, fields);
  data.set(payload, RTP_HEADER_LENGTH);
  return data;
}

/** How far sequence number `to` is ahead of `from`: -32768..32767. */
export function sequenceDelta(from: number, to: number): number {
  return ((to - from) << 16) >> 16;
}

/** How far timestamp `to` is ahead of `from`, in ticks: a signed 32-bit number. */
export function timestampDelta(from: number, to: number): number {
  return (to - from) | 0;
}
