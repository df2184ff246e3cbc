// Serves the demo's page on 127.0.0.1: its few files, the picture of the screen, what happens, what a person does.
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { WebSocketServer, type WebSocket } from 'ws';
import { z } from 'zod';
import { KalitkaError } from '../system/errors.js';
import type { DemoState, PageAction, PageMessage } from './demo-state.js';
import type { ScreenFeed, Viewer } from './screen-feed.js';

/** The files lie beside the sources: nothing but TypeScript is compiled. */
const folder = new URL('../../../src/sim/page/', import.meta.url);
const files: Readonly<Record<string, { name: string; type: string }>> = {
  '/': { name: 'index.html', type: 'text/html; charset=utf-8' },
  '/page.css': { name: 'page.css', type: 'text/css; charset=utf-8' },
  '/page.js': { name: 'page.js', type: 'text/javascript; charset=utf-8' },
  '/chime.js': { name: 'chime.js', type: 'text/javascript; charset=utf-8' },
  '/words.js': { name: 'words.js', type: 'text/javascript; charset=utf-8' },
  '/icon.svg': { name: 'icon.svg', type: 'image/svg+xml' },
};
const headers = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

/** Pages at the same time; each costs a copy of the screen. */
const mostPages = 4;
/** Longest message from a page, bytes. */
const longestMessage = 512;

const messageSchema = z.discriminatedUnion('do', [
  z.strictObject({
    do: z.literal('touch'),
    x: z.int().min(0).max(8191),
    y: z.int().min(0).max(8191),
    pressed: z.boolean(),
  }),
  z.strictObject({ do: z.literal('button'), edge: z.enum(['pressed', 'released']) }),
  z.strictObject({ do: z.enum(['ring', 'hangup', 'elsewhere', 'kill-face']) }),
  z.strictObject({ do: z.literal('network'), up: z.boolean() }),
  z.strictObject({ do: z.literal('drawn'), bands: z.int().min(1).max(8191) }),
]) satisfies z.ZodType<PageMessage>;

/** The demo's web server. */
export class DemoPage {
  readonly #feed: ScreenFeed;
  readonly #state: () => DemoState;
  readonly #act: (action: PageAction) => void;
  readonly #onGone: () => void;
  #server: Server | null = null;
  #sockets: WebSocketServer | null = null;
  #port = 0;

  /**
   * @param options.state what pages show now
   * @param options.act what a person did on a page
   * @param options.onGone a page was closed, whatever was pressed on it
   */
  constructor(options: {
    feed: ScreenFeed;
    state: () => DemoState;
    act: (action: PageAction) => void;
    onGone: () => void;
  }) {
    this.#feed = options.feed;
    this.#state = options.state;
    this.#act = options.act;
    this.#onGone = options.onGone;
  }

  /**
   * Listens on 127.0.0.1 only.
   * @param preferred port to try first; another one where it is taken
   * @returns the page's address
   * @throws KalitkaError `SIM_PAGE`
   */
  async start(preferred: number): Promise<string> {
    const server = createServer((request, response) => void this.#serve(request, response));
    server.headersTimeout = 10_000;
    server.maxConnections = 50;
    this.#server = server;
    this.#sockets = new WebSocketServer({
      noServer: true,
      maxPayload: longestMessage,
      perMessageDeflate: false,
    });
    server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
    try {
      await listen(server, preferred);
    } catch {
      await listen(server, 0);
    }
    const address = server.address();
    this.#port = typeof address === 'object' && address ? address.port : 0;
    return `http://127.0.0.1:${this.#port}/`;
  }

  /** Tells all pages the state as it is now. */
  tell(): void {
    if (!this.#sockets?.clients.size) return;
    const text = JSON.stringify(this.#state());
    for (const page of this.#sockets.clients) if (page.bufferedAmount < 8_000_000) page.send(text);
  }

  /** Idempotent. */
  async stop(): Promise<void> {
    const [server, sockets] = [this.#server, this.#sockets];
    this.#server = this.#sockets = null;
    this.#feed.stop();
    for (const page of sockets?.clients ?? []) page.terminate();
    sockets?.close();
    if (!server?.listening) return;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await closed;
  }

  /** A name that leads here from elsewhere (DNS rebinding) is not ours: only the address itself is. */
  #isOurs(request: IncomingMessage): boolean {
    const ours = [`127.0.0.1:${this.#port}`, `localhost:${this.#port}`];
    const { host, origin } = request.headers;
    return ours.includes(host ?? '') && (!origin || ours.includes(origin.replace(/^http:\/\//, '')));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const file = files[request.url ?? ''];
    const refuse = (status: number): void => {
      response.writeHead(status, headers).end();
    };
    if (!this.#isOurs(request) || request.method !== 'GET' || !file) {
      refuse(!this.#isOurs(request) ? 403 : file ? 405 : 404);
      return;
    }
    try {
      const body = await readFile(fileURLToPath(new URL(file.name, folder)));
      response.writeHead(200, { ...headers, 'content-type': file.type }).end(body);
    } catch {
      refuse(500);
    }
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const sockets = this.#sockets;
    socket.on('error', () => socket.destroy());
    // browsers always say where a WebSocket comes from: who does not is no page of ours
    const welcome = request.url === '/live' && request.headers.origin !== undefined && this.#isOurs(request);
    if (!sockets || !welcome || sockets.clients.size >= mostPages) {
      socket.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (page) => this.#welcome(page));
  }

  #welcome(page: WebSocket): void {
    // bands that were sent and not drawn yet; a browser takes any number of them and falls behind
    let underway = 0;
    const viewer: Viewer = {
      get busy() {
        return underway > 0;
      },
      send: (band) => {
        underway += 1;
        page.send(band);
      },
    };
    page.on('error', () => page.terminate());
    page.on('close', () => {
      this.#feed.remove(viewer);
      this.#onGone();
    });
    page.on('message', (data: Buffer, binary) => {
      const message = binary ? null : readMessage(data.toString());
      if (message === null) page.close(1008);
      else if (message.do === 'drawn') underway = Math.max(0, underway - message.bands);
      else this.#act(message);
    });
    page.send(JSON.stringify(this.#state()));
    this.#feed.add(viewer);
  }
}

function readMessage(text: string): PageMessage | null {
  try {
    return messageSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (cause: Error): void =>
      reject(new KalitkaError('SIM_PAGE', `cannot listen on 127.0.0.1: ${cause.message}`, { cause }));
    server.once('error', fail);
    server.listen(port, '127.0.0.1', () => {
      server.removeListener('error', fail);
      resolve();
    });
  });
}
