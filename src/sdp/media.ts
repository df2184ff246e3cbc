// What signalling and media tell each other about a call's streams: the only thing `sip` and `rtp` share.

/** Which way media flows, as seen from us (RFC 3264, section 5.1). */
export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

/** What our side offers or answers with: where our sockets are. */
export interface LocalMedia {
  /** The address that goes into `c=`. */
  address: string;
  /** RTP ports; RTCP is on the next one unless said otherwise by `a=rtcp`. */
  audioPort: number;
  videoPort: number;
}

/** Where the far end said it receives a stream. */
export interface RemoteStream {
  address: string;
  port: number;
  /** From `a=rtcp` (RFC 3605), else port + 1. */
  rtcpPort: number;
}

interface NegotiatedStream {
  remote: RemoteStream;
  direction: Direction;
  /** The payload type the far end expects from us. */
  sendPayloadType: number;
  /** The payload type it sends to us: the number our own description gave it. */
  receivePayloadType: number;
  /** Hz. */
  clockRate: number;
}

export type AudioCodec = 'PCMU' | 'PCMA';
export type VideoCodec = 'H264';

export interface NegotiatedAudio extends NegotiatedStream {
  codec: AudioCodec;
  /** Packet length we send, ms. */
  ptime: number;
  /** RFC 4733 payload types per direction; null where it was not negotiated. */
  telephoneEvent: { send: number; receive: number } | null;
}

export interface NegotiatedVideo extends NegotiatedStream {
  codec: VideoCodec;
  /** RFC 6184, section 6.2. */
  packetizationMode: 0 | 1;
  /** `sprop-parameter-sets` of the far end, base64 parts joined by commas; null where it sent none. */
  parameterSets: string | null;
  /** Feedback the far end understands (RFC 4585 PLI, RFC 5104 FIR). Where it says nothing both are tried. */
  feedback: { pli: boolean; fir: boolean; announced: boolean };
}

/** The outcome of one offer and answer. A stream that was refused or switched off is null. */
export interface Negotiated {
  audio: NegotiatedAudio | null;
  video: NegotiatedVideo | null;
}

/** Lengths of DTMF digits. */
export interface DigitTiming {
  /** How long a digit lasts, ms. */
  durationMs: number;
  /** Silence between two digits, ms. */
  gapMs: number;
}

/** The media of one call, as signalling needs it. Implemented by `src/rtp`. */
export interface CallMedia {
  /**
   * Opens the sockets on `address` (the one that reaches the server). Called once.
   * @throws KalitkaError `UDP_BIND`
   */
  open(address: string): Promise<LocalMedia>;
  /** Takes the outcome of an offer and answer; called again at each re-INVITE. */
  apply(negotiated: Negotiated): void;
  /**
   * Sends digits of `0-9*#A-D` as RFC 4733 events, in order; resolves when the last end packet has left.
   * @throws KalitkaError `RTP_NO_TELEPHONE_EVENT` | `RTP_ON_HOLD` | `RTP_CLOSED` | `RTP_BAD_DIGITS`
   */
  sendDigits(digits: string, timing: DigitTiming): Promise<void>;
  /** Ends the streams (RTCP BYE) and closes the sockets. Idempotent. */
  close(): Promise<void>;
}
