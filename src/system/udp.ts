// Node's datagram sockets live here and nowhere else; SIP and RTP know only these interfaces.
import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { KalitkaError } from './errors.js';

/** An IP address and a UDP or TCP port. */
export interface Endpoint {
  /** IPv4 or IPv6 address in text, never a host name. */
  address: string;
  port: number;
}

/** One bound UDP socket. */
export interface UdpSocket {
  /** The address and port it is bound to. */
  readonly local: Endpoint;
  /** Sends one datagram. Failures (no route, buffer full, closed) are counted in `sendErrors`, never thrown. */
  send(data: Uint8Array, to: Endpoint): void;
  /** Datagrams that the kernel refused to send. */
  readonly sendErrors: number;
  /** Idempotent. */
  close(): void;
}

/** Called for each datagram; `data` is valid only during the call unless copied. */
export type DatagramHandler = (data: Buffer, from: Endpoint) => void;

/** Where UDP sockets come from: the machine's network, or a fake one in tests. */
export interface UdpNetwork {
  /**
   * Binds a socket.
   * @param local address to bind; port 0 takes a free one
   * @throws KalitkaError `UDP_BIND` when address or port cannot be had
   */
  bind(local: Endpoint, onDatagram: DatagramHandler): Promise<UdpSocket>;
  /**
   * The local address the kernel would use toward `remote` (nothing is sent).
   * @throws KalitkaError `UDP_NO_ROUTE`
   */
  localAddressToward(remote: Endpoint): Promise<string>;
}

/**
 * What the kernel keeps for us while we are busy, bytes (it takes what `net.core.rmem_max` allows). A key frame of
 * 1080p arrives as a burst of 150 packets and more, which the usual buffer of 208 KiB cannot hold.
 */
const RECEIVE_BUFFER = 1 << 20;

/** The machine's network. */
export const systemUdp: UdpNetwork = {
  bind: (local, onDatagram) =>
    new Promise((resolve, reject) => {
      const socket = socketFor(local);
      let sendErrors = 0;
      let closed = false;
      socket.once('error', (cause) => {
        socket.close();
        const message = `cannot listen on ${local.address} port ${local.port}/udp: ${cause.message}`;
        reject(new KalitkaError('UDP_BIND', message, { cause }));
      });
      socket.bind(local.port, local.address, () => {
        socket.removeAllListeners('error');
        // ICMP errors of earlier datagrams arrive here: they are counted, the socket goes on
        socket.on('error', () => {
          sendErrors += 1;
        });
        socket.on('message', (data, from) => onDatagram(data, { address: from.address, port: from.port }));
        const bound = socket.address();
        resolve({
          local: { address: bound.address, port: bound.port },
          send(data, to) {
            if (closed) {
              sendErrors += 1;
              return;
            }
            try {
              socket.send(data, to.port, to.address, (error) => {
                if (error) sendErrors += 1;
              });
            } catch {
              // a port that is none: 0 is possible even as the source of a datagram that is being answered
              sendErrors += 1;
            }
          },
          get sendErrors() {
            return sendErrors;
          },
          close() {
            if (closed) return;
            closed = true;
            socket.close();
          },
        });
      });
    }),

  localAddressToward: (remote) =>
    new Promise((resolve, reject) => {
      const socket = socketFor(remote);
      const fail = (cause: Error) => {
        socket.close();
        reject(
          new KalitkaError(
            'UDP_NO_ROUTE',
            `no route to ${remote.address}: is the network cable plugged in?`,
            { cause },
          ),
        );
      };
      socket.once('error', fail);
      socket.connect(remote.port, remote.address, () => {
        const { address } = socket.address();
        socket.close();
        resolve(address);
      });
    }),
};

/**
 * A socket that takes every address as it stands. Node's own would pass even addresses through the resolver,
 * which delays each datagram to a later tick: one sent just before `close()` would never leave.
 */
function socketFor({ address }: Endpoint): Socket {
  return createSocket({
    recvBufferSize: RECEIVE_BUFFER,
    type: isIPv6(address) ? 'udp6' : 'udp4',
    lookup: (literal, _options, done) => {
      done(null, literal, isIPv6(literal) ? 6 : 4);
    },
  });
}
