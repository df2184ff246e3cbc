// A connection to a Unix socket as a promise.
import { createConnection, type Socket } from 'node:net';

/** What fits into a Unix socket's address besides its final zero, bytes (unix(7)). */
export const LONGEST_PATH = 107;

/** @throws the system's error, `ENOENT`, `ECONNREFUSED`, `EACCES`, ... */
export function connect(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ path });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve(socket);
    });
  });
}
