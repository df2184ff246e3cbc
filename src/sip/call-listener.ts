// The words between a call and whoever owns it.
import type { Capabilities } from '../sdp/capabilities.js';
import type { LocalMedia, Negotiated } from '../sdp/media.js';
import type { CallEnd } from '../panel/ports.js';

/** What a call tells. All are called from inside a network handler: be short, never throw. */
export interface CallListener {
  /** Outgoing only: it rings there. */
  ringing?(): void;
  /** An offer and answer came to an end; `call.media` has been told already. */
  media?(negotiated: Negotiated): void;
  /** The dialog is confirmed: the ACK came, or our INVITE got its 200. */
  established?(): void;
  /** An INFO came. True answers it 200, false 415. */
  info?(contentType: string, body: string): boolean;
  /** The last word, exactly once. */
  ended?(end: CallEnd, detail: string | null): void;
}

/** What a re-INVITE changes. */
export interface SessionChange {
  /** Puts the far end on hold, or takes it off. */
  hold?: boolean;
  /** New sockets. */
  local?: LocalMedia;
  /** Adds or drops video, changes codecs. */
  capabilities?: Capabilities;
}
