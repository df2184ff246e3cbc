// One stream of a call, audio or video: its sockets, who may send to it, where it sends, and what is counted.
import { isIP } from 'node:net';
import type { Direction, NegotiatedAudio, NegotiatedVideo, RemoteStream } from '../sdp/media.js';
import type { Clock } from '../system/clock.js';
import type { Log } from '../system/log.js';
import type { Endpoint, UdpNetwork } from '../system/udp.js';
import { DropCounter, type DropReason } from './drop-counter.js';
import { KeepAlive } from './keep-alive.js';
import { OutgoingRtp } from './outgoing-rtp.js';
import type { Random } from './random.js';
import { Reception, type Arrival } from './reception.js';
import { parseRtcp } from './rtcp-packet.js';
import { RtcpSession } from './rtcp-session.js';
import { buildRtp, parseRtp, rewriteRtp, type RtpFields, type RtpHeader } from './rtp-packet.js';
import { SourceLatch, sameEndpoint } from './source-latch.js';
import { StreamSockets } from './stream-sockets.js';
import type { StreamStats } from './stream-stats.js';

const NOTHING = Buffer.alloc(0);
/** Media of ours gets this long to begin before a keep-alive takes its place, ms. */
const MEDIA_GRACE = 250;

export interface RtpStreamOptions {
  network: UdpNetwork;
  clock: Clock;
  log: Log;
  random: Random;
  /** Our name in RTCP, the same for all streams of a call. */
  cname: string;
  /** Something valid came from the far end. */
  onHeard(): void;
}

/** What differs between the kinds of streams. */
export interface StreamKind {
  kind: 'audio' | 'video';
  /** Hz; both payload formats of a kind have one clock rate. */
  clockRate: number;
  /** Paces RTCP. */
  sessionKbps: number;
}

/** The sockets and the common behaviour; its heirs know about sound and pictures. */
export abstract class RtpStream<N extends NegotiatedAudio | NegotiatedVideo> {
  protected readonly options: RtpStreamOptions;
  protected readonly outgoing: OutgoingRtp;
  protected negotiated: N | null = null;
  protected keyFrames = { asked: 0, wanted: 0 };
  protected readonly rtcp: RtcpSession;
  readonly #drops: DropCounter;
  readonly #reception: Reception;
  readonly #latch = new SourceLatch();
  readonly #rtcpLatch = new SourceLatch();
  readonly #keepAlive: KeepAlive;
  readonly #sockets: StreamSockets;
  #relayPort: number | null = null;
  #relayed = 0;
  #closed = false;

  protected constructor(options: RtpStreamOptions, kind: StreamKind) {
    this.options = options;
    const { clock, random, cname } = options;
    this.#drops = new DropCounter(clock, options.log, kind.kind);
    this.#sockets = new StreamSockets(options.network, this.#drops);
    this.outgoing = new OutgoingRtp(random, kind.clockRate, clock.steady());
    this.#reception = new Reception(kind.clockRate);
    this.rtcp = new RtcpSession({
      clock,
      random,
      cname,
      sessionKbps: kind.sessionKbps,
      outgoing: this.outgoing,
      reception: this.#reception,
      send: (data) => this.#sendRtcp(data),
      onKeyFrameRequest: () => {
        this.keyFrames.wanted += 1;
        this.keyFrameWanted();
      },
    });
    this.#keepAlive = new KeepAlive(clock, () => this.#sendKeepAlive());
  }

  /**
   * Opens RTP and RTCP on `address`, and a loopback port for the local media process.
   * @throws KalitkaError `UDP_BIND`; then nothing is left open
   */
  open(address: string): Promise<void> {
    return this.#sockets.open(
      address,
      (data, from) => this.#takeRtp(data, from),
      (data, from) => this.#takeRtcp(data, from),
      (data) => this.#takeLocal(data),
    );
  }

  /** Our RTP port; 0 before `open()`. */
  get port(): number {
    return this.#sockets.port;
  }

  /** The loopback port that takes the local encoder's RTP; 0 before `open()`. */
  get localPort(): number {
    return this.#sockets.localPort;
  }

  /** Takes what was negotiated; null = the stream is off. The same again changes nothing. */
  apply(negotiated: N | null): void {
    const before = this.negotiated;
    if (this.#closed || JSON.stringify(negotiated) === JSON.stringify(before)) return;
    const remote = negotiated && usable(negotiated.remote) ? negotiated.remote : null;
    // BYE goes to where the stream was
    if (!remote) this.rtcp.stop();
    this.negotiated = negotiated;
    this.#latch.signal(remote && { address: remote.address, port: remote.port });
    this.#rtcpLatch.signal(remote && { address: remote.address, port: remote.rtcpPort });
    this.applied(before);
    if (!remote) {
      this.#keepAlive.stop();
    } else if (!before || !sameRemote(before, remote)) {
      this.#keepAlive.start(this.canSend ? MEDIA_GRACE : 0);
      this.rtcp.start();
    }
  }

  /** Where received packets go from now on; null = nobody is there to take them. */
  relayTo(port: number | null): void {
    if (this.#closed) return;
    const again = port === this.#relayPort;
    this.#relayPort = port;
    this.relayChanged(again);
  }

  /** Says BYE, cancels all timers, closes all sockets. Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#keepAlive.stop();
    this.rtcp.stop();
    this.#closed = true;
    this.#sockets.close();
  }

  /** Null while the stream is off. */
  stats(): StreamStats | null {
    if (!this.negotiated) return null;
    const { received, lost, jitterMs, ssrcChanges } = this.#reception.totals();
    return {
      codec: this.negotiated.codec,
      remote: this.#latch.target,
      received,
      lost,
      relayed: this.#relayed,
      sent: this.outgoing.packets,
      remoteLost: this.rtcp.remoteLost,
      jitterMs,
      roundTripMs: this.rtcp.roundTripMs,
      ssrcChanges,
      keyFrames: { ...this.keyFrames },
      dropped: this.#drops.counts(),
    };
  }

  /** The far end expects media from us, and we know where. */
  get canSend(): boolean {
    return this.#latch.target !== null && flows(this.negotiated?.direction, 'sendonly');
  }

  /** The far end may send media to us, and we know from where. */
  get canReceive(): boolean {
    return this.#latch.target !== null && flows(this.negotiated?.direction, 'recvonly');
  }

  /** The negotiation changed; `before` is what it was. Sockets and addresses are already right. */
  protected abstract applied(before: N | null): void;
  /** Somebody is there to take packets, or nobody is any more. `again`: on the same port as before. */
  protected abstract relayChanged(again: boolean): void;
  /** A packet from the far end that passed every check; tells why it went no further, if it did not. */
  protected abstract deliver(data: Buffer, header: RtpHeader, arrival: Arrival): DropReason | null;
  /** A packet from the local encoder, while media may be sent; the buffer may be changed. */
  protected abstract forward(data: Buffer, header: RtpHeader): void;
  /** The far end asked for a key frame. */
  protected abstract keyFrameWanted(): void;
  /** Payload types beside the media's own, where there are any. */
  protected abstract get negotiatedEvents(): { send: number; receive: number } | null;

  /** There is somebody to take received packets. */
  protected get relaying(): boolean {
    return this.#relayPort !== null;
  }

  /** Somebody has taken packets before. */
  protected get relayedBefore(): boolean {
    return this.#relayed > 0;
  }

  /** Passes a packet on to the local media process. */
  protected relay(data: Buffer): void {
    if (this.#relayPort === null) return;
    this.#relayed += 1;
    this.#sockets.sendLocal(data, this.#relayPort);
  }

  /** Renumbers a local packet in place and sends it. */
  protected sendMedia(
    data: Buffer,
    header: RtpHeader,
    fields: Omit<RtpFields, 'ssrc' | 'sequence'>,
    missing = 0,
  ): void {
    const octets = header.payloadEnd - header.payloadStart;
    rewriteRtp(data, this.outgoing.next(fields, octets, this.options.clock.steady(), missing));
    this.#sendRtp(data);
  }

  /** Sends a packet of our own making. */
  protected sendPayload(payload: Buffer, fields: Omit<RtpFields, 'ssrc' | 'sequence'>): void {
    const now = this.options.clock.steady();
    this.#sendRtp(buildRtp(this.outgoing.next(fields, payload.length, now), payload));
  }

  #sendRtp(data: Buffer): void {
    const target = this.#latch.target;
    if (!target) return;
    this.#keepAlive.sent();
    this.#sockets.sendRtp(data, target);
  }

  #sendRtcp(data: Buffer): void {
    const target = this.#rtcpTarget();
    if (target) this.#sockets.sendRtcp(data, target);
  }

  /** Where RTP turned out to come from elsewhere than was said, RTCP surely does too: try the next port. */
  #rtcpTarget(): Endpoint | null {
    const media = this.#latch.target;
    const signalled = this.negotiated?.remote;
    if (this.#rtcpLatch.latched || !media || !signalled || sameEndpoint(media, signalled)) {
      return this.#rtcpLatch.target;
    }
    return { address: media.address, port: Math.min(media.port + 1, 65535) };
  }

  /** An RTP packet without payload, of a type that was not negotiated (RFC 6263, section 4.6). */
  #sendKeepAlive(): void {
    const target = this.#latch.target;
    if (!target) return;
    const now = this.options.clock.steady();
    const used = [this.negotiated?.sendPayloadType, this.negotiatedEvents?.send];
    const payloadType = [127, 126, 125].find((type) => !used.includes(type)) ?? 127;
    const fields = { marker: false, payloadType, timestamp: this.outgoing.timestampAt(now) };
    this.#sockets.sendRtp(buildRtp(this.outgoing.next(fields, 0, now), NOTHING), target);
  }

  #takeRtp(data: Buffer, from: Endpoint): DropReason | null {
    const { negotiated } = this;
    if (!negotiated) return 'not-negotiated';
    const header = parseRtp(data);
    if (!header) return 'malformed';
    const isMedia = header.payloadType === negotiated.receivePayloadType;
    const now = this.options.clock.steady();
    if (!isMedia && header.payloadType !== this.negotiatedEvents?.receive) {
      this.#takeForeign(header, from, now);
      return 'payload-type';
    }
    if (!this.canReceive) return 'direction';
    if (!this.#latch.accept(from, now, this.#reception.continues(header))) return 'stranger';
    const arrival = this.#reception.take(header, now, isMedia);
    this.options.onHeard();
    return this.deliver(data, header, arrival);
  }

  /** Comfort noise, or a keep-alive like ours: of no use, but a sign of life, and no loss. */
  #takeForeign(header: RtpHeader, from: Endpoint, now: number): void {
    const { target } = this.#latch;
    if (!target || !sameEndpoint(from, target)) return;
    this.options.onHeard();
    if (this.#reception.continues(header)) this.#reception.take(header, now, false);
  }

  #takeRtcp(data: Buffer, from: Endpoint): DropReason | null {
    if (!this.negotiated) return 'not-negotiated';
    const packets = parseRtcp(data);
    if (!packets) return 'rtcp-malformed';
    const { ssrc } = this.#reception;
    const known = packets.some((packet) => 'ssrc' in packet && packet.ssrc === ssrc);
    const near =
      from.address === this.#latch.target?.address || from.address === this.negotiated.remote.address;
    if (!known && !near) return 'rtcp-stranger';
    if (!this.#rtcpLatch.accept(from, this.options.clock.steady(), known)) return 'rtcp-stranger';
    this.options.onHeard();
    this.rtcp.take(packets);
    return null;
  }

  #takeLocal(data: Buffer): DropReason | null {
    const header = parseRtp(data);
    if (!header) return 'local-malformed';
    if (!this.canSend) return 'not-sending';
    this.forward(data, header);
    return null;
  }
}

/** Something can be sent there: `0.0.0.0` in `c=` is the old way to put on hold (RFC 2543). */
function usable({ address, port, rtcpPort }: RemoteStream): boolean {
  return isIP(address) !== 0 && address !== '0.0.0.0' && address !== '::' && isPort(port) && isPort(rtcpPort);
}

const isPort = (port: number): boolean => Number.isInteger(port) && port > 0 && port < 65_536;

function flows(direction: Direction | undefined, way: 'sendonly' | 'recvonly'): boolean {
  return direction === 'sendrecv' || direction === way;
}

function sameRemote(before: NegotiatedAudio | NegotiatedVideo, remote: RemoteStream): boolean {
  return sameEndpoint(before.remote, remote) && before.remote.rtcpPort === remote.rtcpPort;
}
