// The other end of the control socket: what the command line uses.
import type { Socket } from 'node:net';
import { systemClock, type Clock } from '../system/clock.js';
import { errorText, KalitkaError } from '../system/errors.js';
import { linesOf } from './lines.js';
import type { Command, Reply, RequestFields, Results } from './protocol.js';
import type { Status } from './status.js';
import { connect } from './socket.js';

/** bytes; a screenshot is the longest answer. */
const LINE_LIMIT = 64 * 1024 * 1024;

export interface ControlClientOptions {
  path: string;
  /** ms to wait for an answer. */
  timeoutMs?: number;
  clock?: Clock;
}

interface Waiting {
  resolve: (result: unknown) => void;
  reject: (error: Error) => void;
}

/**
 * Talks to a running panel. Requests that the panel refuses reject with a KalitkaError that carries the panel's
 * code (see `ControlCode`) and message.
 */
export class ControlClient {
  readonly #waiting = new Map<number, Waiting>();
  #socket: Socket | undefined;
  #nextId = 1;
  #onStatus: ((status: Status) => void) | undefined;
  #ended: Promise<void> | undefined;

  constructor(private readonly options: ControlClientOptions) {}

  /**
   * @throws KalitkaError `CONTROL_NOT_RUNNING` nothing answers there; `CONTROL_NO_PERMISSION`
   */
  async start(): Promise<void> {
    if (this.#socket) return;
    const { path } = this.options;
    try {
      this.#socket = await connect(path);
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      if (code === 'EACCES' || code === 'EPERM') {
        const message = `this user may not use ${path}: run this as root, or as a member of the socket's group`;
        throw new KalitkaError('CONTROL_NO_PERMISSION', message, { cause });
      }
      const message = `no panel is running: nothing answers on ${path}; start it with "kalitka run"`;
      throw new KalitkaError('CONTROL_NOT_RUNNING', message, { cause });
    }
    this.#ended = this.#read(this.#socket);
  }

  /** Closes the connection; requests under way reject. Idempotent. */
  async stop(): Promise<void> {
    this.#socket?.destroy();
    await this.#ended;
    this.#socket = undefined;
  }

  /**
   * Sends a request and waits for its answer.
   * @throws KalitkaError the panel's own code; `CONTROL_TIMEOUT`; `CONTROL_CLOSED` the panel went away
   */
  async request<C extends Command>(command: C, fields: RequestFields<C>): Promise<Results[C]> {
    const socket = this.#socket;
    if (!socket?.writable) throw closedError();
    const id = this.#nextId++;
    const { clock = systemClock, timeoutMs = 10_000 } = this.options;
    let cancel = (): void => undefined;
    const answer = new Promise<unknown>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      const timer = clock.after(timeoutMs, () =>
        reject(new KalitkaError('CONTROL_TIMEOUT', `the panel did not answer within ${timeoutMs / 1000} s`)),
      );
      cancel = () => timer.cancel();
    });
    socket.write(`${JSON.stringify({ ...fields, id, command })}\n`);
    try {
      return (await answer) as Results[C];
    } finally {
      cancel();
      this.#waiting.delete(id);
    }
  }

  /** Calls `listener` with the status now and after each change, until the connection ends. */
  async watch(listener: (status: Status) => void): Promise<void> {
    this.#onStatus = listener;
    listener(await this.request('watch', {}));
  }

  /** Resolves when the connection has ended, whoever ended it. */
  get ended(): Promise<void> {
    return this.#ended ?? Promise.resolve();
  }

  async #read(socket: Socket): Promise<void> {
    let failure: Error = closedError();
    socket.on('error', () => undefined);
    try {
      for await (const line of linesOf(socket, LINE_LIMIT)) this.#take(JSON.parse(line) as Reply);
    } catch (error) {
      const text = `what came from the panel makes no sense: ${errorText(error)}`;
      if (error instanceof SyntaxError) failure = new KalitkaError('CONTROL_CLOSED', text, { cause: error });
    } finally {
      socket.destroy();
      for (const { reject } of this.#waiting.values()) reject(failure);
    }
  }

  #take(reply: Reply): void {
    if ('event' in reply) return this.#onStatus?.(reply.result);
    // an answer without an id is about the connection as a whole
    const to = reply.id === null ? [...this.#waiting.values()] : [this.#waiting.get(Number(reply.id))];
    for (const waiting of to) {
      if (reply.ok) waiting?.resolve(reply.result);
      else waiting?.reject(new KalitkaError(reply.code, reply.message));
    }
  }
}

function closedError(): KalitkaError {
  return new KalitkaError('CONTROL_CLOSED', 'the panel closed the connection: it is stopping, or has ended');
}
