// Hands a message that has been read and checked to sip.js, without its parser: that one takes milliseconds for an
// INVITE, keeps only the last of several challenges, and throws at or drops what its grammar does not foresee.
import { Core, NameAddrHeader, URI } from 'sip.js';
import { hostText, parameter, readNameAddress, readUri } from './addresses.js';
import { headerValue, headerValues, splitList, type MessageText } from './message.js';
import type { Via } from './via.js';

/** A `sip:` URI as sip.js has it; null when it is none, or one that sip.js could not write again. */
export function libraryUri(text: string): URI | null {
  const parts = readUri(text);
  if (!parts) return null;
  try {
    // sip.js decodes the user part whenever it writes the URI
    decodeURIComponent(parts.userText);
  } catch {
    return null;
  }
  const { scheme, userText, host, port, parameters } = parts;
  return new URI(scheme, userText, hostText(host), port ?? undefined, Object.fromEntries(parameters));
}

function libraryAddress(value: string): NameAddrHeader | null {
  const address = readNameAddress(value);
  const uri = address && libraryUri(address.uri);
  if (!uri) return null;
  const tag = parameter(address.parameters, 'tag');
  return new NameAddrHeader(uri, address.name, tag ? { tag } : {});
}

/**
 * Makes sip.js's message. `inspect` must have taken the message.
 * @param via its top Via
 * @returns null when From, To or a Record-Route is no address that sip.js can work with
 */
export function libraryMessage(
  message: MessageText,
  via: Via,
): Core.IncomingRequestMessage | Core.IncomingResponseMessage | null {
  const from = libraryAddress(headerValue(message, 'from') ?? '');
  const to = libraryAddress(headerValue(message, 'to') ?? '');
  if (!from || !to) return null;
  const result =
    message.kind === 'request' ? new Core.IncomingRequestMessage() : new Core.IncomingResponseMessage();
  for (const { name, value } of message.headers) {
    if (name === 'contact' || name === 'record-route') continue;
    result.addHeader(name, value);
  }
  for (const value of headerValues(message, 'record-route').flatMap(splitList)) {
    if (!libraryAddress(value)) return null;
    result.addHeader('record-route', value);
  }
  for (const value of headerValues(message, 'contact').flatMap(splitList)) {
    result.addHeader('contact', value);
    file(result, 'Contact', libraryAddress(value));
  }
  file(result, 'From', from);
  file(result, 'To', to);
  file(result, 'Content-Type', headerValue(message, 'content-type'));
  file(result, 'Content-Disposition', disposition(headerValue(message, 'content-disposition')));
  const [number = '', method = ''] = (headerValue(message, 'cseq') ?? '').split(/\s+/);
  Object.assign(result, {
    from,
    to,
    fromTag: from.getParam('tag') ?? undefined,
    toTag: to.getParam('tag') ?? undefined,
    callId: headerValue(message, 'call-id'),
    cseq: Number(number),
    method,
    via: { host: via.host, port: via.port ?? undefined },
    viaBranch: via.branch,
    body: message.body,
    data: '',
    ...(message.kind === 'response' ? { statusCode: message.status, reasonPhrase: message.reason } : {}),
  });
  return result;
}

/** Puts the parsed form where sip.js looks for it before it asks its grammar. */
function file(message: Core.IncomingMessage, name: string, parsed: unknown): void {
  const entry = message.headers[name]?.at(-1);
  if (entry && parsed) entry.parsed = parsed;
}

function disposition(value: string | undefined): { type: string } | undefined {
  return value === undefined ? undefined : { type: (value.split(';')[0] ?? '').trim().toLowerCase() };
}
