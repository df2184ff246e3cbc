// Reads a datagram as a SIP message: its shape only. What it says is for `inspection.ts` to judge.

/** One header line: compact names are expanded, names in lower case, folded lines joined. */
export interface Header {
  name: string;
  value: string;
}

interface Base {
  /** `SIP/2.0`, or whatever it claims to be. */
  version: string;
  headers: Header[];
  /** Cut to Content-Length. */
  body: string;
  /** False where the datagram holds less than Content-Length says. */
  complete: boolean;
}

export interface RequestText extends Base {
  kind: 'request';
  method: string;
  uri: string;
}

export interface ResponseText extends Base {
  kind: 'response';
  status: number;
  reason: string;
}

/** A SIP message split into its parts; nothing in it has been checked beyond its shape. */
export type MessageText = RequestText | ResponseText;

/** RFC 3261, section 7.3.3 and the registry of compact forms. */
const compact: Record<string, string> = {
  a: 'accept-contact',
  b: 'referred-by',
  c: 'content-type',
  d: 'request-disposition',
  e: 'content-encoding',
  f: 'from',
  i: 'call-id',
  j: 'reject-contact',
  k: 'supported',
  l: 'content-length',
  m: 'contact',
  o: 'event',
  r: 'refer-to',
  s: 'subject',
  t: 'to',
  u: 'allow-events',
  v: 'via',
  x: 'session-expires',
};

/** More header lines than any real message has. */
const mostHeaders = 200;
const longestHead = 32_768;

/**
 * Splits a datagram into a SIP message. Takes bare LF for CRLF and CRLFs before the start line
 * (RFC 3261, section 7.5).
 * @returns null when it is none
 */
export function readMessage(datagram: Buffer): MessageText | null {
  const text = datagram.toString('utf8').replace(/^[\r\n]+/, '');
  const gap = /\r?\n\r?\n/.exec(text);
  const head = gap ? text.slice(0, gap.index) : text.replace(/[\r\n]+$/, '');
  if (head.length > longestHead || head.includes('\0')) return null;
  const lines = head.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/);
  if (lines.length > mostHeaders || lines.some((line) => line.includes('\r'))) return null;
  const headers: Header[] = [];
  for (const line of lines.slice(1)) {
    const header = /^([A-Za-z0-9\-.!%*_+`'~]+)[ \t]*:[ \t]*(.*?)[ \t]*$/.exec(line);
    if (!header) return null;
    const name = (header[1] ?? '').toLowerCase();
    headers.push({ name: compact[name] ?? name, value: header[2] ?? '' });
  }
  const sent = gap ? text.slice(gap.index + gap[0].length) : '';
  const base = { headers, ...cutBody(sent, headers) };
  const start = lines[0] ?? '';
  const response = /^(SIP\/\d+\.\d+) (\d{3})(?: (.*))?$/i.exec(start);
  if (response) {
    const [, version = '', status = '', reason = ''] = response;
    return { kind: 'response', version: version.toUpperCase(), status: Number(status), reason, ...base };
  }
  const request = /^([A-Za-z0-9\-.!%*_+`'~]+) (\S+) (SIP\/\d+\.\d+)$/i.exec(start);
  if (request) {
    const [, method = '', uri = '', version = ''] = request;
    return { kind: 'request', version: version.toUpperCase(), method, uri, ...base };
  }
  return null;
}

/** What Content-Length leaves of the rest of a datagram (RFC 3261, section 18.3). It counts bytes. */
function cutBody(sent: string, headers: Header[]): { body: string; complete: boolean } {
  const said = headers.find((h) => h.name === 'content-length')?.value;
  if (said === undefined) return { body: sent, complete: true };
  if (!/^\d{1,6}$/.test(said)) return { body: '', complete: false };
  const bytes = Buffer.from(sent, 'utf8');
  return {
    body: bytes.subarray(0, Number(said)).toString('utf8'),
    complete: bytes.length >= Number(said),
  };
}

/** All values of a header, in order. */
export function headerValues(message: { headers: Header[] }, name: string): string[] {
  return message.headers.filter((h) => h.name === name).map((h) => h.value);
}

/** The first value of a header. */
export function headerValue(message: { headers: Header[] }, name: string): string | undefined {
  return message.headers.find((h) => h.name === name)?.value;
}

/** Splits a header value at the commas that separate its elements: not those in quotes or angle brackets. */
export function splitList(value: string): string[] {
  const parts: string[] = [];
  let part = '';
  let quoted = false;
  let bracket = false;
  for (let i = 0; i < value.length; i++) {
    const char = value.charAt(i);
    if (quoted && char === '\\') part += char + value.charAt(++i);
    else if (char === ',' && !quoted && !bracket) {
      parts.push(part.trim());
      part = '';
    } else {
      if (char === '"') quoted = !quoted;
      else if (!quoted && char === '<') bracket = true;
      else if (!quoted && char === '>') bracket = false;
      part += char;
    }
  }
  parts.push(part.trim());
  return parts.filter((p) => p !== '');
}
