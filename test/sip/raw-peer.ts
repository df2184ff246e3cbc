// A peer that speaks SIP as plain text: tests write what it says and read what it heard.
import type { Endpoint, UdpSocket } from '../../src/system/udp.js';
import { serverAt, type World } from './world.js';

/** The first value of a header in a message. */
export function header(text: string, name: string): string {
  return new RegExp(`^${name}: (.*)\r$`, 'im').exec(text)?.[1] ?? '';
}

/** The body of a message. */
export function body(text: string): string {
  return text.slice(text.indexOf('\r\n\r\n') + 4);
}

/** The status of a response, or the method of a request. */
export function kind(text: string): string {
  return /^SIP\/2\.0 (\d+)/.exec(text)?.[1] ?? text.slice(0, text.indexOf(' '));
}

/** A message from its head lines and body. */
export function compose(lines: string[], content = ''): string {
  return [...lines, `Content-Length: ${Buffer.byteLength(content)}`, '', content].join('\r\n');
}

/** A response to a request, as a server writes it. */
export function respond(request: string, status: number, lines: string[] = [], content = ''): string {
  const to = header(request, 'To');
  return compose(
    [
      `SIP/2.0 ${status} Whatever`,
      `Via: ${header(request, 'Via')}`,
      `From: ${header(request, 'From')}`,
      `To: ${to}${status > 100 && !to.includes(';tag=') ? ';tag=as208dacc9' : ''}`,
      `Call-ID: ${header(request, 'Call-ID')}`,
      `CSeq: ${header(request, 'CSeq')}`,
      ...lines,
    ],
    content,
  );
}

export class RawPeer {
  readonly heard: string[] = [];
  /** Answers what it hears; returns the messages to send back. */
  onMessage: (text: string) => string[] = () => [];
  #socket: UdpSocket | null = null;

  constructor(
    private readonly world: World,
    readonly at: Endpoint = serverAt,
  ) {}

  async start(): Promise<void> {
    this.#socket = await this.world.network.bind(this.at, (data, from) => {
      const text = data.toString();
      if (text.trim() === '') return;
      this.heard.push(text);
      for (const answer of this.onMessage(text)) this.#socket?.send(Buffer.from(answer), from);
    });
  }

  send(text: string | Buffer, to: Endpoint): void {
    this.#socket?.send(Buffer.from(text), to);
  }

  stop(): void {
    this.#socket?.close();
  }

  /** What it heard of one method or status. */
  all(what: string): string[] {
    return this.heard.filter((text) => kind(text) === what);
  }

  last(what: string): string {
    return this.all(what).at(-1) ?? '';
  }
}
