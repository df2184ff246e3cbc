// One client of the control server: its requests one after another, and what it watches.
import type { Socket } from 'node:net';
import type { Clock, Timer } from '../system/clock.js';
import { carryOut, type ControlHandler } from './handler.js';
import { LineTooLong, linesOf } from './lines.js';
import { ControlError, parseRequest, type Reply, type RequestId } from './protocol.js';

/** bytes; the longest request is far below that. */
const LINE_LIMIT = 4096;

/** A client that takes nothing for this long is dropped, ms. */
const STUCK_MS = 30_000;

export interface ConnectionOptions {
  socket: Socket;
  handler: ControlHandler;
  clock: Clock;
  /** A request failed for a reason that is no `ControlError`. */
  onInternalError(error: unknown): void;
}

/**
 * Serves one client until it leaves. The next request is read when the last one's answer has been taken, so
 * that a client which sends and never reads holds up itself only.
 */
export class Connection {
  /** The id of the `watch` request; undefined while it watches nothing. */
  #watching: RequestId | undefined;
  /** The last status sent, but for the uptime, which is no change. */
  #last = '';
  #stuck: Timer | undefined;

  constructor(private readonly options: ConnectionOptions) {}

  /** Ends when the client has left, or was dropped. Never throws. */
  async run(): Promise<void> {
    const { socket, clock } = this.options;
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
    // the reason is of no interest: the client is gone
    socket.on('error', () => undefined);
    socket.on('drain', () => this.#drained());
    try {
      for await (const line of linesOf(socket.iterator({ destroyOnReturn: false }), LINE_LIMIT)) {
        await this.#answer(line);
      }
    } catch (error) {
      if (error instanceof LineTooLong) {
        const message = `a request has at most ${LINE_LIMIT} bytes`;
        this.#send({ id: null, ok: false, code: 'BAD_REQUEST', message });
      }
    }
    this.#watching = undefined;
    this.#stuck ??= clock.after(STUCK_MS, () => socket.destroy());
    socket.end(() => socket.destroy());
    await closed;
    this.#stuck.cancel();
  }

  /** The status has changed: tells the client, if it watches and has taken the last one. */
  statusChanged(): void {
    if (this.#watching === undefined || this.options.socket.writableNeedDrain) return;
    const status = this.options.handler.status();
    const text = JSON.stringify({ ...status, uptime: 0 });
    if (text === this.#last) return;
    this.#last = text;
    this.#send({ id: this.#watching, event: 'status', result: status });
  }

  async #answer(line: string): Promise<void> {
    const { id, request } = parseRequest(line);
    try {
      if (request instanceof ControlError) throw request;
      const { handler, clock } = this.options;
      const result = await carryOut(request, handler, clock);
      this.#send({ id, ok: true, result });
      if (request.command === 'watch') {
        this.#watching = id;
        this.#last = JSON.stringify({ ...(result as object), uptime: 0 });
      }
    } catch (error) {
      if (!(error instanceof ControlError)) this.options.onInternalError(error);
      const { code, message } =
        error instanceof ControlError
          ? error
          : new ControlError('INTERNAL', 'this failed inside the panel; its log says why');
      this.#send({ id, ok: false, code, message });
    }
    const { socket } = this.options;
    if (socket.writableNeedDrain) await drained(socket);
  }

  #send(reply: Reply): void {
    const { socket, clock } = this.options;
    if (!socket.writable) return;
    if (!socket.write(`${JSON.stringify(reply)}\n`)) {
      this.#stuck ??= clock.after(STUCK_MS, () => socket.destroy());
    }
  }

  #drained(): void {
    this.#stuck?.cancel();
    this.#stuck = undefined;
    // what was left out meanwhile
    this.statusChanged();
  }
}

function drained(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      socket.off('drain', done);
      socket.off('close', done);
      resolve();
    };
    socket.once('drain', done);
    socket.once('close', done);
    if (socket.closed) done();
  });
}
