// Tells where a decoder can start in an H.264 stream by looking at RTP payloads only (RFC 6184).

/** What one RTP payload holds, as far as starting a decoder is concerned. */
export interface H264Payload {
  /** A decoder can start here: a sequence parameter set, or the first bytes of an IDR slice. */
  key: boolean;
  /** Coded picture data of any kind, whole or a fragment. */
  slice: boolean;
}

const NAL_IDR = 5;
const NAL_SPS = 7;
/** Non-IDR slice, data partitions A-C and IDR slice: H.264, table 7-1. */
const isSlice = (type: number): boolean => type >= 1 && type <= NAL_IDR;

const STAP_A = 24;
const FU_A = 28;

/**
 * Looks into one RTP payload: a single NAL unit, STAP-A or FU-A (RFC 6184, sections 5.6 to 5.8); these are
 * all that packetization modes 0 and 1 have.
 * @returns null where it is empty, malformed, or of the interleaved mode
 */
export function inspectH264(data: Buffer, start = 0, end = data.length): H264Payload | null {
  if (start >= end) return null;
  const type = data.readUInt8(start) & 0x1f;
  if (type >= 1 && type < STAP_A) {
    return { key: type === NAL_IDR || type === NAL_SPS, slice: isSlice(type) };
  }
  if (type === FU_A) {
    if (start + 2 > end) return null;
    const fuHeader = data.readUInt8(start + 1);
    const first = (fuHeader & 0x80) !== 0;
    const inner = fuHeader & 0x1f;
    return { key: first && (inner === NAL_IDR || inner === NAL_SPS), slice: isSlice(inner) };
  }
  if (type === STAP_A) return inspectAggregate(data, start + 1, end);
  return null;
}

/** STAP-A: a 16-bit size before each NAL unit (RFC 6184, section 5.7.1). */
function inspectAggregate(data: Buffer, start: number, end: number): H264Payload | null {
  const found: H264Payload = { key: false, slice: false };
  let at = start;
  while (at < end) {
    if (at + 2 > end) return null;
    const size = data.readUInt16BE(at);
    at += 2;
    if (size === 0 || at + size > end) return null;
    const type = data.readUInt8(at) & 0x1f;
    if (type === NAL_IDR || type === NAL_SPS) found.key = true;
    if (isSlice(type)) found.slice = true;
    at += size;
  }
  return at === start ? null : found;
}
