// What one side of a call can do, as offers and answers need it.
import type { AudioCodec, Direction, LocalMedia } from './media.js';

/** One H.264 format that an offer lists. */
export interface VideoFormat {
  /** Six hexadecimal digits (RFC 6184, section 8.1). */
  profileLevelId: string;
  packetizationMode: 0 | 1;
}

export interface VideoCapability {
  /** `recvonly` for a panel, `sendonly` or `sendrecv` for a door station. */
  direction: Direction;
  /** Highest level we take, level_idc: 40 = 4.0, enough for 1080p30. */
  level: number;
  /** What our own offers list, best first. Offers of the far end are taken with any profile up to High. */
  formats: readonly VideoFormat[];
}

/** What one side can do. */
export interface Capabilities {
  /** Best first; used for offers. An answer follows the order of the offer (RFC 3264, section 6.1). */
  audio: readonly AudioCodec[];
  /** RFC 4733. */
  telephoneEvent: boolean;
  /** null: every video section is refused. */
  video: VideoCapability | null;
}

/** Our side of one session: where the sockets are and what goes into `o=`. */
export interface LocalSession extends LocalMedia {
  /** Stays the same for the whole call (RFC 3264, section 8). */
  sessionId: number;
  /** Goes up by one with every description that differs from the last one. */
  version: number;
  /** True puts the far end on hold: audio `sendonly`, video not received. */
  hold?: boolean;
}

/** An indoor panel: sees, is not seen. */
export const panelCapabilities: Capabilities = {
  audio: ['PCMU', 'PCMA'],
  telephoneEvent: true,
  video: {
    direction: 'recvonly',
    level: 40,
    formats: [
      { profileLevelId: '42e028', packetizationMode: 1 },
      { profileLevelId: '42e028', packetizationMode: 0 },
      { profileLevelId: '640028', packetizationMode: 1 },
    ],
  },
};

/** A door station: shows and sees nothing. */
export const stationCapabilities: Capabilities = {
  audio: ['PCMU', 'PCMA'],
  telephoneEvent: true,
  video: {
    direction: 'sendonly',
    level: 31,
    formats: [{ profileLevelId: '42e01f', packetizationMode: 1 }],
  },
};
