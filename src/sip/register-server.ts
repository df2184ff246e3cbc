// The registrar's side of REGISTER, for whoever plays a server.
import type { Core } from 'sip.js';
import type { Endpoint } from '../system/udp.js';
import { parameter, readNameAddress, readUri } from './addresses.js';
import { splitList } from './message.js';

/** A REGISTER that came in. */
export interface RegisterRequest {
  /** User part of To: the account. */
  account: string;
  /** The Request-URI, as a digest has to name it. */
  uri: string;
  /** Value of Authorization; null where there is none. */
  authorization: string | null;
  /** Contacts with what they ask for, s; `*` for all (RFC 3261, section 10.2.2). */
  contacts: { uri: string; expires: number }[];
  /** Where it came from. */
  source: Endpoint;
  callId: string;
}

/** What the registrar says. */
export interface RegisterReply {
  status: number;
  /** Lines: `Contact: <...>;expires=60`, `WWW-Authenticate: Digest ...`. */
  headers?: string[];
}

/** Decides on a REGISTER; retransmissions do not get here. Null stays silent. */
export type RegisterHandler = (request: RegisterRequest) => RegisterReply | null;

const defaultExpires = 3600;

/** Hands a REGISTER to the handler and sends what it says. */
export function answerRegister(
  request: Core.IncomingRegisterRequest,
  uri: string,
  source: Endpoint,
  handler: RegisterHandler,
): void {
  const { message } = request;
  const common = Number(message.getHeader('expires') ?? defaultExpires);
  const contacts = message
    .getHeaders('contact')
    .flatMap(splitList)
    .flatMap((value) => {
      const contact = readNameAddress(value);
      if (!contact) return [];
      const own = parameter(contact.parameters, 'expires');
      return [{ uri: contact.uri, expires: own === null ? common : Number(own) }];
    });
  const to = readNameAddress(message.getHeader('to') ?? '');
  const reply = handler({
    account: readUri(to?.uri ?? '')?.user ?? '',
    uri,
    authorization: message.getHeader('authorization') ?? null,
    contacts,
    source,
    callId: message.callId,
  });
  if (!reply) return;
  const options = { statusCode: reply.status, extraHeaders: reply.headers ?? [] };
  if (reply.status < 300) request.accept(options);
  else request.reject(options);
}
