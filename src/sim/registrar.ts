// Who is registered, and who may be: the registrar's rules as Asterisk's chan_sip applies them, without any I/O.
import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '../system/clock.js';

/** What of a REGISTER matters here (RFC 3261, section 10.3). */
export interface Registration {
  /** Address that the request came from. */
  source: string;
  /** `Authorization`, or null. */
  authorization: string | null;
  /** Its `Contact`s and what they ask for, s; `*` for all (RFC 3261, section 10.2.2). None only asks. */
  contacts: readonly { uri: string; expires: number }[];
}

/** What the registrar does with it. */
export type RegistrarAnswer =
  | { status: 200; contacts: readonly { uri: string; expires: number }[] }
  | { status: 401; challenge: string }
  | { status: 403 }
  /** The address is blocked: it hears nothing at all. */
  | { status: 'silence' };

/** A registered device. */
export interface Binding {
  login: string;
  /** SIP URI that calls for the login go to. */
  contact: string;
  /** Steady ms. */
  until: number;
}

export interface RegistrarOptions {
  realm: string;
  /** Passwords by login. */
  accounts: Readonly<Record<string, string>>;
  /** What a wrong password gets: another challenge (chan_sip's `alwaysauthreject`) or a plain refusal. */
  wrongPassword: 401 | 403;
  /** Wrong passwords until an address is blocked. */
  banAfter: number;
  /** The longest registration granted, s; chan_sip grants up to 3600, and not less than 60. */
  longest: number;
  clock: Clock;
}

/** s; chan_sip's default. */
const shortest = 60;

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

/** Parameters of a `Digest` credential (RFC 2617, section 3.2.2), quotes taken off; null where it is none. */
export function readCredentials(header: string): ReadonlyMap<string, string> | null {
  const scheme = /^\s*Digest\s+/i.exec(header);
  if (!scheme) return null;
  const parameters = new Map<string, string>();
  for (const [, name = '', quoted, plain] of header
    .slice(scheme[0].length)
    .matchAll(/([\w-]+)\s*=\s*(?:"([^"]*)"|([^\s,]*))/g)) {
    parameters.set(name.toLowerCase(), quoted ?? plain ?? '');
  }
  return parameters;
}

/** The registrar's memory: nonces handed out, bindings, wrong passwords and blocked addresses. */
export class Registrar {
  readonly #options: RegistrarOptions;
  readonly #nonces = new Set<string>();
  readonly #bindings: Binding[] = [];
  readonly #wrong = new Map<string, number>();

  constructor(options: RegistrarOptions) {
    this.#options = options;
  }

  /** Devices that are registered now. */
  get bindings(): readonly Binding[] {
    const now = this.#options.clock.steady();
    return this.#bindings.filter((binding) => binding.until > now);
  }

  /** Wrong passwords that came from all addresses together. */
  get wrongPasswords(): number {
    return [...this.#wrong.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Addresses that are blocked, as the provider blocks them. */
  get banned(): readonly string[] {
    return [...this.#wrong].filter(([, count]) => count >= this.#options.banAfter).map(([source]) => source);
  }

  /** Forgets who is registered, as a restart of the server does. */
  forget(): void {
    this.#bindings.length = 0;
    this.#nonces.clear();
  }

  /** Takes a REGISTER. */
  register(request: Registration): RegistrarAnswer {
    if (this.banned.includes(request.source)) return { status: 'silence' };
    const given = request.authorization === null ? null : readCredentials(request.authorization);
    const nonce = given?.get('nonce') ?? '';
    if (!given || !this.#nonces.has(nonce)) return this.#challenge(given !== null);
    // chan_sip takes each nonce once
    this.#nonces.delete(nonce);
    const login = given.get('username') ?? '';
    if (!this.#isRight(login, given)) {
      this.#wrong.set(request.source, (this.#wrong.get(request.source) ?? 0) + 1);
      return this.#options.wrongPassword === 403 ? { status: 403 } : this.#challenge(false);
    }
    return this.#bind(login, request);
  }

  #challenge(stale: boolean): RegistrarAnswer {
    const nonce = randomBytes(4).toString('hex');
    this.#nonces.add(nonce);
    const parts = ['algorithm=MD5', `realm="${this.#options.realm}"`, `nonce="${nonce}"`];
    if (stale) parts.push('stale=true');
    return { status: 401, challenge: `Digest ${parts.join(', ')}` };
  }

  /** RFC 2617, section 3.2.2.1, without qop. */
  #isRight(login: string, given: ReadonlyMap<string, string>): boolean {
    const password = Object.hasOwn(this.#options.accounts, login) ? this.#options.accounts[login] : undefined;
    if (password === undefined) return false;
    const secret = md5(`${login}:${this.#options.realm}:${password}`);
    const what = md5(`REGISTER:${given.get('uri') ?? ''}`);
    return given.get('response') === md5(`${secret}:${given.get('nonce') ?? ''}:${what}`);
  }

  #bind(login: string, { contacts }: Registration): RegistrarAnswer {
    const { clock, longest } = this.#options;
    for (const { uri, expires } of contacts) {
      for (let i = this.#bindings.length - 1; i >= 0; i--) {
        const binding = this.#bindings[i];
        if (binding?.login === login && (uri === '*' || binding.contact === uri)) this.#bindings.splice(i, 1);
      }
      if (uri === '*' || expires === 0) continue;
      const granted = Math.min(longest, Math.max(shortest, Math.trunc(expires) || longest));
      this.#bindings.push({ login, contact: uri, until: clock.steady() + granted * 1000 });
    }
    const now = clock.steady();
    const registered = this.bindings.filter((binding) => binding.login === login);
    return {
      status: 200,
      contacts: registered.map(({ contact, until }) => ({
        uri: contact,
        expires: Math.ceil((until - now) / 1000),
      })),
    };
  }
}
