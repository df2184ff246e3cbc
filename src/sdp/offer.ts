// Makes offers and reads the answers to them (RFC 3264, sections 5 and 7).
import { KalitkaError } from '../system/errors.js';
import type { Capabilities, LocalSession, VideoCapability } from './capabilities.js';
import { readDescription, type Format, type Section } from './description.js';
import {
  agreedDirection,
  isUsable,
  negotiatedAudio,
  negotiatedVideo,
  type AgreedFormat,
} from './negotiated.js';
import { agree } from './direction.js';
import { sameH264 } from './h264.js';
import type { AudioCodec, Direction, Negotiated, NegotiatedAudio, NegotiatedVideo } from './media.js';
import { refusal, writeDescription, type OutgoingSection } from './write.js';

const audioPayloadTypes: Record<AudioCodec, number> = { PCMU: 0, PCMA: 8 };
/** The number nearly everybody uses, and door stations expect. */
const telephoneEventPayloadType = 101;
const firstVideoPayloadType = 102;

/**
 * Makes an offer.
 * @param previous our last description in the same call: its sections keep their places (RFC 3264, section 8)
 */
export function createOffer(local: LocalSession, capabilities: Capabilities, previous?: string): string {
  const wanted = new Map<string, OutgoingSection>([['audio', offerAudio(local, capabilities)]]);
  if (capabilities.video) wanted.set('video', offerVideo(local, capabilities.video));
  const sections: OutgoingSection[] = [];
  for (const before of previous === undefined ? [] : readDescription(previous).sections) {
    sections.push(wanted.get(before.type) ?? refusal(before));
    wanted.delete(before.type);
  }
  return writeDescription(local, [...sections, ...wanted.values()]);
}

function offerAudio(local: LocalSession, capabilities: Capabilities): OutgoingSection {
  const rtp = capabilities.audio.map((codec) => ({ payload: audioPayloadTypes[codec], codec, rate: 8000 }));
  const fmtp: OutgoingSection['fmtp'] = [];
  if (capabilities.telephoneEvent) {
    rtp.push({ payload: telephoneEventPayloadType, codec: 'telephone-event' as AudioCodec, rate: 8000 });
    fmtp.push({ payload: telephoneEventPayloadType, config: '0-16' });
  }
  return {
    type: 'audio',
    port: local.audioPort,
    protocol: 'RTP/AVP',
    payloads: rtp.map((r) => r.payload).join(' '),
    rtp,
    fmtp,
    ptime: 20,
    direction: audioWish(local),
  };
}

function offerVideo(local: LocalSession, video: VideoCapability): OutgoingSection {
  const formats = video.formats.map((format, i) => ({ payload: firstVideoPayloadType + i, format }));
  return {
    type: 'video',
    port: local.videoPort,
    protocol: 'RTP/AVP',
    payloads: formats.map((f) => f.payload).join(' '),
    rtp: formats.map(({ payload }) => ({ payload, codec: 'H264', rate: 90_000 })),
    fmtp: formats.map(({ payload, format }) => ({
      payload,
      config:
        `profile-level-id=${format.profileLevelId};packetization-mode=${format.packetizationMode}` +
        ';level-asymmetry-allowed=1',
    })),
    rtcpFb: [
      { payload: '*', type: 'nack', subtype: 'pli' },
      { payload: '*', type: 'ccm', subtype: 'fir' },
    ],
    direction: videoWish(local, video),
  };
}

/** Which way we want audio to flow. */
export function audioWish(local: LocalSession): Direction {
  return local.hold ? 'sendonly' : 'sendrecv';
}

/** Which way we want video to flow: a held call gets no picture. */
export function videoWish(local: LocalSession, video: VideoCapability): Direction {
  return local.hold ? agree(video.direction, 'recvonly') : video.direction;
}

/**
 * Reads the answer to an offer of ours.
 * @throws KalitkaError `SDP_INVALID` when the answer does not fit the offer, `SDP_NO_COMMON_MEDIA` when it takes
 * no stream
 */
export function acceptAnswer(offer: string, answer: string): Negotiated {
  const ours = readDescription(offer).sections;
  const theirs = readDescription(answer).sections;
  if (theirs.length !== ours.length || theirs.some((section, i) => section.type !== ours[i]?.type)) {
    throw new KalitkaError('SDP_INVALID', 'the answer does not have the media sections of the offer');
  }
  const negotiated: Negotiated = { audio: null, video: null };
  theirs.forEach((section, i) => {
    const offered = ours[i];
    if (!offered || offered.port === 0 || !isUsable(section)) return;
    if (section.type === 'audio') negotiated.audio ??= acceptAudio(offered, section);
    if (section.type === 'video') negotiated.video ??= acceptVideo(offered, section);
  });
  if (!negotiated.audio && !negotiated.video) {
    throw new KalitkaError('SDP_NO_COMMON_MEDIA', 'the far end took no stream that was offered');
  }
  return negotiated;
}

function acceptAudio(offered: Section, answered: Section): NegotiatedAudio | null {
  const pair = (wanted: (format: Format) => boolean): AgreedFormat | null => {
    for (const theirs of answered.formats.filter(wanted)) {
      const ours = offered.formats.find(
        (f) => f.encoding === theirs.encoding && f.clockRate === theirs.clockRate,
      );
      if (ours) return { theirs, ours: ours.payloadType };
    }
    return null;
  };
  const format = pair((f) => f.encoding === 'PCMU' || f.encoding === 'PCMA');
  if (!format) return null;
  return negotiatedAudio(
    answered,
    format.theirs.encoding as AudioCodec,
    format,
    pair((f) => f.encoding === 'TELEPHONE-EVENT'),
    agreedDirection(offered.direction, answered),
  );
}

function acceptVideo(offered: Section, answered: Section): NegotiatedVideo | null {
  for (const theirs of answered.formats) {
    const ours =
      offered.formats.find((f) => sameH264(f, theirs)) ??
      // an answer that repeats only the number means the format that had it in the offer
      offered.formats.find(
        (f) =>
          theirs.encoding === 'H264' && theirs.parameters.size === 0 && f.payloadType === theirs.payloadType,
      );
    if (!ours) continue;
    const format = theirs.parameters.size === 0 ? { ...ours, payloadType: theirs.payloadType } : theirs;
    const way = agreedDirection(offered.direction, answered);
    return negotiatedVideo(answered, { theirs: format, ours: ours.payloadType }, way);
  }
  return null;
}
