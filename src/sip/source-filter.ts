// Decides, before a byte is parsed, whose datagrams are read at all.
import { BlockList, isIP, isIPv6 } from 'node:net';
import { KalitkaError } from '../system/errors.js';
import { plainAddress } from './addresses.js';

/** The addresses that may talk to us: the server's, as resolved, and those the configuration allows. */
export class SourceFilter {
  readonly #allowed = new BlockList();
  #servers = new Set<string>();

  /**
   * @param allow addresses or CIDR ranges: `192.168.1.7`, `10.0.0.0/8`, `fd00::/8`
   * @throws KalitkaError `SIP_BAD_CIDR`
   */
  constructor(allow: readonly string[]) {
    for (const range of allow) {
      const [address = '', bits] = range.split('/');
      const family = isIP(address);
      const widest = family === 6 ? 128 : 32;
      const prefix = bits === undefined ? widest : Number(bits);
      if (family === 0 || bits === '' || !Number.isInteger(prefix) || prefix < 0 || prefix > widest) {
        throw new KalitkaError(
          'SIP_BAD_CIDR',
          `${range} is no address or range: write 192.168.1.7 or 10.0.0.0/8`,
        );
      }
      this.#allowed.addSubnet(address, prefix, family === 6 ? 'ipv6' : 'ipv4');
    }
  }

  /** Replaces the server's addresses, at each time its name is resolved. */
  setServers(addresses: readonly string[]): void {
    this.#servers = new Set(addresses.map(plainAddress));
  }

  /** True where a datagram from this address may be read. */
  permits(address: string): boolean {
    const plain = plainAddress(address);
    return this.#servers.has(plain) || this.#allowed.check(plain, isIPv6(plain) ? 'ipv6' : 'ipv4');
  }
}
