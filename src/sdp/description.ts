// Reads a session description strictly enough that everything behind it can trust what it holds.
import { isIP } from 'node:net';
import { parse, type SessionDescription } from 'sdp-transform';
import { KalitkaError } from '../system/errors.js';
import type { Direction } from './media.js';

/** One format of a media section: a payload type and what it stands for. */
export interface Format {
  payloadType: number;
  /** Encoding name in upper case: `PCMU`, `H264`, `TELEPHONE-EVENT`. */
  encoding: string;
  /** Hz. */
  clockRate: number;
  /** Parameters of `a=fmtp`, names in lower case. */
  parameters: ReadonlyMap<string, string>;
}

/** One media section (`m=` and what follows it), session-level defaults already applied. */
export interface Section {
  /** `audio`, `video`, `application`, ... */
  type: string;
  /** 0 = refused or switched off. */
  port: number;
  protocol: string;
  /** The format list as it was written, for echoing it in a refusal. */
  formatList: string;
  /** RTP formats in the order of preference; unknown dynamic ones are left out. */
  formats: Format[];
  /** Direction as seen from the side that wrote it. */
  direction: Direction;
  /** Address of `c=`; null where there is none. */
  address: string | null;
  /** From `a=rtcp`, else port + 1. */
  rtcpPort: number;
  /** ms; null where the side said nothing. */
  ptime: number | null;
  /** ms; null where the side said nothing. */
  maxptime: number | null;
  /** `a=rtcp-fb` as written: payload type or `*`, and the feedback, `nack pli`. */
  feedback: { payloadType: string; kind: string }[];
}

/** A session description that has been checked. */
export interface Description {
  sections: Section[];
}

/** The largest description we read, characters: real ones have 300 to 6,000. */
const largest = 32_768;

/** RFC 3551, table 4 and 5: formats that need no `a=rtpmap`. */
const staticFormats = new Map<number, { encoding: string; clockRate: number }>([
  [0, { encoding: 'PCMU', clockRate: 8000 }],
  [3, { encoding: 'GSM', clockRate: 8000 }],
  [8, { encoding: 'PCMA', clockRate: 8000 }],
  [9, { encoding: 'G722', clockRate: 8000 }],
  [18, { encoding: 'G729', clockRate: 8000 }],
  [26, { encoding: 'JPEG', clockRate: 90_000 }],
  [31, { encoding: 'H261', clockRate: 90_000 }],
  [34, { encoding: 'H263', clockRate: 90_000 }],
]);

function invalid(why: string): KalitkaError {
  return new KalitkaError(
    'SDP_INVALID',
    `the far end sent a session description that cannot be used: ${why}`,
  );
}

const isPort = (port: unknown): port is number =>
  typeof port === 'number' && Number.isInteger(port) && port >= 0 && port <= 65_535;

/**
 * Reads a session description (RFC 8866).
 * @throws KalitkaError `SDP_INVALID` when it is none, or holds what cannot be right
 */
export function readDescription(text: string): Description {
  if (text.length > largest) throw invalid('it is too long');
  if (!/^v=0\s*?(\r|\n)/.test(text)) throw invalid('it does not start with v=0');
  if (!/^o=\S+ \d+ \d+ IN IP[46] \S+/m.test(text)) throw invalid('it has no usable o= line');
  const session = parse(text);
  // sdp-transform passes over an m= line it cannot read and so gives its attributes to the section before
  const written = text.split(/\r\n|\r|\n/).filter((line) => line.startsWith('m=')).length;
  if (written !== session.media.length) throw invalid('an m= line cannot be read');
  if (written === 0) throw invalid('it has no media');
  return { sections: session.media.map((media) => readSection(media, session)) };
}

function readSection(media: SessionDescription['media'][number], session: SessionDescription): Section {
  const port: unknown = media.port;
  if (!isPort(port)) throw invalid(`m=${media.type} has no port`);
  const address = (media.connection ?? session.connection)?.ip ?? null;
  const rtcpPort: unknown = media.rtcp?.port ?? port + 1;
  const formatList = text(media.payloads).trim();
  return {
    type: media.type,
    port,
    protocol: media.protocol,
    formatList,
    formats: readFormats(media, formatList),
    direction: media.direction ?? session.direction ?? 'sendrecv',
    address: address === null ? null : text(address),
    rtcpPort: isPort(rtcpPort) && rtcpPort !== 0 ? rtcpPort : Math.min(port + 1, 65_535),
    ptime: positive(media.ptime),
    maxptime: positive(media.maxptime),
    feedback: (media.rtcpFb ?? []).map((fb) => ({
      payloadType: String(fb.payload),
      kind: `${fb.type} ${fb.subtype ?? ''}`.trim().toLowerCase(),
    })),
  };
}

/** sdp-transform makes a number of whatever looks like one, whatever its types say. */
function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

function positive(value: unknown): number | null {
  const number = Number(value);
  return value !== undefined && Number.isFinite(number) && number > 0 ? number : null;
}

function readFormats(media: SessionDescription['media'][number], formatList: string): Format[] {
  const formats: Format[] = [];
  for (const word of formatList.split(/\s+/)) {
    if (!/^\d{1,3}$/.test(word)) continue;
    const payloadType = Number(word);
    if (payloadType > 127 || formats.some((f) => f.payloadType === payloadType)) continue;
    const mapped = media.rtp.find((rtp) => rtp.payload === payloadType);
    const known = mapped
      ? { encoding: text(mapped.codec).toUpperCase(), clockRate: mapped.rate ?? 0 }
      : staticFormats.get(payloadType);
    if (!known) continue;
    const fmtp = media.fmtp.find((line) => line.payload === payloadType);
    formats.push({ payloadType, ...known, parameters: readParameters(text(fmtp?.config)) });
  }
  return formats;
}

function readParameters(config: string): Map<string, string> {
  const parameters = new Map<string, string>();
  for (const part of config.split(';')) {
    const at = part.indexOf('=');
    const name = (at < 0 ? part : part.slice(0, at)).trim().toLowerCase();
    if (name !== '' && !parameters.has(name)) parameters.set(name, at < 0 ? '' : part.slice(at + 1).trim());
  }
  return parameters;
}

/** True for an address media can be sent to: an IP address of one host (0.0.0.0 means hold). */
export function isUnicast(address: string | null): address is string {
  if (address === null || isIP(address) === 0) return false;
  return isIP(address) === 4 ? Number(address.split('.')[0]) < 224 : !/^ff/i.test(address);
}

/** RFC 2543's way to say hold, still in use: the address is all zeros. */
export function isHoldAddress(address: string | null): boolean {
  return address === '0.0.0.0' || address === '::';
}
