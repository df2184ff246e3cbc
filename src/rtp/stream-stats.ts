// The figures of a call's media, for `status` and for tests.
import type { Endpoint } from '../system/udp.js';
import type { DropCounts } from './drop-counter.js';

/** Counts and measures of one stream. */
export interface StreamStats {
  codec: string;
  /** Where we send now; null while nothing can be sent. */
  remote: Endpoint | null;
  /** Packets taken from the far end. */
  received: number;
  /** Packets expected from the far end that never came. */
  lost: number;
  /** Packets passed on to the local media process. */
  relayed: number;
  /** RTP packets sent, events and keep-alives among them. */
  sent: number;
  /** Packets of ours that the far end says it misses; null until it said so. */
  remoteLost: number | null;
  /** Interarrival jitter (RFC 3550, section 6.4.1). */
  jitterMs: number;
  /** Null until the far end reported on a report of ours. */
  roundTripMs: number | null;
  /** Times that the far end went on under another SSRC. */
  ssrcChanges: number;
  /** Requests by PLI or FIR: ours, and the far end's. Video only. */
  keyFrames: { asked: number; wanted: number };
  /** Datagrams that went no further, by reason. */
  dropped: DropCounts;
}

/** Null where a stream is off. */
export interface MediaStats {
  audio: StreamStats | null;
  video: StreamStats | null;
}
