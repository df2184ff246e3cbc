// A UDP socket on loopback that keeps the RTP it gets, or passes it on, changed or not.
import { systemUdp, type UdpSocket } from '../../../src/system/udp.js';

export interface Packet {
  payloadType: number;
  sequence: number;
  timestamp: number;
  payload: Buffer;
}

export class RtpProbe {
  readonly packets: Packet[] = [];
  /** Where each packet goes on to, and as what; null drops it. */
  forward: { port: number; change?: (packet: Buffer, index: number) => Buffer | null } | null = null;
  #socket: UdpSocket | null = null;
  #count = 0;

  async open(): Promise<number> {
    this.#socket = await systemUdp.bind({ address: '127.0.0.1', port: 0 }, (data) => {
      const header = 12 + 4 * (data[0]! & 0x0f);
      this.packets.push({
        payloadType: data[1]! & 0x7f,
        sequence: data.readUInt16BE(2),
        timestamp: data.readUInt32BE(4),
        payload: Buffer.from(data.subarray(header)),
      });
      if (!this.forward) return;
      const { port, change } = this.forward;
      const out = change ? change(Buffer.from(data), this.#count++) : data;
      if (out) this.#socket?.send(Buffer.from(out), { address: '127.0.0.1', port });
    });
    return this.#socket.local.port;
  }

  close(): void {
    this.#socket?.close();
  }
}
