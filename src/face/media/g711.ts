// The names GStreamer has for the two codecs of G.711.
import type { AudioCodec } from '../../sdp/media.js';

/** Hz. */
export const G711_RATE = 8000;

/** Element names of a codec, without their `enc`, `dec`, `pay`, `depay`; its static payload type (RFC 3551). */
export const g711: Readonly<Record<AudioCodec, { coder: string; rtp: string; payloadType: number }>> = {
  PCMU: { coder: 'mulaw', rtp: 'rtppcmu', payloadType: 0 },
  PCMA: { coder: 'alaw', rtp: 'rtppcma', payloadType: 8 },
};
