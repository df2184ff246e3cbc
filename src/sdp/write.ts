// Writes our own session descriptions: everything that goes out has passed here.
import { isIPv6 } from 'node:net';
import { write, type MediaDescription } from 'sdp-transform';
import type { LocalSession } from './capabilities.js';
import type { Section } from './description.js';

/** A media section as sdp-transform writes it. */
export type OutgoingSection = MediaDescription;

/** A whole description around its sections (RFC 8866). */
export function writeDescription(local: LocalSession, media: OutgoingSection[]): string {
  const ipVer = isIPv6(local.address) ? 6 : 4;
  return write({
    version: 0,
    origin: {
      username: '-',
      sessionId: local.sessionId,
      sessionVersion: local.version,
      netType: 'IN',
      ipVer,
      address: local.address,
    },
    name: '-',
    connection: { version: ipVer, ip: local.address },
    timing: { start: 0, stop: 0 },
    media,
  });
}

/** A section that says no, in the place of the one that was offered (RFC 3264, section 6). */
export function refusal(offered: Pick<Section, 'type' | 'protocol' | 'formatList'>): OutgoingSection {
  return {
    type: offered.type,
    port: 0,
    protocol: offered.protocol,
    payloads: offered.formatList === '' ? '0' : offered.formatList,
    rtp: [],
    fmtp: [],
  };
}
