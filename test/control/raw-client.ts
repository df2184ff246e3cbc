// A client that writes whatever it likes and reads line by line.
import { createConnection, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

export class RawClient {
  readonly #lines: AsyncIterator<string>;

  private constructor(readonly socket: Socket) {
    this.#lines = createInterface({ input: socket })[Symbol.asyncIterator]();
    socket.on('error', () => undefined);
  }

  static connect(path: string): Promise<RawClient> {
    return new Promise((resolve, reject) => {
      const socket = createConnection({ path, allowHalfOpen: true });
      socket.once('error', reject);
      socket.once('connect', () => resolve(new RawClient(socket)));
    });
  }

  send(...requests: (object | string)[]): void {
    for (const request of requests) {
      this.socket.write(typeof request === 'string' ? request : `${JSON.stringify(request)}\n`);
    }
  }

  /** The next line as JSON; null where the panel has ended the connection. */
  async next(): Promise<Record<string, unknown> | null> {
    const line = await this.#lines.next();
    return line.done ? null : (JSON.parse(line.value) as Record<string, unknown>);
  }

  async ask(request: object | string): Promise<Record<string, unknown> | null> {
    this.send(request);
    return this.next();
  }
}
