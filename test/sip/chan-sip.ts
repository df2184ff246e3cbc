// The messages of a server like the real one (chan_sip), written by hand, for tests that need every byte.
import { chanSip } from '../sdp/real-world.js';
import { compose, header, kind, RawPeer, respond } from './raw-peer.js';
import type { Endpoint } from '../../src/system/udp.js';
import { serverAt, type World } from './world.js';

export interface InviteOptions {
  callId?: string;
  branch?: string;
  cseq?: number;
  fromTag?: string;
  toTag?: string;
  sdp?: string;
  lines?: string[];
}

/** A server that registers anybody and calls whoever registered. */
export class ChanSip extends RawPeer {
  /** Contact of the panel, once it has registered. */
  contact = '';

  constructor(world: World) {
    super(world);
    this.onMessage = (text) => this.answer(text);
  }

  /** REGISTER gets 200, BYE and INFO get 200; all else is for the test. */
  answer(text: string): string[] {
    if (kind(text) === 'REGISTER') {
      this.contact = /^Contact: <([^>]*)>/im.exec(text)?.[1] ?? '';
      return [respond(text, 200, [`Contact: <${this.contact}>;expires=300`])];
    }
    return ['BYE', 'INFO'].includes(kind(text)) ? [respond(text, 200)] : [];
  }

  /** Where the panel is. */
  get panel(): Endpoint {
    const [, address = '', port = ''] = /@([\d.]+):(\d+)/.exec(this.contact) ?? [];
    return { address, port: Number(port) };
  }

  say(text: string): void {
    this.send(text, this.panel);
  }

  request(method: string, options: InviteOptions & { type?: string } = {}): string {
    const {
      callId = 'call-1',
      branch = `${method.toLowerCase()}-1`,
      cseq = 102,
      fromTag = 'as1',
      toTag,
    } = options;
    return compose(
      [
        `${method} ${this.contact} SIP/2.0`,
        `Via: SIP/2.0/UDP ${serverAt.address}:5060;branch=z9hG4bK${branch};rport`,
        'Max-Forwards: 70',
        `From: "Gate" <sip:100@${serverAt.address}>;tag=${fromTag}`,
        `To: <${this.contact}>${toTag === undefined ? '' : `;tag=${toTag}`}`,
        `Contact: <sip:100@${serverAt.address}:5060>`,
        `Call-ID: ${callId}`,
        `CSeq: ${cseq} ${method}`,
        'User-Agent: Asterisk PBX 14.2.1',
        ...(options.lines ?? []),
        ...(options.sdp ? [`Content-Type: ${options.type ?? 'application/sdp'}`] : []),
      ],
      options.sdp ?? '',
    );
  }

  invite(options: InviteOptions = {}): string {
    return this.request('INVITE', { sdp: chanSip, ...options });
  }

  /** The ACK of a final response: of a refusal on the INVITE's own branch, of a 200 on a new one. */
  ack(response: string, sdp = ''): string {
    const branch = /branch=z9hG4bK([^;\s]+)/.exec(header(response, 'Via'))?.[1] ?? '';
    return this.request('ACK', {
      branch: kind(response) === '200' ? `ack-${branch}` : branch,
      callId: header(response, 'Call-ID'),
      cseq: parseInt(header(response, 'CSeq'), 10),
      fromTag: /tag=(\S+)/.exec(header(response, 'From'))?.[1] ?? '',
      toTag: this.tag(response),
      sdp,
    });
  }

  /** The panel's tag. */
  tag(response: string): string {
    return /tag=(\S+)/.exec(header(response, 'To'))?.[1] ?? '';
  }
}
