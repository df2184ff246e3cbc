// The offers and answers of one call in their order: keeps `o=` right and knows which offer is still open.
import { KalitkaError } from '../system/errors.js';
import { answer } from '../sdp/answer.js';
import type { Capabilities, LocalSession } from '../sdp/capabilities.js';
import type { LocalMedia, Negotiated } from '../sdp/media.js';
import { acceptAnswer, createOffer } from '../sdp/offer.js';

/** Offer/answer state of one call (RFC 3264). */
export class SessionDescriptions {
  #local: LocalSession | null = null;
  /** What holds again if our open offer is refused. */
  #before: LocalSession | null = null;
  #last: string | null = null;
  #open: string | null = null;
  readonly #sessionId: number;

  constructor(private readonly options: { random: () => number; capabilities: Capabilities }) {
    this.#sessionId = Math.floor(options.random() * 2 ** 31);
  }

  /** Where our sockets are now; `hold` puts the far end on hold. */
  setLocal(local: LocalMedia, hold = this.#local?.hold ?? false): void {
    const version = this.#local?.version ?? 1;
    this.#before = this.#local;
    this.#local = { ...local, hold, sessionId: this.#sessionId, version };
  }

  /** True while an offer of ours waits for its answer. */
  get waiting(): boolean {
    return this.#open !== null;
  }

  /** Makes an offer; the next answer belongs to it. */
  offer(capabilities: Capabilities = this.options.capabilities): string {
    const previous = this.#last ?? undefined;
    this.#open = this.#publish((local) => createOffer(local, capabilities, previous));
    return this.#open;
  }

  /** The offer was refused: the session stays as it was. */
  rollback(): void {
    this.#open = null;
    if (this.#before && this.#local) this.#local = { ...this.#before, version: this.#local.version };
  }

  /**
   * Takes the answer to our open offer.
   * @throws KalitkaError `SDP_INVALID` | `SDP_NO_COMMON_MEDIA`
   */
  accept(sdp: string): Negotiated {
    if (this.#open === null)
      throw new KalitkaError('SDP_INVALID', 'an answer came where nothing was offered');
    const offer = this.#open;
    this.#open = null;
    return acceptAnswer(offer, sdp);
  }

  /**
   * Reads an answer that is not the last word: that of a provisional response.
   * @throws KalitkaError `SDP_INVALID` | `SDP_NO_COMMON_MEDIA`
   */
  preview(sdp: string): Negotiated {
    return acceptAnswer(this.#open ?? '', sdp);
  }

  /**
   * Answers an offer of the far end.
   * @throws KalitkaError `SDP_INVALID` | `SDP_NO_COMMON_MEDIA`
   */
  answer(offer: string): { sdp: string; negotiated: Negotiated } {
    let negotiated: Negotiated = { audio: null, video: null };
    const sdp = this.#publish((local) => {
      const made = answer(offer, local, this.options.capabilities);
      negotiated = made.negotiated;
      return made.sdp;
    });
    return { sdp, negotiated };
  }

  /** A description that says the same as the last one keeps its version; any other gets the next. */
  #publish(make: (local: LocalSession) => string): string {
    const local = this.#local;
    if (!local) throw new KalitkaError('SDP_INVALID', 'the sockets are not open yet');
    let sdp = make(local);
    if (this.#last !== null && sdp !== this.#last) {
      local.version += 1;
      sdp = make(local);
    }
    this.#last = sdp;
    return sdp;
  }
}

/**
 * Checks an offer before anybody is asked: what would come of it?
 * @throws KalitkaError `SDP_INVALID` | `SDP_NO_COMMON_MEDIA`
 */
export function previewOffer(offer: string, capabilities: Capabilities): Negotiated {
  const local = { address: '0.0.0.0', audioPort: 9, videoPort: 9, sessionId: 0, version: 0 };
  const { negotiated } = answer(offer, local, capabilities);
  if (!negotiated.audio && !negotiated.video) {
    throw new KalitkaError('SDP_NO_COMMON_MEDIA', 'the offer has no stream that we can take');
  }
  return negotiated;
}
