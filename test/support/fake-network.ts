// A UDP network in memory with delay, loss, duplication and reordering, driven by a FakeClock.
import type { Clock } from '../../src/system/clock.js';
import type { DatagramHandler, Endpoint, UdpNetwork, UdpSocket } from '../../src/system/udp.js';
import { KalitkaError } from '../../src/system/errors.js';

/** What happens to one datagram on its way. */
export interface Fate {
  /** ms until it arrives; one entry for each copy, none when it is lost. */
  arrivals: number[];
}

export interface Traffic {
  at: number;
  from: Endpoint;
  to: Endpoint;
  data: Buffer;
  lost: boolean;
}

const key = (e: Endpoint): string => `${e.address}|${e.port}`;

export class FakeNetwork implements UdpNetwork {
  readonly #sockets = new Map<string, DatagramHandler>();
  #nextPort = 20_000;
  /** Everything ever sent, for tests to look at. */
  readonly traffic: Traffic[] = [];
  /** The address this machine would use. */
  localAddress = '192.0.2.10';
  /** Set to take the network away: binding and routing fail, datagrams vanish. */
  down = false;

  constructor(
    private readonly clock: Clock,
    /** Decides on each datagram; the default is 1 ms and no loss. */
    public fate: (data: Buffer, from: Endpoint, to: Endpoint) => Fate = () => ({ arrivals: [1] }),
  ) {}

  /** Sockets still open. */
  get open(): number {
    return this.#sockets.size;
  }

  async bind(local: Endpoint, onDatagram: DatagramHandler): Promise<UdpSocket> {
    await Promise.resolve();
    const bound = { address: local.address, port: local.port || (this.#nextPort += 2) };
    if (this.down || this.#sockets.has(key(bound))) {
      throw new KalitkaError('UDP_BIND', `cannot listen on ${bound.address} port ${bound.port}/udp`);
    }
    this.#sockets.set(key(bound), onDatagram);
    return {
      local: bound,
      sendErrors: 0,
      send: (data, to) => this.send(Buffer.from(data), bound, to),
      close: () => void this.#sockets.delete(key(bound)),
    };
  }

  async localAddressToward(remote: Endpoint): Promise<string> {
    await Promise.resolve();
    if (this.down) throw new KalitkaError('UDP_NO_ROUTE', `no route to ${remote.address}`);
    return this.localAddress;
  }

  /** Puts a datagram on the wire, from any address: strangers too. */
  send(data: Buffer, from: Endpoint, to: Endpoint): void {
    const { arrivals } = this.down ? { arrivals: [] } : this.fate(data, from, to);
    this.traffic.push({ at: this.clock.steady(), from, to, data, lost: arrivals.length === 0 });
    for (const ms of arrivals)
      this.clock.after(ms, () => this.#sockets.get(key(to))?.(Buffer.from(data), from));
  }
}
