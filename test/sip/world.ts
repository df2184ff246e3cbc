// A small world for SIP tests: a panel's line, a scripted or a real server, a network and a clock held by hand.
import { stationCapabilities } from '../../src/sdp/capabilities.js';
import type { CallEnd, LineEvent } from '../../src/panel/ports.js';
import { digestResponse, readChallenges } from '../../src/sip/digest.js';
import { SipEndpoint, type SipEndpointOptions } from '../../src/sip/endpoint.js';
import { SipLine, type SipLineOptions } from '../../src/sip/line.js';
import type { RegisterHandler } from '../../src/sip/register-server.js';
import type { Log, LogFields } from '../../src/system/log.js';
import type { Endpoint } from '../../src/system/udp.js';
import { FakeClock } from '../support/fake-clock.js';
import { FakeMedia } from '../support/fake-media.js';
import { FakeNetwork, type Traffic } from '../support/fake-network.js';
import { useFakeTimers } from '../support/fake-timers.js';

export const serverAt: Endpoint = { address: '192.0.2.1', port: 5060 };
export const login = '12345';
export const password = '6789';

/** Random numbers that are the same in every run. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A log whose lines can be read. */
export class MemoryLog implements Log {
  readonly lines: string[] = [];
  readonly #add = (message: string, fields?: LogFields): void => {
    this.lines.push(`${message} ${JSON.stringify(fields ?? {})}`);
  };
  debug = this.#add;
  info = this.#add;
  warn = this.#add;
  error = this.#add;
  child(): Log {
    return this;
  }
}

export class World {
  readonly clock = new FakeClock();
  readonly network = new FakeNetwork(this.clock);
  readonly log = new MemoryLog();
  readonly random: () => number;
  readonly medias = new Map<string, FakeMedia>();
  readonly events: LineEvent[] = [];
  /** What server.example resolves to. */
  addresses: string[] = [serverAt.address];
  readonly #restore: () => void;

  constructor(seed = 1) {
    this.random = seeded(seed);
    this.#restore = useFakeTimers(this.clock);
  }

  /** Puts the process's timers back; call it last. */
  end(): void {
    this.#restore();
  }

  /** The panel under test. */
  line(options: Partial<SipLineOptions> = {}): SipLine {
    return new SipLine({
      ...this.#shared(),
      resolve: async () => {
        await Promise.resolve();
        if (this.addresses.length === 0) throw new Error('ENOTFOUND');
        return this.addresses;
      },
      server: 'server.example',
      login,
      password,
      registerInterval: 300,
      allow: [],
      userAgent: 'Kalitka/test',
      createMedia: (call) => this.media(call),
      onEvent: (event) => this.events.push(event),
      ...options,
    });
  }

  /** A server of our own kind: registrar and caller on one socket. */
  endpoint(options: Partial<SipEndpointOptions> = {}): SipEndpoint {
    return new SipEndpoint({
      ...this.#shared(),
      local: serverAt,
      user: '100',
      domain: 'server.example',
      userAgent: 'Station/test',
      permits: () => true,
      resolve: () => Promise.reject(new Error('ENOTFOUND')),
      credentials: null,
      capabilities: stationCapabilities,
      createMedia: (call) => this.media(call),
      onCall: () => undefined,
      ...options,
    });
  }

  media(call: string): FakeMedia {
    const media = new FakeMedia();
    this.medias.set(call, media);
    return media;
  }

  /** Datagrams from one address whose first line starts so. */
  sent(from: string, start: string): Traffic[] {
    return this.network.traffic.filter((t) => t.from.address === from && t.data.toString().startsWith(start));
  }

  /** The ends of calls as the panel was told. */
  get ends(): CallEnd[] {
    return this.events.flatMap((event) => (event.type === 'call-ended' ? [event.end] : []));
  }

  /** The last state of the line, `state` or `state:reason`. */
  get lineState(): string {
    const last = this.events.findLast((event) => event.type === 'line');
    return last ? [last.state, ...(last.reason ? [last.reason] : [])].join(':') : '';
  }

  /** The panel's newest call. */
  get call(): string {
    return this.events.findLast((event) => event.type === 'call-incoming')?.call ?? '';
  }

  #shared() {
    return { network: this.network, clock: this.clock, log: this.log, random: this.random };
  }
}

/** A registrar as chan_sip is one; `bindings` holds who is registered where. */
export class TestRegistrar {
  readonly bindings = new Map<string, string>();
  expires = 300;
  #nonce = 0x1000_0000;

  constructor(readonly passwords: Record<string, string> = { [login]: password }) {}

  readonly handle: RegisterHandler = ({ account, authorization, contacts }) => {
    if (!this.#authorized(account, authorization)) {
      this.#nonce += 1;
      const nonce = this.#nonce.toString(16);
      return {
        status: 401,
        headers: [`WWW-Authenticate: Digest algorithm=MD5, realm="asterisk", nonce="${nonce}"`],
      };
    }
    const headers: string[] = [];
    for (const { uri, expires } of contacts) {
      if (expires === 0) this.bindings.delete(account);
      else {
        this.bindings.set(account, uri);
        headers.push(`Contact: <${uri}>;expires=${Math.min(expires, this.expires)}`);
      }
    }
    return { status: 200, headers };
  };

  #authorized(account: string, authorization: string | null): boolean {
    const [challenge] = readChallenges([authorization ?? '']);
    const uri = /uri="([^"]*)"/.exec(authorization ?? '')?.[1] ?? '';
    const response = /response="([^"]*)"/.exec(authorization ?? '')?.[1];
    if (challenge?.nonce !== this.#nonce.toString(16)) return false;
    const expected = digestResponse({
      challenge: { ...challenge, qop: [] },
      credentials: { username: account, password: this.passwords[account] ?? '' },
      method: 'REGISTER',
      uri,
      nonceCount: 1,
      cnonce: '',
      body: '',
    });
    return response === expected;
  }
}
