// Turns one agreed section into what `src/rtp` needs to know.
import type { Format, Section } from './description.js';
import { isHoldAddress, isUnicast } from './description.js';
import { agree, direction } from './direction.js';
import { packetizationMode } from './h264.js';
import type { AudioCodec, Direction, NegotiatedAudio, NegotiatedVideo } from './media.js';

/** One media format as both sides number it. */
export interface AgreedFormat {
  /** As the far end described it: we send with its number. */
  theirs: Format;
  /** The number our description gave it: we receive with that. */
  ours: number;
}

/** True where a section can carry media for us at all: switched on, plain RTP, to one IP address. */
export function isUsable(section: Section): boolean {
  return section.port !== 0 && /^RTP\/AVPF?$/.test(section.protocol) && isUnicast(section.address);
}

/** Direction as seen from us, given what we wish. An address of zeros takes our sending away (RFC 2543 hold). */
export function agreedDirection(wish: Direction, section: Section): Direction {
  const theirs = isHoldAddress(section.address)
    ? direction(agree('recvonly', section.direction) === 'recvonly', false)
    : section.direction;
  return agree(wish, theirs);
}

/** A `Section` that has passed `isUsable`, and the format agreed on, as `NegotiatedAudio`. */
export function negotiatedAudio(
  section: Section,
  codec: AudioCodec,
  format: AgreedFormat,
  telephoneEvent: AgreedFormat | null,
  way: Direction,
): NegotiatedAudio {
  return {
    ...stream(section, format, way),
    codec,
    ptime: packetTime(section),
    telephoneEvent: telephoneEvent && {
      send: telephoneEvent.theirs.payloadType,
      receive: telephoneEvent.ours,
    },
  };
}

/** The same for video. */
export function negotiatedVideo(section: Section, format: AgreedFormat, way: Direction): NegotiatedVideo {
  const kinds = feedbackFor(section, format.theirs.payloadType);
  const parameterSets = format.theirs.parameters.get('sprop-parameter-sets');
  return {
    ...stream(section, format, way),
    codec: 'H264',
    packetizationMode: packetizationMode(format.theirs) ?? 0,
    parameterSets: parameterSets === undefined || parameterSets === '' ? null : parameterSets,
    feedback: {
      pli: kinds.includes('nack pli'),
      fir: kinds.includes('ccm fir'),
      announced: section.feedback.length > 0,
    },
  };
}

/** The feedback a side announced for a payload type (RFC 4585, section 4.2). */
export function feedbackFor(section: Section, payloadType: number): string[] {
  return section.feedback
    .filter((fb) => fb.payloadType === '*' || fb.payloadType === String(payloadType))
    .map((fb) => fb.kind);
}

function stream(section: Section, format: AgreedFormat, way: Direction) {
  return {
    remote: { address: section.address ?? '', port: section.port, rtcpPort: section.rtcpPort },
    direction: way,
    sendPayloadType: format.theirs.payloadType,
    receivePayloadType: format.ours,
    clockRate: format.theirs.clockRate,
  };
}

/** ms. What the far end prefers, where G.711 senders commonly can do it; else 20 (RFC 3551, section 4.2). */
function packetTime(section: Section): number {
  const wish = [10, 20, 30, 40, 60].includes(section.ptime ?? 0) ? Number(section.ptime) : 20;
  return Math.max(10, Math.min(wish, Math.floor((section.maxptime ?? wish) / 10) * 10));
}
