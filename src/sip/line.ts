// The panel's SIP account: implements `LinePort` on top of the endpoint and its registration.
import { KalitkaError } from '../system/errors.js';
import type { Clock } from '../system/clock.js';
import type { Log } from '../system/log.js';
import type { UdpNetwork } from '../system/udp.js';
import { panelCapabilities } from '../sdp/capabilities.js';
import type { CallMedia } from '../sdp/media.js';
import type { CallId, Code, LineEvent, LinePort } from '../panel/ports.js';
import { hostText, readHostPort } from './addresses.js';
import type { Call } from './call.js';
import type { CallListener } from './call-listener.js';
import { sendDoorCode } from './door-code.js';
import { SipEndpoint } from './endpoint.js';
import { IncomingCall } from './incoming-call.js';
import { randomToken } from './random.js';
import { Registration } from './registration.js';
import { SourceFilter } from './source-filter.js';

export interface SipLineOptions {
  network: UdpNetwork;
  clock: Clock;
  log: Log;
  /** In [0, 1). */
  random: () => number;
  /** All addresses of a host name; `systemResolve` outside of tests. */
  resolve: (host: string) => Promise<string[]>;
  /** `host` or `host:port`. */
  server: string;
  login: string;
  password: string;
  /** s. */
  registerInterval: number;
  /** Addresses or CIDR ranges that may talk to us beside the server. */
  allow: readonly string[];
  userAgent: string;
  /** Makes the media of a call. */
  createMedia: (call: CallId) => CallMedia;
  onEvent: (event: LineEvent) => void;
}

/**
 * The SIP account of the panel.
 *
 * @example
 * const line = new SipLine({ ..., server: 'sip.example.org', login: '12345', password, onEvent: (e) => panel.take(e) });
 * await line.start();
 */
export class SipLine implements LinePort {
  readonly #options: SipLineOptions;
  readonly #filter: SourceFilter;
  readonly #registration: Registration;
  readonly #server: { host: string; port: number | null };
  readonly #calls = new Map<CallId, Call>();

  /** @throws KalitkaError `SIP_BAD_SERVER` | `SIP_BAD_CIDR` */
  constructor(options: SipLineOptions) {
    const server = readHostPort(options.server);
    if (!server) {
      throw new KalitkaError('SIP_BAD_SERVER', `${options.server} is no server: write a name, or name:port`);
    }
    this.#options = options;
    this.#server = server;
    this.#filter = new SourceFilter(options.allow);
    this.#registration = new Registration({
      clock: options.clock,
      log: options.log,
      random: options.random,
      network: options.network,
      server: { host: server.host, port: server.port ?? 5060 },
      interval: options.registerInterval,
      resolve: options.resolve,
      createEndpoint: (address) => this.#createEndpoint(address),
      onServer: (addresses) => this.#filter.setServers(addresses),
      onState: (state, reason) => options.onEvent({ type: 'line', state, reason }),
    });
  }

  async start(): Promise<void> {
    this.#registration.start();
    await Promise.resolve();
  }

  async stop(): Promise<void> {
    for (const call of [...this.#calls.values()]) call.hangup();
    await this.#registration.stop();
  }

  retry(): void {
    this.#registration.retry();
  }

  answer(call: CallId): void {
    const found = this.#calls.get(call);
    if (found instanceof IncomingCall) found.accept();
  }

  reject(call: CallId): void {
    const found = this.#calls.get(call);
    if (found instanceof IncomingCall) found.reject();
  }

  hangup(call: CallId): void {
    this.#calls.get(call)?.hangup();
  }

  dial(address: string): CallId {
    try {
      const endpoint = this.#registration.endpoint;
      if (!endpoint) throw new KalitkaError('SIP_STOPPED', 'there is no network');
      const target = /^sips?:/i.test(address)
        ? address
        : `sip:${encodeURIComponent(address)}@${this.#domain}`;
      const call = endpoint.dial(target);
      this.#follow(call);
      return call.id;
    } catch (error) {
      if (!(error instanceof KalitkaError)) throw error;
      const id = randomToken(this.#options.random, 12);
      const detail = error.message;
      queueMicrotask(() => this.#options.onEvent({ type: 'call-ended', call: id, end: 'failed', detail }));
      return id;
    }
  }

  sendCode(call: CallId, lock: number, code: Code): void {
    const found = this.#calls.get(call);
    const report = (sent: boolean, detail: string | null): void =>
      this.#options.onEvent({ type: 'code', call, lock, sent, detail });
    if (!found) {
      queueMicrotask(() => report(false, 'there is no such call'));
      return;
    }
    void sendDoorCode(found, code).then(({ sent, detail }) => report(sent, detail));
  }

  get #domain(): string {
    const { host, port } = this.#server;
    return port === null ? hostText(host) : `${hostText(host)}:${port}`;
  }

  #createEndpoint(address: string): SipEndpoint {
    const { network, clock, log, random, resolve, login, password, userAgent, createMedia } = this.#options;
    return new SipEndpoint({
      network,
      clock,
      log,
      random,
      local: { address, port: 0 },
      user: login,
      domain: this.#domain,
      userAgent,
      permits: (source) => this.#filter.permits(source.address),
      resolve: async (host) => {
        // the registration has chosen one of the server's addresses: everything goes there
        const { server } = this.#registration;
        return server && host === this.#server.host
          ? server.address
          : this.#firstAddress(await resolve(host), host);
      },
      credentials: { username: login, password },
      capabilities: panelCapabilities,
      createMedia,
      onCall: (call) => {
        this.#follow(call);
        const { id, remote, video } = call;
        this.#options.onEvent({ type: 'call-incoming', call: id, caller: remote, video });
      },
    });
  }

  #firstAddress(addresses: string[], host: string): string {
    const [address] = addresses;
    if (address === undefined) throw new KalitkaError('SIP_UNREACHABLE', `${host} has no address`);
    return address;
  }

  #follow(call: Call): void {
    const emit = this.#options.onEvent;
    this.#calls.set(call.id, call);
    const listener: CallListener = {
      media: ({ audio, video }) =>
        emit({
          type: 'call-media',
          call: call.id,
          audio: audio?.codec ?? null,
          video: video?.codec ?? null,
          onHold: call.onHold,
        }),
      established: () => emit({ type: 'call-established', call: call.id }),
      ended: (end, detail) => {
        this.#calls.delete(call.id);
        emit({ type: 'call-ended', call: call.id, end, detail });
      },
    };
    call.listener = listener;
  }
}
