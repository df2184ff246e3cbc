// The three sockets of one stream: RTP and RTCP toward the far end, and one on loopback for the local process.
import type { DatagramHandler, Endpoint, UdpNetwork, UdpSocket } from '../system/udp.js';
import { errorText } from '../system/errors.js';
import type { DropCounter, DropReason } from './drop-counter.js';
import { bindPortPair, type PortPair } from './port-pair.js';

/** Where the local media process lives. */
const LOOPBACK = '127.0.0.1';

/** Takes a datagram, and tells why it went no further, if it did not. */
export type Receiver = (data: Buffer, from: Endpoint) => DropReason | null;

/** Opens, guards and closes them. */
export class StreamSockets {
  #pair: PortPair | null = null;
  #local: UdpSocket | null = null;
  #closed = false;

  constructor(
    private readonly network: UdpNetwork,
    private readonly drops: DropCounter,
  ) {}

  /**
   * Binds them, the far end's on `address`.
   * @throws KalitkaError `UDP_BIND`; then nothing is left open
   */
  async open(address: string, rtp: Receiver, rtcp: Receiver, local: Receiver): Promise<void> {
    const { network } = this;
    try {
      this.#pair = await bindPortPair(network, address, this.#guard(rtp), this.#guard(rtcp));
      this.#local = await network.bind({ address: LOOPBACK, port: 0 }, this.#guard(local));
    } catch (error) {
      this.close();
      throw error;
    }
    if (this.#closed) this.#release();
  }

  /** Our RTP port; 0 before `open()`. */
  get port(): number {
    return this.#pair?.rtp.local.port ?? 0;
  }

  /** The loopback port; 0 before `open()`. */
  get localPort(): number {
    return this.#local?.local.port ?? 0;
  }

  sendRtp(data: Buffer, to: Endpoint): void {
    this.#pair?.rtp.send(data, to);
  }

  sendRtcp(data: Buffer, to: Endpoint): void {
    this.#pair?.rtcp.send(data, to);
  }

  /** To a port of the local process. */
  sendLocal(data: Buffer, port: number): void {
    this.#local?.send(data, { address: LOOPBACK, port });
  }

  /** Idempotent; also ends an `open()` under way. */
  close(): void {
    this.#closed = true;
    this.#release();
  }

  #release(): void {
    for (const socket of [this.#pair?.rtp, this.#pair?.rtcp, this.#local]) socket?.close();
  }

  /** Nothing that a datagram does may reach the event loop as an exception. */
  #guard(receive: Receiver): DatagramHandler {
    return (data, from) => {
      if (this.#closed) return;
      try {
        const reason = receive(data, from);
        if (reason) this.drops.drop(reason, from);
      } catch (error) {
        this.drops.drop('failure', from, errorText(error));
      }
    };
  }
}
