// Answers offers (RFC 3264, section 6): every offered section gets its answer, in the same place.
import { KalitkaError } from '../system/errors.js';
import type { Capabilities, LocalSession } from './capabilities.js';
import { readDescription, type Format, type Section } from './description.js';
import { answerParameters, isUsableH264, packetizationMode } from './h264.js';
import type { AudioCodec, Negotiated, NegotiatedAudio, NegotiatedVideo } from './media.js';
import { agreedDirection, feedbackFor, isUsable, negotiatedAudio, negotiatedVideo } from './negotiated.js';
import { audioWish, videoWish } from './offer.js';
import { refusal, writeDescription, type OutgoingSection } from './write.js';

/** Feedback we can make or understand; announced only where the offer named it. */
const feedbackKinds = ['nack pli', 'ccm fir'];

/**
 * Answers an offer. The first usable audio and the first usable video section are taken, all others refused.
 * An offer whose sections are all switched off is answered in kind, with both streams null.
 * @throws KalitkaError `SDP_INVALID` when it cannot be read, `SDP_NO_COMMON_MEDIA` when there is nothing in it for
 * us (both: 488)
 */
export function answer(
  offer: string,
  local: LocalSession,
  capabilities: Capabilities,
): { sdp: string; negotiated: Negotiated } {
  const sections = readDescription(offer).sections;
  const negotiated: Negotiated = { audio: null, video: null };
  const media = sections.map((section) => {
    if (section.type === 'audio' && !negotiated.audio && isUsable(section)) {
      const taken = takeAudio(section, local, capabilities);
      if (taken) {
        negotiated.audio = taken.negotiated;
        return taken.section;
      }
    }
    if (section.type === 'video' && !negotiated.video && isUsable(section)) {
      const taken = takeVideo(section, local, capabilities);
      if (taken) {
        negotiated.video = taken.negotiated;
        return taken.section;
      }
    }
    return refusal(section);
  });
  if (!negotiated.audio && !negotiated.video && sections.some((section) => section.port !== 0)) {
    throw new KalitkaError('SDP_NO_COMMON_MEDIA', 'the offer has no stream that we can take');
  }
  return { sdp: writeDescription(local, media), negotiated };
}

interface Taken<Stream> {
  section: OutgoingSection;
  negotiated: Stream;
}

function takeAudio(
  offered: Section,
  local: LocalSession,
  capabilities: Capabilities,
): Taken<NegotiatedAudio> | null {
  const codecs: readonly string[] = capabilities.audio;
  const format = offered.formats.find((f) => codecs.includes(f.encoding) && f.clockRate === 8000);
  if (!format) return null;
  const event = capabilities.telephoneEvent
    ? offered.formats.find((f) => f.encoding === 'TELEPHONE-EVENT' && f.clockRate === format.clockRate)
    : undefined;
  const way = agreedDirection(audioWish(local), offered);
  const codec = format.encoding as AudioCodec;
  const negotiated = negotiatedAudio(
    offered,
    codec,
    { theirs: format, ours: format.payloadType },
    event ? { theirs: event, ours: event.payloadType } : null,
    way,
  );
  const rtp = [{ payload: format.payloadType, codec: codec as string, rate: format.clockRate }];
  if (event) rtp.push({ payload: event.payloadType, codec: 'telephone-event', rate: event.clockRate });
  return {
    negotiated,
    section: {
      type: 'audio',
      port: local.audioPort,
      protocol: offered.protocol,
      payloads: rtp.map((r) => r.payload).join(' '),
      rtp,
      fmtp: event ? [{ payload: event.payloadType, config: '0-16' }] : [],
      ptime: negotiated.ptime,
      direction: way,
    },
  };
}

function takeVideo(
  offered: Section,
  local: LocalSession,
  capabilities: Capabilities,
): Taken<NegotiatedVideo> | null {
  const video = capabilities.video;
  if (!video) return null;
  const format = bestH264(offered.formats);
  if (!format) return null;
  const way = agreedDirection(videoWish(local, video), offered);
  const payload = format.payloadType;
  const config = answerParameters(format, video.level);
  const kinds = feedbackFor(offered, payload).filter((kind) => feedbackKinds.includes(kind));
  return {
    negotiated: negotiatedVideo(offered, { theirs: format, ours: payload }, way),
    section: {
      type: 'video',
      port: local.videoPort,
      protocol: offered.protocol,
      payloads: String(payload),
      rtp: [{ payload, codec: 'H264', rate: format.clockRate }],
      fmtp: config === '' ? [] : [{ payload, config }],
      rtcpFb: [...new Set(kinds)].map((kind) => {
        const [type = '', subtype] = kind.split(' ');
        return { payload, type, ...(subtype === undefined ? {} : { subtype }) };
      }),
      direction: way,
    },
  };
}

/** The first offered format in packetization mode 1, which carries frames larger than a packet; else the first. */
function bestH264(formats: readonly Format[]): Format | undefined {
  const usable = formats.filter(isUsableH264);
  return usable.find((f) => packetizationMode(f) === 1) ?? usable[0];
}
