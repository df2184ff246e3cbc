// Video that came before the face was ready for it: kept from the last key frame on, so that the first picture
// needs no second one.
import type { H264Payload } from './h264-key-frame.js';

/** Two seconds of 8 Mbit/s. */
const MAX_BYTES = 2 * 1024 * 1024;

/** A bounded queue that always begins with a key frame. */
export class HeldVideo {
  #packets: Buffer[] = [];
  #bytes = 0;
  /** Timestamp of the last key frame in it. */
  #timestamp = 0;
  #slices = false;
  #next = 0;

  /** It begins with a key frame. */
  get decodable(): boolean {
    return this.#packets.length > 0;
  }

  /**
   * Keeps a copy of a packet that the decoder can use.
   * @returns false where it cannot: no key frame came yet, or so much came since that it had to be given up
   */
  hold(data: Buffer, timestamp: number, payload: H264Payload | null): boolean {
    // parameter sets may be packets of their own, even of another timestamp: only a new picture begins anew
    if (payload?.key && timestamp !== this.#timestamp && this.#slices) this.clear();
    if (!this.decodable && !payload?.key) return false;
    if (!this.push(data)) {
      // with a hole in it the rest is worth nothing
      this.clear();
      return false;
    }
    if (payload?.key) this.#timestamp = timestamp;
    if (payload?.slice) this.#slices = true;
    return true;
  }

  /** Keeps a copy of a packet behind the others, whatever it is; false where there is no room. */
  push(data: Buffer): boolean {
    if (this.#bytes + data.length > MAX_BYTES) return false;
    this.#packets.push(Buffer.from(data));
    this.#bytes += data.length;
    return true;
  }

  /** Takes the oldest packet out. */
  shift(): Buffer | null {
    const data = this.#packets[this.#next];
    if (!data) return null;
    this.#next += 1;
    if (this.#next === this.#packets.length) this.clear();
    return data;
  }

  clear(): void {
    this.#packets = [];
    this.#bytes = 0;
    this.#slices = false;
    this.#next = 0;
  }
}
