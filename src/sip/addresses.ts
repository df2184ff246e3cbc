// SIP addresses as text: URIs, name-addr, Via, and what a person may read of them.
import { isIP, isIPv6 } from 'node:net';
import type { Caller } from '../panel/ports.js';
import type { Endpoint } from '../system/udp.js';

/** A SIP URI (RFC 3261, section 19.1); headers behind a `?` are passed over. */
export interface UriParts {
  scheme: string;
  /** Decoded, without a password. */
  user: string;
  /** As written. */
  userText: string;
  /** Lower case, IPv6 without brackets. */
  host: string;
  /** null where the URI names none. */
  port: number | null;
  /** Name and value; null where there is none. */
  parameters: [string, string | null][];
}

const uriShape =
  /^(sips?):(?:([^@<>\s"]*)@)?(\[[0-9a-f:.]+\]|[a-z0-9.\-_]+)(?::(\d{1,5}))?((?:;[^;?<>\s"]*)*)(?:\?[^<>\s"]*)?$/i;

/** Reads a `sip:` or `sips:` URI; null for anything else, `tel:` included. */
export function readUri(text: string): UriParts | null {
  const match = uriShape.exec(text.trim());
  if (!match) return null;
  const [, scheme = '', userText = '', host = '', port, tail = ''] = match;
  if (port !== undefined && (Number(port) === 0 || Number(port) > 65_535)) return null;
  const parameters = tail.split(';').filter((part) => part !== '');
  return {
    scheme: scheme.toLowerCase(),
    user: decode(userText.split(/[:;]/)[0] ?? ''),
    userText,
    host: host.toLowerCase().replace(/^\[|\]$/g, ''),
    port: port === undefined ? null : Number(port),
    parameters: parameters.map((part) => {
      const at = part.indexOf('=');
      return at < 0 ? [part, null] : [part.slice(0, at), part.slice(at + 1)];
    }),
  };
}

/** `name <uri>;tag=...` or a bare URI: the name (unquoted) and the URI. */
export function readNameAddress(value: string): { name: string; uri: string; parameters: string } | null {
  const match = /^\s*(?:"((?:[^"\\]|\\.)*)"|([^"<]*?))\s*<([^>]*)>\s*(.*)$/.exec(value);
  if (match) {
    const name = match[1] === undefined ? (match[2] ?? '') : match[1].replace(/\\(.)/g, '$1');
    return { name: name.trim(), uri: (match[3] ?? '').trim(), parameters: match[4] ?? '' };
  }
  const bare = /^\s*([a-z][a-z0-9+.-]*:[^;\s<>"]+)\s*(.*)$/i.exec(value);
  return bare ? { name: '', uri: bare[1] ?? '', parameters: bare[2] ?? '' } : null;
}

/** A parameter of a header: `parameter(';tag=x;lr', 'tag')` is `x`; empty where it has no value; else null. */
export function parameter(text: string, name: string): string | null {
  const match = new RegExp(
    `;\\s*${name}\\s*(?:=\\s*("(?:[^"\\\\]|\\\\.)*"|[^;,\\s]*))?\\s*(?=[;,\\s]|$)`,
    'i',
  ).exec(text);
  if (!match) return null;
  return (match[1] ?? '').replace(/^"|"$/g, '');
}

/** Who calls, from a From header; nothing in it can break a screen or a log line. */
export function readCaller(from: string): Caller {
  const address = readNameAddress(from);
  const parts = readUri(address?.uri ?? '');
  const user = printable(parts?.user ?? '');
  const host = parts ? hostText(parts.host) : 'unknown';
  const uri = user === '' ? `sip:${host}` : `sip:${user}@${host}`;
  return { name: printable(address?.name ?? '') || user || host, uri };
}

/** An address as it stands in a URI or a Via: IPv6 in brackets. */
export function hostText(address: string): string {
  return isIPv6(address) ? `[${address}]` : address;
}

/** `address:port` with brackets where needed. */
export function endpointText({ address, port }: Endpoint): string {
  return `${hostText(address)}:${port}`;
}

/** `host`, `host:port`, `[v6]`, `[v6]:port` or a bare IPv6 address, as people write servers. */
export function readHostPort(text: string): { host: string; port: number | null } | null {
  if (isIP(text)) return { host: text, port: null };
  const match = /^(\[[0-9a-f:.]+\]|[a-z0-9.\-_]+)(?::(\d{1,5}))?$/i.exec(text);
  if (!match) return null;
  const port = match[2] === undefined ? null : Number(match[2]);
  if (port === 0 || (port ?? 0) > 65_535) return null;
  return { host: (match[1] ?? '').toLowerCase().replace(/^\[|\]$/g, ''), port };
}

/** IPv4 mapped into IPv6 (`::ffff:192.0.2.1`) as plain IPv4, so that addresses can be compared. */
export function plainAddress(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  return (mapped?.[1] ?? address).replace(/%.*$/, '').toLowerCase();
}

function decode(user: string): string {
  try {
    return decodeURIComponent(user);
  } catch {
    return user;
  }
}

/** At most 64 characters, none of them a control or a direction mark. */
function printable(text: string): string {
  return Array.from(text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').trim())
    .slice(0, 64)
    .join('');
}
