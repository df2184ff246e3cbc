// What must hold before sip.js may see a message: it trusts its peers and throws where they misbehave.
import { headerValue, headerValues, splitList, type MessageText, type RequestText } from './message.js';
import { parameter, readNameAddress, readUri } from './addresses.js';
import { readVia, stampVia, type Via } from './via.js';
import type { Endpoint } from '../system/udp.js';

/** What becomes of a message. A reply is made without state (RFC 3261, section 8.2.7). */
export type Verdict =
  | { verdict: 'take'; via: Via }
  | { verdict: 'reply'; via: Via; status: number; headers: string[] }
  | { verdict: 'drop'; why: string };

/** Methods of the calls themselves. REGISTER comes on top where somebody plays the registrar. */
const taken = ['INVITE', 'ACK', 'BYE', 'CANCEL', 'OPTIONS', 'INFO'];
/** Methods we know and do not allow: 405. Anything else is 501 (RFC 3261, sections 8.2.1 and 21.5.2). */
const known = ['REGISTER', 'MESSAGE', 'SUBSCRIBE', 'PUBLISH', 'REFER', 'PRACK', 'UPDATE', 'NOTIFY'];
/** What we send requests with. */
const asked = ['INVITE', 'BYE', 'CANCEL', 'INFO', 'REGISTER'];
const mandatory = ['from', 'to', 'call-id', 'cseq'];

const drop = (why: string): Verdict => ({ verdict: 'drop', why });

/** The Allow header that is true of us. */
export function allowHeader(registrar: boolean): string {
  return `Allow: ${[...taken, ...(registrar ? ['REGISTER'] : [])].join(', ')}`;
}

/**
 * Checks a message and mends in place what can be mended (one Via a header, the source stamped into the top one, a
 * missing Content-Type of a session description).
 * @param registrar true where REGISTER is taken
 */
export function inspect(message: MessageText, source: Endpoint, registrar: boolean): Verdict {
  for (const name of mandatory) {
    if (headerValues(message, name).length !== 1) return drop(`needs one ${name} header`);
  }
  const vias = headerValues(message, 'via').flatMap(splitList);
  const via = readVia(vias[0] ?? '');
  if (via?.transport !== 'UDP') return drop('no usable Via');
  const cseq = /^(\d{1,10})[ \t]+([A-Za-z0-9\-.!%*_+`'~]+)$/.exec(headerValue(message, 'cseq') ?? '');
  if (!cseq || Number(cseq[1]) >= 2 ** 31) return drop('bad CSeq');
  if (!/^\S{1,256}$/.test(headerValue(message, 'call-id') ?? '')) return drop('bad Call-ID');
  mendContentType(message);
  if (message.kind === 'response') {
    // RFC 3261, section 8.1.3.3: a response with more than one Via went astray
    if (vias.length !== 1) return drop('a response with several Via');
    if (message.version !== 'SIP/2.0') return drop('not SIP/2.0');
    if (message.status < 100 || message.status > 699) return drop('bad status');
    // sip.js falls over a method that only begins like one it knows
    if (!asked.includes(cseq[2] ?? '')) return drop('a response to a method we do not use');
    if (!message.complete) return drop('shorter than its Content-Length');
    return { verdict: 'take', via };
  }
  const stamped = stampVia(via, source);
  replaceVias(message, [stamped, ...vias.slice(1)]);
  const answerable = readVia(stamped);
  if (!answerable) return drop('no usable Via');
  const refusal = refuse(message, cseq[2] ?? '', registrar);
  if (!refusal) return { verdict: 'take', via: answerable };
  if (message.method === 'ACK') return drop(`an ACK that deserves ${refusal.status}`);
  // only what a response copies: the rest may be just what sip.js cannot read
  message.headers = message.headers.filter((h) => h.name === 'via' || mandatory.includes(h.name));
  return { verdict: 'reply', via: answerable, ...refusal };
}

/** The status a request earns before anybody looks at what it wants; null where it is in order. */
function refuse(
  message: RequestText,
  cseqMethod: string,
  registrar: boolean,
): { status: number; headers: string[] } | null {
  if (message.version !== 'SIP/2.0') return { status: 505, headers: [] };
  if (!message.complete || cseqMethod !== message.method) return { status: 400, headers: [] };
  const from = readNameAddress(headerValue(message, 'from') ?? '');
  if (!from || !parameter(from.parameters, 'tag')) return { status: 400, headers: [] };
  if (message.body !== '' && headerValue(message, 'content-type') === undefined) {
    return { status: 400, headers: [] };
  }
  if (readUri(message.uri)?.scheme !== 'sip') return { status: 416, headers: [] };
  const allow = allowHeader(registrar);
  if (message.method === 'NOTIFY') {
    // Asterisk tells of waiting messages without having been asked
    const event = headerValue(message, 'event') ?? '';
    return { status: /^message-summary\b/i.test(event) ? 200 : 489, headers: [] };
  }
  if (!taken.includes(message.method) && !(registrar && message.method === 'REGISTER')) {
    return { status: known.includes(message.method) ? 405 : 501, headers: [allow] };
  }
  if (message.method === 'ACK' || message.method === 'CANCEL') return null;
  const required = headerValues(message, 'require').flatMap(splitList);
  if (required.length > 0) return { status: 420, headers: [`Unsupported: ${required.join(', ')}`] };
  if (message.method === 'INVITE') return refuseInvite(message);
  return null;
}

function refuseInvite(message: RequestText): { status: number; headers: string[] } | null {
  const contact = readNameAddress(splitList(headerValue(message, 'contact') ?? '')[0] ?? '');
  if (!contact || !readUri(contact.uri)) return { status: 400, headers: [] };
  const encoding = headerValue(message, 'content-encoding') ?? 'identity';
  const type = headerValue(message, 'content-type');
  if (message.body === '' || (type === 'application/sdp' && encoding === 'identity')) return null;
  return { status: 415, headers: ['Accept: application/sdp', 'Accept-Encoding: identity'] };
}

function replaceVias(message: MessageText, vias: string[]): void {
  const rest = message.headers.filter((h) => h.name !== 'via');
  message.headers = [...vias.map((value) => ({ name: 'via', value })), ...rest];
}

/** `application/sdp` in one form, and put in where a session description came without it. */
function mendContentType(message: MessageText): void {
  const header = message.headers.find((h) => h.name === 'content-type');
  if (header && /^application\/sdp\s*(;|$)/i.test(header.value)) header.value = 'application/sdp';
  if (!header && message.body.startsWith('v=0')) {
    message.headers.push({ name: 'content-type', value: 'application/sdp' });
  }
  if (!header && message.kind === 'response' && !message.body.startsWith('v=0')) message.body = '';
}
