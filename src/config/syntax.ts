// The forms of text that settings take: what is allowed, in one place for the check and for the documentation.
import { isIP, isIPv4, isIPv6 } from 'node:net';
import { domainToASCII } from 'node:url';

/** Where the SIP server is. */
export interface ServerAddress {
  /** Host name in ASCII, or an IP address (IPv6 without brackets). */
  host: string;
  /** null: the transport's usual one, 5060 or, for TLS, 5061. */
  port: number | null;
}

/**
 * Reads `host`, `host:port`, `[IPv6]` or `[IPv6]:port`.
 * @returns null where it is none of these
 */
export function parseServer(text: string): ServerAddress | null {
  const match = /^(?:\[([^\]]*)\]|([^:[\]/@\s]+))(?::(\d{1,5}))?$/.exec(text);
  if (!match) return null;
  const [, bracketed, plain, digits] = match;
  const port = digits === undefined ? null : Number(digits);
  if (port !== null && (port < 1 || port > 65_535)) return null;
  if (bracketed !== undefined) return isIPv6(bracketed) ? { host: bracketed, port } : null;
  const host = parseHost(plain ?? '');
  return host === null ? null : { host, port };
}

function parseHost(text: string): string | null {
  if (isIPv4(text)) return text;
  // all digits and dots: a mistyped address, which no resolver should be asked for
  if (/^[\d.]+$/.test(text)) return null;
  // letters beyond ASCII travel in their form for the DNS
  const ascii = /^[\x21-\x7e]+$/.test(text) ? text : domainToASCII(text);
  const label = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/i;
  const labels = ascii.replace(/\.$/, '').split('.');
  return ascii.length <= 253 && labels.every((l) => label.test(l)) ? ascii : null;
}

/** An address, or a range of them as `address/bits` (RFC 4632). */
export function isCidr(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
}

/** An absolute path without control characters, short enough for the kernel. */
export function isPath(text: string): boolean {
  return /^\/[^\x00-\x1f\x7f]*$/.test(text) && Buffer.byteLength(text) < 4096;
}

/** A path that fits into a Unix socket's address (108 bytes with the final zero, unix(7)). */
export function isSocketPath(text: string): boolean {
  return isPath(text) && Buffer.byteLength(text) <= 107;
}

/** The user part of a SIP address (RFC 3261, section 25.1). */
export const sipUser = /^(?:[A-Za-z0-9\-_.!~*'()&=+$,;?/]|%[0-9A-Fa-f]{2}){1,64}$/;

/** What a lock may dial: a user at our server, or a whole `sip:` address. */
export const dialTarget =
  /^(?:sip:(?:[^\s@<>"]{1,64}@)?[A-Za-z0-9.\-_[\]:]{1,253}|(?:[A-Za-z0-9\-_.!~*'()&=+$,;?/#]){1,64})$/;

/** One to four DTMF digits. */
export const lockCode = /^[0-9*#A-D]{1,4}$/;

/** An ALSA device, or nothing at all; what is let through can stand in a GStreamer launch string. */
export const audioInput =
  /^(?:alsa:[A-Za-z0-9_.:,=+/-]{1,128}|file:\/[^\x00-\x1f\x7f"\\]{1,1000}|test|none)$/;

/** As {@link audioInput}, for what is played. */
export const audioOutput = /^(?:alsa:[A-Za-z0-9_.:,=+/-]{1,128}|file:\/[^\x00-\x1f\x7f"\\]{1,1000}|none)$/;

/** SHA-256 of a certificate, as `openssl x509 -fingerprint -sha256` prints it; the colons may be left out. */
export const fingerprint = /^(?:[0-9A-Fa-f]{2}:?){31}[0-9A-Fa-f]{2}$/;
