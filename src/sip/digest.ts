// Digest authentication (RFC 2617, RFC 7616, RFC 8760): reading challenges and computing responses.
import { createHash } from 'node:crypto';

/** Name and password of an account. */
export interface Credentials {
  username: string;
  /** Never in a log, an error or a status. */
  password: string;
}

/** One challenge of a 401 or 407. */
export interface Challenge {
  realm: string;
  nonce: string;
  /** As written; `MD5` where the server named none. */
  algorithm: string;
  /** What the server takes; empty for the old kind without qop that chan_sip uses. */
  qop: string[];
  opaque: string | null;
  stale: boolean;
  /** False where the server named no algorithm: then we name none either. */
  namesAlgorithm: boolean;
}

/** What one Authorization header is computed from. */
export interface DigestInput {
  challenge: Challenge;
  credentials: Credentials;
  method: string;
  /** The Request-URI exactly as it stands in the request line. */
  uri: string;
  /** How often this nonce has been used, this time included. */
  nonceCount: number;
  cnonce: string;
  body: string;
}

/** Strongest first. */
const hashes = [
  { name: 'SHA-512-256', hash: 'sha512-256' },
  { name: 'SHA-256', hash: 'sha256' },
  { name: 'MD5', hash: 'md5' },
];

const item =
  /\s*,?\s*(?:([A-Za-z][\w-]*)[ \t]+(?=[\w-]+[ \t]*=))?([\w-]+)[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*))/y;

/**
 * Reads the challenges of one or more WWW-Authenticate or Proxy-Authenticate headers; each may hold several,
 * separated by commas. Schemes other than Digest and challenges without realm or nonce are left out.
 */
export function readChallenges(values: readonly string[]): Challenge[] {
  const found: { scheme: string; items: Map<string, string> }[] = [];
  for (const value of values) {
    item.lastIndex = 0;
    for (let match = item.exec(value); match; match = item.exec(value)) {
      const [, scheme, name = '', quoted, token = ''] = match;
      if (scheme !== undefined) found.push({ scheme: scheme.toLowerCase(), items: new Map() });
      found.at(-1)?.items.set(name.toLowerCase(), quoted?.replace(/\\(.)/g, '$1') ?? token);
    }
  }
  return found.flatMap(({ scheme, items }) => {
    const realm = items.get('realm');
    const nonce = items.get('nonce');
    if (scheme !== 'digest' || realm === undefined || nonce === undefined) return [];
    const qop = (items.get('qop') ?? '').toLowerCase();
    return [
      {
        realm,
        nonce,
        algorithm: items.get('algorithm') ?? 'MD5',
        qop: qop
          .split(',')
          .map((word) => word.trim())
          .filter((word) => word !== ''),
        opaque: items.get('opaque') ?? null,
        stale: items.get('stale')?.toLowerCase() === 'true',
        namesAlgorithm: items.has('algorithm'),
      },
    ];
  });
}

/** The strongest challenge that we can answer; null where there is none. */
export function strongestChallenge(challenges: readonly Challenge[]): Challenge | null {
  for (const { name } of hashes) {
    const match = challenges.find(
      (c) => readAlgorithm(c.algorithm)?.name === name && chooseQop(c) !== undefined,
    );
    if (match) return match;
  }
  return null;
}

function readAlgorithm(text: string): { name: string; hash: string; session: boolean } | null {
  const upper = text.toUpperCase();
  const session = upper.endsWith('-SESS');
  const algorithm = hashes.find((h) => h.name === (session ? upper.slice(0, -5) : upper));
  return algorithm ? { ...algorithm, session } : null;
}

/** `auth` before `auth-int`; null for no qop; undefined where the server wants something unknown. */
function chooseQop(challenge: Challenge): 'auth' | 'auth-int' | null | undefined {
  if (challenge.qop.length === 0) return null;
  return (['auth', 'auth-int'] as const).find((qop) => challenge.qop.includes(qop));
}

/** The `response` of a digest, 32 or 64 hexadecimal digits (RFC 7616, section 3.4.1). */
export function digestResponse(input: DigestInput): string {
  const { challenge, credentials, method, uri, cnonce } = input;
  const algorithm = readAlgorithm(challenge.algorithm);
  const hash = (text: string) =>
    createHash(algorithm?.hash ?? 'md5')
      .update(text, 'utf8')
      .digest('hex');
  let secret = hash(`${credentials.username}:${challenge.realm}:${credentials.password}`);
  if (algorithm?.session) secret = hash(`${secret}:${challenge.nonce}:${cnonce}`);
  const qop = chooseQop(challenge);
  const what = hash(`${method}:${uri}${qop === 'auth-int' ? `:${hash(input.body)}` : ''}`);
  return qop
    ? hash(`${secret}:${challenge.nonce}:${nonceCountText(input.nonceCount)}:${cnonce}:${qop}:${what}`)
    : hash(`${secret}:${challenge.nonce}:${what}`);
}

/** The value of an Authorization or Proxy-Authorization header. */
export function authorizationValue(input: DigestInput): string {
  const { challenge, credentials, uri } = input;
  const qop = chooseQop(challenge);
  const session = readAlgorithm(challenge.algorithm)?.session ?? false;
  return [
    `Digest username=${quote(credentials.username)}`,
    `realm=${quote(challenge.realm)}`,
    `nonce=${quote(challenge.nonce)}`,
    `uri=${quote(uri)}`,
    `response="${digestResponse(input)}"`,
    ...(challenge.namesAlgorithm ? [`algorithm=${challenge.algorithm}`] : []),
    ...(qop || session ? [`cnonce=${quote(input.cnonce)}`] : []),
    ...(qop ? [`qop=${qop}`, `nc=${nonceCountText(input.nonceCount)}`] : []),
    ...(challenge.opaque === null ? [] : [`opaque=${quote(challenge.opaque)}`]),
  ].join(', ');
}

/** Eight hexadecimal digits. */
function nonceCountText(count: number): string {
  return (count >>> 0).toString(16).padStart(8, '0');
}

function quote(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}
