// A network whose cable can be pulled: what the simulated server and station send and hear passes here.
import type { Endpoint, UdpNetwork } from '../system/udp.js';

/** Wraps a network; while `plugged` is false every datagram, in and out, is lost without a word. */
export class Cable implements UdpNetwork {
  readonly #network: UdpNetwork;
  plugged = true;

  constructor(network: UdpNetwork) {
    this.#network = network;
  }

  async bind(...[local, onDatagram]: Parameters<UdpNetwork['bind']>): ReturnType<UdpNetwork['bind']> {
    const socket = await this.#network.bind(local, (data, from) => {
      if (this.plugged) onDatagram(data, from);
    });
    return {
      local: socket.local,
      send: (data, to) => {
        if (this.plugged) socket.send(data, to);
      },
      get sendErrors() {
        return socket.sendErrors;
      },
      close: () => socket.close(),
    };
  }

  localAddressToward(remote: Endpoint): Promise<string> {
    return this.#network.localAddressToward(remote);
  }
}
