// A call's media that opens no socket and remembers what it was told.
import { KalitkaError } from '../../src/system/errors.js';
import type { CallMedia, DigitTiming, LocalMedia, Negotiated } from '../../src/sdp/media.js';

export class FakeMedia implements CallMedia {
  /** Ports count up over all instances, as those of real sockets would. */
  static #nextPort = 30_000;
  opened = false;
  closed = false;
  /** Set before `open()` to make it fail. */
  refuses: KalitkaError | null = null;
  readonly applied: Negotiated[] = [];
  readonly digits: { digits: string; timing: DigitTiming }[] = [];

  async open(address: string): Promise<LocalMedia> {
    await Promise.resolve();
    if (this.refuses) throw this.refuses;
    this.opened = true;
    const audioPort = (FakeMedia.#nextPort += 4);
    return { address, audioPort, videoPort: audioPort + 2 };
  }

  apply(negotiated: Negotiated): void {
    this.applied.push(negotiated);
  }

  async sendDigits(digits: string, timing: DigitTiming): Promise<void> {
    await Promise.resolve();
    if (this.closed) throw new KalitkaError('RTP_CLOSED', 'the media is closed');
    if (!this.last?.audio?.telephoneEvent)
      throw new KalitkaError('RTP_NO_TELEPHONE_EVENT', 'no telephone-event');
    this.digits.push({ digits, timing });
  }

  async close(): Promise<void> {
    await Promise.resolve();
    this.closed = true;
  }

  /** What is in force. */
  get last(): Negotiated | null {
    return this.applied.at(-1) ?? null;
  }
}
