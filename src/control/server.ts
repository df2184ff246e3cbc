// The control socket's server: how the command line and other programs reach a running panel.
import { lstat, mkdir, unlink } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { dirname } from 'node:path';
import { systemClock, type Clock } from '../system/clock.js';
import { errorText, KalitkaError } from '../system/errors.js';
import type { Log } from '../system/log.js';
import { Connection } from './connection.js';
import type { ControlHandler } from './handler.js';
import { connect, LONGEST_PATH } from './socket.js';

/** Clients served at once; more are told so and closed. */
const MAX_CLIENTS = 16;

export interface ControlServerOptions {
  /** The socket's path. */
  path: string;
  handler: ControlHandler;
  log: Log;
  clock?: Clock;
}

/**
 * Listens on a Unix socket, mode 0660, and speaks the protocol of `protocol.ts`. Whatever a client sends, it is
 * answered or dropped, and nothing is thrown.
 */
export class ControlServer {
  readonly #clients = new Map<Socket, Connection>();
  readonly #clock: Clock;
  #server: Server | undefined;
  #unsubscribe: (() => void) | undefined;

  constructor(private readonly options: ControlServerOptions) {
    this.#clock = options.clock ?? systemClock;
  }

  /**
   * @throws KalitkaError `CONTROL_IN_USE` another panel answers there; `CONTROL_LISTEN` the socket cannot be made
   */
  async start(): Promise<void> {
    if (this.#server) return;
    const { path, handler, log } = this.options;
    await makeRoom(path);
    const server = createServer({ allowHalfOpen: true }, (socket) => this.#accept(socket));
    await listen(server, path);
    this.#server = server;
    server.on('error', (error) => log.warn('the control socket failed', { error: error.message }));
    this.#unsubscribe = handler.onStatusChange(() => {
      for (const client of this.#clients.values()) client.statusChanged();
    });
  }

  /** Drops all clients and removes the socket. Idempotent. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
    if (!server) return;
    const closing = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const socket of this.#clients.keys()) socket.destroy();
    await closing;
  }

  #accept(socket: Socket): void {
    if (this.#clients.size >= MAX_CLIENTS) {
      const message = `the panel serves ${MAX_CLIENTS} clients at once`;
      socket.on('error', () => undefined);
      socket.end(`${JSON.stringify({ id: null, ok: false, code: 'TOO_MANY_CLIENTS', message })}\n`, () =>
        socket.destroy(),
      );
      return;
    }
    const { handler, log } = this.options;
    const onInternalError = (error: unknown): void =>
      log.error('a control request failed', { error: errorText(error) });
    const connection = new Connection({ socket, handler, clock: this.#clock, onInternalError });
    this.#clients.set(socket, connection);
    void connection.run().finally(() => this.#clients.delete(socket));
  }
}

/** Removes the socket that a dead panel left behind; makes its folder where only that is missing. */
async function makeRoom(path: string): Promise<void> {
  try {
    // the system would cut it off and say nothing
    if (Buffer.byteLength(path) > LONGEST_PATH) throw new Error(`a path of more than ${LONGEST_PATH} bytes`);
    const stat = await lstat(path).catch(async (error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      await mkdir(dirname(path)).catch((cause: unknown) => {
        if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
      });
      return null;
    });
    if (!stat) return;
    if (!stat.isSocket()) throw new Error('there is something else of that name');
    if (await answers(path)) {
      throw new KalitkaError('CONTROL_IN_USE', `another panel is running (it answers on ${path})`);
    }
    await unlink(path);
  } catch (cause) {
    throw cause instanceof KalitkaError ? cause : cannotListen(path, cause);
  }
}

async function answers(path: string): Promise<boolean> {
  try {
    (await connect(path)).destroy();
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ECONNREFUSED' || code === 'ENOENT') return false;
    throw error;
  }
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => reject(cannotListen(path, cause)));
    // bind() happens inside listen(): the socket has its mode from its first moment
    const umask = process.umask(0o117);
    try {
      server.listen(path, () => {
        server.removeAllListeners('error');
        resolve();
      });
    } finally {
      process.umask(umask);
    }
  });
}

function cannotListen(path: string, cause: unknown): KalitkaError {
  const { code } = cause as NodeJS.ErrnoException;
  const text =
    code === 'ENOENT' || code === 'ENOTDIR'
      ? `the folder ${dirname(path)} cannot be made`
      : code === 'EACCES' || code === 'EPERM' || code === 'EROFS'
        ? `this user may not write to ${dirname(path)}`
        : errorText(cause);
  return new KalitkaError('CONTROL_LISTEN', `cannot make the control socket ${path}: ${text}`, { cause });
}
