// The provider's SIP server, simulated: registrar and back-to-back user agent on one UDP socket, as chan_sip has it.
import { stationCapabilities } from '../sdp/capabilities.js';
import type { CallMedia } from '../sdp/media.js';
import type { OutgoingCall } from '../sip/outgoing-call.js';
import { SipEndpoint } from '../sip/endpoint.js';
import type { RegisterReply, RegisterRequest } from '../sip/register-server.js';
import type { Clock } from '../system/clock.js';
import { KalitkaError } from '../system/errors.js';
import type { Log } from '../system/log.js';
import type { Endpoint, UdpNetwork } from '../system/udp.js';
import { Registrar, type Binding } from './registrar.js';

export interface IntercomServerOptions {
  network: UdpNetwork;
  clock: Clock;
  log: Log;
  /** In [0, 1). */
  random: () => number;
  /** Where to listen; port 0 takes a free one. */
  local: Endpoint;
  /** Passwords by login. Default: login 12345, password 6789. */
  accounts?: Readonly<Record<string, string>>;
  /** What a wrong password gets. Default 401, another challenge. */
  wrongPassword?: 401 | 403;
  /** Wrong passwords until the address is blocked. Default 3, as the provider does. */
  banAfter?: number;
  /** The longest registration granted, s. Default 3600. */
  longestRegistration?: number;
  /** Registrations came or went. */
  onChange?: () => void;
}

/** A call that a door station places through the server. */
export interface StationCall {
  /** Login of the panel that is called. */
  login: string;
  /** The door station, as the panel's screen names it. */
  from: { displayName: string; user: string };
  /** Sound and picture of the station: the server's media address is the station's, nothing is relayed twice. */
  media: CallMedia;
}

/** The simulated server. */
export class IntercomServer {
  readonly #options: IntercomServerOptions;
  readonly #registrar: Registrar;
  #endpoint: SipEndpoint | null = null;
  #local: Endpoint;
  /** What the call that is being placed shall send and take. */
  #nextMedia: CallMedia | null = null;

  constructor(options: IntercomServerOptions) {
    this.#options = options;
    this.#local = options.local;
    this.#registrar = new Registrar({
      realm: 'asterisk',
      accounts: options.accounts ?? { '12345': '6789' },
      wrongPassword: options.wrongPassword ?? 401,
      banAfter: options.banAfter ?? 3,
      longest: options.longestRegistration ?? 3600,
      clock: options.clock,
    });
  }

  /**
   * Binds the socket; after `stop()` the same port again.
   * @throws KalitkaError `UDP_BIND`
   */
  async start(): Promise<void> {
    if (this.#endpoint) return;
    const { network, clock, log, random } = this.#options;
    const endpoint = new SipEndpoint({
      network,
      clock,
      log,
      random,
      local: this.#local,
      user: 'asterisk',
      domain: this.#local.address,
      userAgent: 'Kalitka simulated PBX 14.2.1',
      permits: () => true,
      resolve: (host) => Promise.reject(new KalitkaError('SIM_ADDRESS', `${host} is not an IP address`)),
      credentials: null,
      capabilities: stationCapabilities,
      createMedia: () => this.#takeMedia(),
      // stations call panels; calls that come from accounts are filtered
      onCall: (call) => call.reject(403),
      onRegister: (request) => this.#register(request),
    });
    await endpoint.start();
    this.#endpoint = endpoint;
    this.#local = endpoint.local;
  }

  /** Loses all calls and registrations without a word, as a server that crashes. Idempotent. */
  async stop(): Promise<void> {
    const endpoint = this.#endpoint;
    this.#endpoint = null;
    this.#registrar.forget();
    await endpoint?.stop();
    this.#options.onChange?.();
  }

  /** Where the server listens, once started. */
  get local(): Endpoint {
    return this.#local;
  }

  /** Devices that are registered now. */
  get bindings(): readonly Binding[] {
    return this.#registrar.bindings;
  }

  /** Wrong passwords seen, and the addresses blocked for them. */
  get refusals(): { wrongPasswords: number; banned: readonly string[] } {
    return { wrongPasswords: this.#registrar.wrongPasswords, banned: this.#registrar.banned };
  }

  /**
   * Calls a panel where it last registered.
   * @throws KalitkaError `SIM_NOT_REGISTERED`
   */
  call({ login, from, media }: StationCall): OutgoingCall {
    const binding = this.bindings.findLast((one) => one.login === login);
    if (!this.#endpoint || !binding) {
      throw new KalitkaError('SIM_NOT_REGISTERED', `nobody is registered as ${login}: 404 Not Found`);
    }
    this.#nextMedia = media;
    try {
      return this.#endpoint.dial(binding.contact, { from });
    } finally {
      this.#nextMedia = null;
    }
  }

  #register({ authorization, contacts, source }: RegisterRequest): RegisterReply | null {
    const answer = this.#registrar.register({ source: source.address, authorization, contacts });
    this.#options.onChange?.();
    switch (answer.status) {
      case 200: {
        const expires = Math.max(0, ...answer.contacts.map((contact) => contact.expires));
        const bound = answer.contacts.map(
          (contact) => `Contact: <${contact.uri}>;expires=${contact.expires}`,
        );
        return { status: 200, headers: [`Expires: ${expires}`, ...bound] };
      }
      case 401:
        return { status: 401, headers: [`WWW-Authenticate: ${answer.challenge}`] };
      case 403:
        return { status: 403 };
      case 'silence':
        return null;
    }
  }

  #takeMedia(): CallMedia {
    const media = this.#nextMedia ?? noMedia;
    this.#nextMedia = null;
    return media;
  }
}

/** For calls that are refused anyway. */
const noMedia: CallMedia = {
  open: () => Promise.reject(new KalitkaError('SIM_NO_MEDIA', 'the server takes no calls')),
  apply: () => undefined,
  sendDigits: () => Promise.reject(new KalitkaError('SIM_NO_MEDIA', 'the server takes no calls')),
  close: () => Promise.resolve(),
};
