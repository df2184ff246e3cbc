// The guarded way in: every datagram passes here before sip.js may see a word of it.
import { Core } from 'sip.js';
import type { Endpoint } from '../system/udp.js';
import type { Drops } from './drops.js';
import { inspect } from './inspection.js';
import { libraryMessage } from './library-message.js';
import { headerValue, readMessage, type MessageText } from './message.js';
import type { Retransmission } from './retransmission.js';
import { endpointText, hostText } from './addresses.js';

export interface ReceiverOptions {
  core: Core.UserAgentCore;
  retransmission: Retransmission;
  drops: Drops;
  permits: (source: Endpoint) => boolean;
  /** True where REGISTER is taken. */
  registrar: boolean;
  /** Runs what may throw; what it throws is counted. */
  guard: (what: string, run: () => void) => boolean;
}

/** What sip.js's message does not keep of a request. */
export interface Arrival {
  /** The Request-URI as it came: sip.js gets our own in its place. */
  target: string;
  source: Endpoint;
}

/** Larger than any SIP message anybody here sends, bytes. */
const largestDatagram = 16_384;

export class Receiver {
  readonly #arrivals = new WeakMap<Core.IncomingRequestMessage, Arrival>();

  constructor(private readonly options: ReceiverOptions) {}

  /** How a request came in. */
  arrival(message: Core.IncomingRequestMessage): Arrival | undefined {
    return this.#arrivals.get(message);
  }

  /** Takes one datagram. Never throws. */
  receive(datagram: Buffer, source: Endpoint): void {
    const { drops, guard, permits } = this.options;
    if (!permits(source)) drops.count('stranger', source, 'not an allowed address');
    else if (datagram.length > largestDatagram) drops.count('too-large', source, `${datagram.length} bytes`);
    else if (!isKeepAlive(datagram)) guard('a datagram', () => this.#take(datagram, source));
  }

  #take(datagram: Buffer, source: Endpoint): void {
    const { core, drops, registrar } = this.options;
    const message = readMessage(datagram);
    if (!message) {
      drops.count('malformed', source, 'no SIP message');
      return;
    }
    const verdict = inspect(message, source, registrar);
    if (verdict.verdict === 'drop') {
      drops.count('malformed', source, verdict.why);
      return;
    }
    const parsed = libraryMessage(message, verdict.via);
    if (!parsed) {
      drops.count('malformed', source, 'an address that cannot be used');
      return;
    }
    if (verdict.verdict === 'reply') {
      if (!(parsed instanceof Core.IncomingRequestMessage)) return;
      core.replyStateless(parsed, { statusCode: verdict.status, extraHeaders: verdict.headers });
    } else if (parsed instanceof Core.IncomingRequestMessage) {
      this.#request(parsed, message, verdict.via.branch, source);
    } else {
      this.#response(parsed, message, verdict.via, source);
    }
  }

  #request(
    request: Core.IncomingRequestMessage,
    message: MessageText,
    branch: string,
    source: Endpoint,
  ): void {
    const { core, retransmission } = this.options;
    if (request.method === 'ACK') retransmission.ackReceived(branch);
    this.#arrivals.set(request, { target: message.kind === 'request' ? message.uri : '', source });
    // sip.js answers 404 unless the user part is its own; whom we serve is for the source filter and the handlers
    Object.assign(request, { ruri: core.configuration.aor });
    core.receiveIncomingRequestFromTransport(request);
  }

  #response(
    response: Core.IncomingResponseMessage,
    message: MessageText,
    via: { host: string; port: number | null; branch: string },
    source: Endpoint,
  ): void {
    const { core, drops, retransmission } = this.options;
    // RFC 3261, section 18.1.2: a response whose top Via is not ours is not for us
    const sentBy =
      via.port === null ? hostText(via.host) : endpointText({ address: via.host, port: via.port });
    if (sentBy !== core.configuration.viaHost) {
      drops.count('not-ours', source, 'a response to somebody else');
      return;
    }
    const method = (headerValue(message, 'cseq') ?? '').split(/\s+/)[1] ?? '';
    retransmission.responseReceived(via.branch, method, response.statusCode ?? 0);
    core.receiveIncomingResponseFromTransport(response);
  }
}

/** CRLFs, zeros or nothing at all, as people send them to keep a NAT binding open (RFC 5626, section 3.5.1). */
function isKeepAlive(datagram: Buffer): boolean {
  return (
    datagram.length <= 8 && datagram.every((byte) => byte === 0 || byte === 10 || byte === 13 || byte === 32)
  );
}
