// Finds the addresses of a server by its name.
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';

/**
 * All addresses of a host, as the system's resolver gives them; an address is its own answer. Rejects with Node's
 * error when there is none.
 */
export async function systemResolve(host: string): Promise<string[]> {
  if (isIP(host) !== 0) return [host];
  const found = await lookup(host, { all: true, order: 'verbatim' });
  return found.map(({ address }) => address);
}
