// RTP wants an even port and RTCP the next one (RFC 3550, section 11); the kernel hands out single ports.
import type { DatagramHandler, UdpNetwork, UdpSocket } from '../system/udp.js';
import { KalitkaError } from '../system/errors.js';

/** The two sockets of one stream. */
export interface PortPair {
  /** On an even port. */
  rtp: UdpSocket;
  /** On the port above it. */
  rtcp: UdpSocket;
}

/** Each try finds a pair unless the neighbour of a random port is taken: far more than a busy machine needs. */
const TRIES = 32;

/**
 * Binds a free even port and the odd one above it.
 * @throws KalitkaError `UDP_BIND` where the address cannot be bound, or no two neighbours are free
 */
export async function bindPortPair(
  network: UdpNetwork,
  address: string,
  onRtp: DatagramHandler,
  onRtcp: DatagramHandler,
): Promise<PortPair> {
  // ports that turned out to be of no use stay bound until the end, so that they are not handed out again
  const useless: UdpSocket[] = [];
  let last: unknown;
  try {
    for (let i = 0; i < TRIES; i++) {
      // which of the two it will be is known only after the port is
      let handler: DatagramHandler = () => undefined;
      const first = await network.bind({ address, port: 0 }, (data, from) => handler(data, from));
      const even = first.local.port % 2 === 0;
      handler = even ? onRtp : onRtcp;
      const neighbour = first.local.port + (even ? 1 : -1);
      try {
        const second = await network.bind({ address, port: neighbour }, even ? onRtcp : onRtp);
        return even ? { rtp: first, rtcp: second } : { rtp: second, rtcp: first };
      } catch (cause) {
        last = cause;
        useless.push(first);
      }
    }
  } finally {
    for (const socket of useless) socket.close();
  }
  throw new KalitkaError('UDP_BIND', `no two neighbouring UDP ports are free on ${address}`, { cause: last });
}
