// Keeps the line registered: finds the server, binds, registers, refreshes, backs off, and knows when to stop trying.
import { KalitkaError, errorText } from '../system/errors.js';
import type { Clock, Timer } from '../system/clock.js';
import type { Log } from '../system/log.js';
import type { Endpoint, UdpNetwork } from '../system/udp.js';
import type { LineReason, LineState } from '../panel/ports.js';
import type { SipEndpoint } from './endpoint.js';
import { backoff, judge, refreshAfter, refusedRetryAfter, type Outcome } from './registration-policy.js';

export interface RegistrationOptions {
  clock: Clock;
  log: Log;
  random: () => number;
  network: UdpNetwork;
  server: { host: string; port: number };
  /** s, what we ask for. */
  interval: number;
  /** All addresses of the server's name. Rejects when it has none. */
  resolve: (host: string) => Promise<string[]>;
  /** Makes an endpoint bound to an address of ours; it is started and stopped here. */
  createEndpoint: (localAddress: string) => SipEndpoint;
  /** The server's addresses as resolved just now: only they may talk to us. */
  onServer: (addresses: string[]) => void;
  onState: (state: LineState, reason: LineReason | null) => void;
}

/** ms: below the 30 s after which the strictest NATs forget a UDP binding. */
const keepAliveInterval = 25_000;
/** ms a name may take to resolve: the system's resolver can hang without a network. */
const longestResolve = 10_000;
/** ms a REGISTER that takes the contact away may take at stop. */
const longestFarewell = 1000;

/** Owns the endpoint of a line. All that fails is told through `onState`; nothing throws. */
export class Registration {
  readonly #options: RegistrationOptions;
  #endpoint: SipEndpoint | null = null;
  #server: Endpoint | null = null;
  #running = false;
  #attempting = false;
  #state: LineState = 'offline';
  #reason: LineReason | null = null;
  #failures = 0;
  #refusals = 0;
  #interval: number;
  #next: Timer | null = null;
  #keepAlive: Timer | null = null;

  constructor(options: RegistrationOptions) {
    this.#options = options;
    this.#interval = options.interval;
  }

  /** The endpoint calls go through; null while there is no network. */
  get endpoint(): SipEndpoint | null {
    return this.#endpoint;
  }

  /** The server's address in use; null before it was found. */
  get server(): Endpoint | null {
    return this.#server;
  }

  /** Begins; the first attempt runs in the background. */
  start(): void {
    if (this.#running) return;
    this.#running = true;
    this.#tell('registering', null);
    this.#attempt();
    this.#armKeepAlive();
  }

  /** Takes the contact away (at most one second) and stops the endpoint. Idempotent. */
  async stop(): Promise<void> {
    if (!this.#running) return;
    this.#running = false;
    this.#next?.cancel();
    this.#keepAlive?.cancel();
    const endpoint = this.#endpoint;
    this.#endpoint = null;
    if (endpoint) {
      const goodbyes = [endpoint.quiet(), ...(this.#state === 'registered' ? [endpoint.register(0)] : [])];
      await this.#atMost(longestFarewell, Promise.all(goodbyes)).catch(() => undefined);
      await endpoint.stop();
    }
    this.#tell('offline', null);
  }

  /** Registers at once, even after a refusal; does nothing while an attempt is under way. */
  retry(): void {
    if (!this.#running) return;
    this.#failures = 0;
    this.#refusals = 0;
    if (this.#state !== 'registered') this.#tell('registering', null);
    this.#attempt();
  }

  #attempt(): void {
    if (this.#attempting) return;
    this.#attempting = true;
    this.#next?.cancel();
    this.#next = null;
    void this.#try()
      .catch((error: unknown): Outcome => {
        this.#options.log.error('registering failed', { error: errorText(error) });
        return { type: 'failed', reason: 'server-error', notBefore: 0 };
      })
      .then((outcome) => {
        this.#attempting = false;
        if (!this.#running) return;
        this.#settle(outcome);
      });
  }

  async #try(): Promise<Outcome> {
    const found = await this.#findServer();
    if (!found) return { type: 'failed', reason: 'server-not-found', notBefore: 0 };
    let endpoint: SipEndpoint;
    try {
      endpoint = await this.#bind(found);
    } catch (error) {
      this.#options.log.warn('no network for the line', { error: errorText(error) });
      return { type: 'failed', reason: 'no-network', notBefore: 0 };
    }
    // stopped meanwhile: nobody reads the outcome any more
    if (!this.#running) return { type: 'failed', reason: 'no-network', notBefore: 0 };
    this.#server = found;
    let outcome = await this.#register(endpoint);
    if (outcome.type === 'too-brief') {
      this.#interval = outcome.expires;
      outcome = await this.#register(endpoint);
    }
    return outcome;
  }

  async #register(endpoint: SipEndpoint): Promise<Outcome> {
    const result = await endpoint.register(this.#interval);
    const outcome = judge(result);
    this.#options.log.debug('REGISTER', { result: result.text, expires: result.expires });
    const { seen } = result;
    if (outcome.type !== 'registered' || !seen || !this.#running) return outcome;
    const { contact, contactUri } = endpoint;
    if (seen.address === contact.address && seen.port === contact.port) return outcome;
    // behind NAT: others must be told the address the server sees, and the one it cannot reach must go
    this.#options.log.info('the server sees another address', { address: seen.address, port: seen.port });
    endpoint.contact = seen;
    return judge(await endpoint.register(this.#interval, contactUri));
  }

  /**
   * The server's address: the one that works, another one after each failure where it has several. When the name
   * does not resolve the last known address has to do; it is also what tells a missing network from a missing name.
   */
  async #findServer(): Promise<Endpoint | null> {
    const { host, port } = this.#options.server;
    try {
      const addresses = await this.#atMost(longestResolve, this.#options.resolve(host));
      const inUse = this.#server?.address;
      const works = this.#failures === 0 && inUse !== undefined && addresses.includes(inUse);
      const address = works ? inUse : addresses[this.#failures % addresses.length];
      if (address === undefined) return this.#server;
      this.#options.onServer(addresses);
      return { address, port };
    } catch (error) {
      this.#options.log.warn('the server is not found', { host, error: errorText(error) });
      return this.#server;
    }
  }

  /** An endpoint on the address that reaches the server now; the old one goes when that has changed. */
  async #bind(server: Endpoint): Promise<SipEndpoint> {
    const address = await this.#options.network.localAddressToward(server);
    if (this.#endpoint?.local.address === address) return this.#endpoint;
    await this.#endpoint?.stop('our network address has changed');
    this.#endpoint = null;
    const endpoint = this.#options.createEndpoint(address);
    await endpoint.start();
    if (this.#running) this.#endpoint = endpoint;
    else await endpoint.stop();
    return endpoint;
  }

  #settle(outcome: Outcome): void {
    const { random } = this.#options;
    let seconds: number | null;
    if (outcome.type === 'registered') {
      this.#failures = 0;
      this.#refusals = 0;
      this.#tell('registered', null);
      seconds = refreshAfter(outcome.expires, random);
    } else if (outcome.type === 'refused') {
      this.#refusals += 1;
      this.#tell('refused', outcome.reason);
      seconds = refusedRetryAfter(outcome.reason, this.#refusals);
    } else {
      const reason = outcome.type === 'failed' ? outcome.reason : 'server-error';
      const notBefore = outcome.type === 'failed' ? outcome.notBefore : 0;
      this.#failures += 1;
      this.#tell('offline', reason);
      seconds = Math.max(backoff(this.#failures, reason, random), notBefore);
    }
    if (seconds !== null) {
      this.#next = this.#options.clock.after(seconds * 1000, () => this.#attempt());
    }
  }

  /** Keeps the NAT open, and notices a new address or a lost network without waiting for the next refresh. */
  #armKeepAlive(): void {
    this.#keepAlive = this.#options.clock.after(keepAliveInterval, () => {
      this.#armKeepAlive();
      if (this.#state === 'registered' && !this.#attempting) void this.#look();
    });
  }

  async #look(): Promise<void> {
    const server = this.#server;
    const endpoint = this.#endpoint;
    if (!server || !endpoint) return;
    let address: string | null = null;
    try {
      address = await this.#options.network.localAddressToward(server);
    } catch (error) {
      if (!(error instanceof KalitkaError)) throw error;
    }
    if (!this.#running || endpoint !== this.#endpoint) return;
    if (address === endpoint.local.address) endpoint.keepAlive(server);
    else this.#attempt();
  }

  #tell(state: LineState, reason: LineReason | null): void {
    if (state === this.#state && reason === this.#reason) return;
    this.#state = state;
    this.#reason = reason;
    this.#options.onState(state, reason);
  }

  /** Rejects when the work takes longer than `ms`. */
  #atMost<T>(ms: number, work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const timer = this.#options.clock.after(ms, () =>
        reject(new KalitkaError('SIP_TIMEOUT', 'it took too long')),
      );
      work.then(resolve, reject).finally(() => timer.cancel());
    });
  }
}
