// A SIP user agent on one UDP socket: the panel's line and the simulated server are both built on it.
import type { Core, URI } from 'sip.js';
import { KalitkaError, errorText } from '../system/errors.js';
import type { Clock } from '../system/clock.js';
import type { Log } from '../system/log.js';
import type { Endpoint, UdpNetwork, UdpSocket } from '../system/udp.js';
import type { Capabilities } from '../sdp/capabilities.js';
import type { CallMedia, Negotiated } from '../sdp/media.js';
import { endpointText } from './addresses.js';
import { Authorizer } from './authorizer.js';
import type { Call } from './call.js';
import type { Credentials } from './digest.js';
import { Drops } from './drops.js';
import { IncomingCall } from './incoming-call.js';
import { allowHeader } from './inspection.js';
import { createCore } from './library-core.js';
import { libraryUri } from './library-message.js';
import { OwnedClock } from './owned-clock.js';
import { OutgoingCall, type DialOptions } from './outgoing-call.js';
import { randomToken } from './random.js';
import { Receiver } from './receiver.js';
import { RegisterClient, type RegisterResult } from './register-client.js';
import { answerRegister, type RegisterHandler } from './register-server.js';
import { previewOffer } from './session-description.js';
import { mendTimers } from './sip-timers.js';
import { UdpTransport } from './udp-transport.js';
import type { UserAgentContext } from './user-agent.js';

export interface SipEndpointOptions {
  network: UdpNetwork;
  clock: Clock;
  log: Log;
  /** In [0, 1). */
  random: () => number;
  /** Where to listen; port 0 takes a free one. */
  local: Endpoint;
  /** User part of our address of record: what From and To say. */
  user: string;
  /** Host part of it, with its port where it has one: `sip.example.org`, `192.0.2.1:5070`, `[2001:db8::1]`. */
  domain: string;
  /** Shown to people we call. */
  displayName?: string;
  userAgent: string;
  /** Whose datagrams are read; all others are dropped unread. */
  permits: (source: Endpoint) => boolean;
  /** The IP address of a host name in a URI. Rejects when it has none. */
  resolve: (host: string) => Promise<string>;
  /** What we answer challenges with; null leaves them unanswered. */
  credentials: Credentials | null;
  /** What our calls can carry. */
  capabilities: Capabilities;
  /** Makes the media of a call that comes or goes. */
  createMedia: (call: string) => CallMedia;
  /** A call came in; 180 has been sent. Set `call.listener` before returning. */
  onCall: (call: IncomingCall) => void;
  /** Plays the registrar; without it REGISTER is answered 405. */
  onRegister?: RegisterHandler;
}

/** Calls at the same time; each holds four sockets. Far more than a panel or a simulated server needs. */
const mostCalls = 16;

/** What lives from `start()` to `stop()`. */
interface Running {
  socket: UdpSocket;
  core: Core.UserAgentCore;
  receiver: Receiver;
  registration: RegisterClient;
}

/**
 * One SIP user agent: takes calls, places calls, registers, answers everything else as the RFCs want it, and lets
 * nothing from the network throw.
 *
 * @example
 * const endpoint = new SipEndpoint({ ..., onCall: (call) => { call.listener = { ended: report }; call.accept(); } });
 * await endpoint.start();
 * const result = await endpoint.register(300); // result.status === 200
 * const call = endpoint.dial('sip:12345@192.0.2.10:5060');
 * call.listener = { established: () => call.hangup() };
 */
export class SipEndpoint {
  readonly #options: SipEndpointOptions;
  readonly #transport: UdpTransport;
  readonly #authorizer: Authorizer | null;
  readonly #drops: Drops;
  readonly #clock: OwnedClock;
  readonly #contactUser: string;
  readonly #allow: string;
  readonly #calls = new Map<string, Call>();
  readonly #farewells = new Set<Promise<void>>();
  readonly #closing = new Set<Promise<void>>();
  #running: Running | null = null;
  #contact: Endpoint | null = null;

  constructor(options: SipEndpointOptions) {
    this.#options = options;
    this.#allow = allowHeader(options.onRegister !== undefined);
    this.#drops = new Drops(options);
    this.#clock = new OwnedClock(options.clock);
    this.#authorizer = options.credentials
      ? new Authorizer({ credentials: options.credentials, random: options.random })
      : null;
    this.#contactUser = `${options.user}-${randomToken(options.random, 8)}`;
    this.#transport = new UdpTransport({
      clock: this.#clock,
      socket: () => this.#running?.socket ?? null,
      resolve: options.resolve,
      allow: this.#allow,
    });
  }

  /**
   * Binds the socket.
   * @throws KalitkaError `UDP_BIND`; `SIP_BAD_ADDRESS` when `user` and `domain` make no address
   */
  async start(): Promise<void> {
    if (this.#running) return;
    mendTimers();
    const aor = this.#parse(`sip:${encodeURIComponent(this.#options.user)}@${this.#options.domain}`);
    const registrar = this.#parse(`sip:${this.#options.domain}`);
    const socket = await this.#options.network.bind(this.#options.local, (data, from) => {
      this.#running?.receiver.receive(data, from);
    });
    const core: Core.UserAgentCore = createCore({
      aor,
      displayName: this.#options.displayName ?? '',
      userAgent: this.#options.userAgent,
      random: this.#options.random,
      viaHost: endpointText(socket.local),
      contact: () => `<${this.contactUri}>`,
      transport: this.#transport,
      delegate: {
        onInvite: (request) => {
          if (this.#guard('INVITE', () => this.#invited(core, request))) return;
          this.#guard('INVITE', () => request.reject({ statusCode: 500 }));
        },
        onRegister: (request) => this.#registerReceived(request),
      },
    });
    const receiver = new Receiver({
      core,
      retransmission: this.#transport.retransmission,
      drops: this.#drops,
      permits: this.#options.permits,
      registrar: this.#options.onRegister !== undefined,
      guard: (what, run) => this.#guard(what, run),
    });
    const agent = this.#context(core, socket.local.address);
    const registration = new RegisterClient({ agent, registrar, contactUser: this.#contactUser });
    this.#running = { socket, core, receiver, registration };
  }

  /**
   * Ends every call without a word to the far end and closes the socket. For a polite end hang up first and wait for
   * `quiet()`. Idempotent.
   */
  async stop(why = 'stopped'): Promise<void> {
    for (const call of this.calls) call.fail(why);
    const running = this.#running;
    this.#running = null;
    this.#contact = null;
    running?.core.dispose();
    running?.registration.stop();
    this.#transport.retransmission.stop();
    this.#clock.cancelAll();
    running?.socket.close();
    this.#farewells.clear();
    await Promise.all(this.#closing);
  }

  /** Resolves when every BYE has its answer and all media is closed. Never rejects; may take 32 s. */
  async quiet(): Promise<void> {
    await Promise.all([...this.#farewells, ...this.#closing]);
  }

  /**
   * Where the socket is.
   * @throws KalitkaError `SIP_STOPPED`
   */
  get local(): Endpoint {
    return this.#require().socket.local;
  }

  /** Where others reach us: what NAT made of it once a server has told, else the socket's own address. */
  get contact(): Endpoint {
    return this.#contact ?? this.local;
  }

  set contact(endpoint: Endpoint) {
    this.#contact = endpoint;
  }

  /** The URI in our Contact. */
  get contactUri(): string {
    return `sip:${encodeURIComponent(this.#contactUser)}@${endpointText(this.contact)}`;
  }

  /** Datagrams and handlers that were given up, by reason. */
  get dropped(): Drops['counts'] {
    return this.#drops.counts;
  }

  /** Calls that have not ended. */
  get calls(): readonly Call[] {
    return [...this.#calls.values()];
  }

  /**
   * Calls an address. What comes of it is told to the call's `listener`, never before this returns.
   * @throws KalitkaError `SIP_BAD_ADDRESS` when it is no `sip:` URI, `SIP_STOPPED`
   */
  dial(target: string, options: DialOptions = {}): OutgoingCall {
    const { core, socket } = this.#require();
    const call = new OutgoingCall(this.#context(core, socket.local.address), this.#parse(target), options);
    this.#calls.set(call.id, call);
    call.start();
    return call;
  }

  /**
   * Registers our contact at the domain; 0 unregisters. The promise does not reject for anything the network does.
   * @param expires s
   * @param instead an earlier contact URI of ours, to be removed
   * @throws KalitkaError `SIP_STOPPED`
   */
  register(expires: number, instead?: string): Promise<RegisterResult> {
    return this.#require().registration.register(expires, instead);
  }

  /** Sends two CRLFs, to keep a NAT binding open (RFC 5626, section 3.5.1). */
  keepAlive(to: Endpoint): void {
    this.#running?.socket.send(Buffer.from('\r\n\r\n'), to);
  }

  #invited(core: Core.UserAgentCore, request: Core.IncomingInviteRequest): void {
    if (this.#calls.size >= mostCalls) {
      request.reject({ statusCode: 486 });
      return;
    }
    const arrival = this.#running?.receiver.arrival(request.message);
    let preview: Negotiated | null = null;
    try {
      if (request.message.body) preview = previewOffer(request.message.body, this.#options.capabilities);
    } catch (error) {
      if (!(error instanceof KalitkaError)) throw error;
      this.#options.log.info('a call was refused with 488', { why: error.message });
      request.reject({ statusCode: 488 });
      return;
    }
    const agent = this.#context(core, this.local.address);
    const call = new IncomingCall(agent, request, { target: arrival?.target ?? '', preview });
    call.ring();
    this.#calls.set(call.id, call);
    this.#options.onCall(call);
    call.prepare();
  }

  #registerReceived(request: Core.IncomingRegisterRequest): void {
    const arrival = this.#running?.receiver.arrival(request.message);
    const handler = this.#options.onRegister;
    if (arrival && handler) answerRegister(request, arrival.target, arrival.source, handler);
  }

  #context(core: Core.UserAgentCore, address: string): UserAgentContext {
    const { log, random, capabilities, createMedia } = this.#options;
    return {
      core,
      clock: this.#clock,
      log,
      random,
      capabilities,
      address,
      allowHeader: this.#allow,
      contactHeader: () => `Contact: <${this.contactUri}>`,
      createMedia,
      authorize: () => this.#authorizer?.attempt() ?? null,
      guard: (what, run) => this.#guard(what, run),
      ended: (call) => void this.#calls.delete(call),
      farewell: (work) => this.#track(this.#farewells, work),
      closing: (work) => this.#track(this.#closing, work),
    };
  }

  #track(set: Set<Promise<void>>, work: Promise<void>): void {
    set.add(work);
    void work.then(() => set.delete(work));
  }

  #guard(what: string, run: () => void): boolean {
    try {
      run();
      return true;
    } catch (error) {
      this.#drops.count('failed', null, `${what}: ${errorText(error)}`);
      return false;
    }
  }

  #parse(uri: string): URI {
    const parsed = libraryUri(uri);
    if (parsed?.scheme !== 'sip')
      throw new KalitkaError('SIP_BAD_ADDRESS', `${uri} is no address to call: write sip:name@host`);
    return parsed;
  }

  #require(): Running {
    if (!this.#running) throw new KalitkaError('SIP_STOPPED', 'the SIP endpoint is not running');
    return this.#running;
  }
}
