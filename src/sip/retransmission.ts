// The retransmissions that RFC 3261 wants over UDP and sip.js leaves out: timers A and E of a client, G of a server.
import type { Clock, Timer } from '../system/clock.js';
import type { Endpoint } from '../system/udp.js';
import { t1, t2, transactionTimeout } from './sip-timers.js';

interface Pending {
  data: Buffer;
  to: Endpoint;
  /** ms until the next copy. */
  interval: number;
  /** The interval grows to this, ms: T2, or without end for an INVITE (RFC 3261, section 17.1.1.2). */
  longest: number;
  /** Steady time after which nothing is sent any more. */
  deadline: number;
  timer: Timer | null;
}

/** Sends messages again until they are answered. */
export class Retransmission {
  readonly #pending = new Map<string, Pending>();

  constructor(private readonly options: { clock: Clock; send: (data: Buffer, to: Endpoint) => void }) {}

  /** A request left: repeat it (timer A for INVITE, E for all others). ACKs are not for here. */
  requestSent(branch: string, method: string, data: Buffer, to: Endpoint): void {
    this.#add(`c|${branch}|${method}`, data, to, method === 'INVITE' ? Infinity : t2);
  }

  /** A response came: an INVITE is not repeated any more; others slow down to T2 until the final response. */
  responseReceived(branch: string, method: string, status: number): void {
    const key = `c|${branch}|${method}`;
    const pending = this.#pending.get(key);
    if (pending && status < 200 && method !== 'INVITE') pending.interval = t2;
    else this.#remove(key);
  }

  /** A final response other than 2xx to an INVITE left: repeat it until its ACK comes (timer G). */
  refusalSent(branch: string, data: Buffer, to: Endpoint): void {
    if (!this.#pending.has(`s|${branch}`)) this.#add(`s|${branch}`, data, to, t2);
  }

  /** An ACK came. */
  ackReceived(branch: string): void {
    this.#remove(`s|${branch}`);
  }

  /** Forgets everything; no timer is left. */
  stop(): void {
    for (const key of [...this.#pending.keys()]) this.#remove(key);
  }

  #add(key: string, data: Buffer, to: Endpoint, longest: number): void {
    this.#remove(key);
    const deadline = this.options.clock.steady() + transactionTimeout;
    const pending: Pending = { data, to, interval: t1, longest, deadline, timer: null };
    this.#pending.set(key, pending);
    this.#arm(key, pending);
  }

  #arm(key: string, pending: Pending): void {
    if (this.options.clock.steady() + pending.interval >= pending.deadline) {
      this.#pending.delete(key);
      return;
    }
    pending.timer = this.options.clock.after(pending.interval, () => {
      this.options.send(pending.data, pending.to);
      pending.interval = Math.min(pending.interval * 2, pending.longest);
      this.#arm(key, pending);
    });
  }

  #remove(key: string): void {
    this.#pending.get(key)?.timer?.cancel();
    this.#pending.delete(key);
  }
}
