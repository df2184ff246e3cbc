// Symmetric RTP (RFC 4961, RFC 7362): media goes back to where it really comes from, and a stranger cannot
// turn it towards himself.
import type { Endpoint } from '../system/udp.js';

/** After this long without a packet from the latched source somebody else may take its place, ms. */
const SILENT_AFTER = 3000;

export const sameEndpoint = (a: Endpoint, b: Endpoint): boolean =>
  a.port === b.port && a.address === b.address;

/** Decides which source a stream's packets may come from, and so where ours go. */
export class SourceLatch {
  #signalled: Endpoint | null = null;
  #latched: Endpoint | null = null;
  /** Steady ms of the last packet taken. */
  #heardAt = 0;

  /** Takes the address of a new session description; the old latch holds only if it says the same again. */
  signal(endpoint: Endpoint | null): void {
    if (endpoint && this.#signalled && sameEndpoint(endpoint, this.#signalled)) return;
    this.#signalled = endpoint;
    this.#latched = null;
  }

  /** Where to send; null while nothing was signalled. */
  get target(): Endpoint | null {
    return this.#latched ?? this.#signalled;
  }

  /** A packet has come since the address was signalled. */
  get latched(): boolean {
    return this.#latched !== null;
  }

  /**
   * Judges a packet that is valid in itself, and latches where that is right.
   * @param now steady ms
   * @param continues the packet goes on with the SSRC and sequence of the latched stream: no stranger can
   *   guess those, so it is the same sender behind a new NAT binding
   */
  accept(from: Endpoint, now: number, continues: boolean): boolean {
    // a datagram may come from port 0, but none can be sent there
    if (!this.#signalled || from.port === 0) return false;
    if (
      !this.#latched ||
      continues ||
      sameEndpoint(from, this.#latched) ||
      // the address of the session description is the rightful one, whoever came before it
      sameEndpoint(from, this.#signalled) ||
      now - this.#heardAt >= SILENT_AFTER
    ) {
      if (!this.#latched || !sameEndpoint(from, this.#latched)) {
        this.#latched = { address: from.address, port: from.port };
      }
      this.#heardAt = now;
      return true;
    }
    return false;
  }
}
