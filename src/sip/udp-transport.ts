// sip.js's transport over one UDP socket: finds out where each message goes, and sends it again where UDP wants that.
import type { Core } from 'sip.js';
import { isIP } from 'node:net';
import { KalitkaError } from '../system/errors.js';
import type { Clock } from '../system/clock.js';
import type { Endpoint, UdpSocket } from '../system/udp.js';
import { readNameAddress, readUri } from './addresses.js';
import { headerValue, headerValues, readMessage, splitList, type MessageText } from './message.js';
import { Retransmission } from './retransmission.js';
import { readVia, responseDestination } from './via.js';

export interface UdpTransportOptions {
  clock: Clock;
  /** The socket to send from; null while there is none. */
  socket: () => UdpSocket | null;
  /** The IP address of a host name. Rejects when it has none. */
  resolve: (host: string) => Promise<string>;
  /** Goes into every message that has an Allow header, in place of sip.js's own list. */
  allow: string;
}

/** Implements the transport of sip.js's core. */
export class UdpTransport implements Core.Transport {
  /** Goes verbatim into Via. */
  readonly protocol = 'UDP';
  readonly retransmission: Retransmission;

  constructor(private readonly options: UdpTransportOptions) {
    this.retransmission = new Retransmission({
      clock: options.clock,
      send: (data, to) => this.options.socket()?.send(data, to),
    });
  }

  /**
   * Sends a message to where its Route, Request-URI or top Via says.
   * @throws KalitkaError `SIP_UNREACHABLE` (as a rejection) when there is no such place
   */
  async send(text: string): Promise<void> {
    const outgoing = text.replace(/^Allow: .*$/m, this.options.allow).replace(/^Supported: *\r\n/m, '');
    const data = Buffer.from(outgoing, 'utf8');
    const message = readMessage(data);
    const via = readVia(message ? (headerValue(message, 'via') ?? '') : '');
    if (!message || !via) throw new KalitkaError('SIP_UNREACHABLE', 'a message without a Via cannot be sent');
    const to = message.kind === 'response' ? responseDestination(via) : this.#nextHop(message);
    const socket = this.options.socket();
    const known = isIP(to.address) === 0 ? { ...to, address: await this.options.resolve(to.address) } : to;
    // while the name was looked up the socket may have been closed
    if (!socket || socket !== this.options.socket()) return;
    socket.send(data, known);
    this.#repeat(message, via.branch, data, known);
  }

  /** RFC 3261, section 8.1.2: the first Route, else the Request-URI. */
  #nextHop(request: MessageText & { kind: 'request' }): Endpoint {
    const route = headerValues(request, 'route').flatMap(splitList)[0];
    const uri = readUri(route === undefined ? request.uri : (readNameAddress(route)?.uri ?? ''));
    if (!uri) throw new KalitkaError('SIP_UNREACHABLE', 'the next hop of a request is no sip: address');
    return { address: uri.host, port: uri.port ?? 5060 };
  }

  #repeat(message: MessageText, branch: string, data: Buffer, to: Endpoint): void {
    const method = (headerValue(message, 'cseq') ?? '').split(/\s+/)[1] ?? '';
    if (message.kind === 'request') {
      if (method !== 'ACK') this.retransmission.requestSent(branch, method, data, to);
    } else if (method === 'INVITE' && message.status >= 300) {
      this.retransmission.refusalSent(branch, data, to);
    }
  }
}
