// One stream of a call, audio or video: its sockets, who may send to it, where it sends, and what is counted.
import { isIP } from 'node:net';
import type { Direction, NegotiatedAudio, NegotiatedVideo } from '../sdp/media.js';
import type { Clock } from '../system/clock.js';
import { errorText } from '../system/errors.js';
import type { Log } from '../system/log.js';
import type { DatagramHandler, Endpoint, UdpNetwork, UdpSocket } from '../system/udp.js';
import { DropCounter, type DropCounts, type DropReason } from './drop-counter.js';
import { KeepAlive } from './keep-alive.js';
import { OutgoingRtp } from './outgoing-rtp.js';
import { bindPortPair, type PortPair } from './port-pair.js';
import type { Random } from './random.js';
import { Reception, type Arrival } from './reception.js';
import { parseRtcp } from './rtcp-packet.js';
import { RtcpSession } from './rtcp-session.js';
import { buildRtp, parseRtp, rewriteRtp, type RtpFields, type RtpHeader } from './rtp-packet.js';
import { SourceLatch, sameEndpoint } from './source-latch.js';

/** Where the local media process lives. */
export const LOOPBACK = '127.0.0.1';
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

/** Counts and measures of one stream. */
export interface StreamStats {
  codec: string;
  /** Where we send now; null while nothing can be sent. */
  remote: Endpoint | null;
  /** Packets taken from the far end. */
  received: number;
  /** Packets expected from the far end that never came. */
  lost: number;
  /** Packets passed on to the local media process. */
  relayed: number;
  sent: number;
  /** Packets of ours that the far end says it misses; null until it said so. */
  remoteLost: number | null;
  jitterMs: number;
  roundTripMs: number | null;
  ssrcChanges: number;
  keyFrames: { asked: number; wanted: number };
  dropped: DropCounts;
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
  #pair: PortPair | null = null;
  #local: UdpSocket | null = null;
  #relay: Endpoint | null = null;
  #relayed = 0;
  #closed = false;

  protected constructor(options: RtpStreamOptions, kind: StreamKind) {
    this.options = options;
    const { clock, random, cname } = options;
    this.#drops = new DropCounter(clock, options.log, kind.kind);
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
  async open(address: string): Promise<void> {
    const { network } = this.options;
    this.#pair = await bindPortPair(
      network,
      address,
      this.#guard((data, from) => this.#takeRtp(data, from)),
      this.#guard((data, from) => this.#takeRtcp(data, from)),
    );
    try {
      this.#local = await network.bind(
        { address: LOOPBACK, port: 0 },
        this.#guard((data) => this.#takeLocal(data)),
      );
    } catch (error) {
      this.#closeSockets();
      throw error;
    }
    if (this.#closed) this.#closeSockets();
  }

  /** Our RTP port; 0 before `open()`. */
  get port(): number {
    return this.#pair?.rtp.local.port ?? 0;
  }

  /** The loopback port that takes the local encoder's RTP; 0 before `open()`. */
  get localPort(): number {
    return this.#local?.local.port ?? 0;
  }

  /** Takes what was negotiated; null = the stream is off. The same again changes nothing. */
  apply(negotiated: N | null): void {
    const before = this.negotiated;
    if (this.#closed || JSON.stringify(negotiated) === JSON.stringify(before)) return;
    this.negotiated = negotiated;
    const remote = negotiated && usable(negotiated.remote.address) ? negotiated.remote : null;
    this.#latch.signal(remote && { address: remote.address, port: remote.port });
    this.#rtcpLatch.signal(remote && { address: remote.address, port: remote.rtcpPort });
    this.applied(before);
    if (!remote) {
      this.#keepAlive.stop();
      this.rtcp.stop();
    } else if (!before || !sameRemote(before, remote)) {
      this.#keepAlive.start(this.canSend ? MEDIA_GRACE : 0);
      this.rtcp.start();
    }
  }

  /** Where received packets go from now on; null = nobody is there to take them. */
  relayTo(port: number | null): void {
    if (this.#closed) return;
    this.#relay = port === null ? null : { address: LOOPBACK, port };
    this.relayChanged();
  }

  /** Says BYE, cancels all timers, closes all sockets. Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#keepAlive.stop();
    this.rtcp.stop();
    this.#closed = true;
    this.#closeSockets();
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

  /** The far end may send media to us. */
  get canReceive(): boolean {
    return flows(this.negotiated?.direction, 'recvonly');
  }

  /** The negotiation changed; `before` is what it was. Sockets and addresses are already right. */
  protected abstract applied(before: N | null): void;
  /** Somebody new may be there to take packets, or nobody is any more. */
  protected abstract relayChanged(): void;
  /** A packet from the far end that passed every check; tells why it went no further, if it did not. */
  protected abstract deliver(data: Buffer, header: RtpHeader, arrival: Arrival): DropReason | null;
  /** A packet from the local encoder, while media may be sent; the buffer may be changed. */
  protected abstract forward(data: Buffer, header: RtpHeader): void;
  /** The far end asked for a key frame. */
  protected abstract keyFrameWanted(): void;
  /** A payload type beside the media's own that the far end may use; null = none. */
  protected abstract get eventPayloadType(): number | null;

  /** There is somebody to take received packets. */
  protected get relaying(): boolean {
    return this.#relay !== null;
  }

  /** Somebody has taken packets before. */
  protected get relayedBefore(): boolean {
    return this.#relayed > 0;
  }

  /** Passes a packet on to the local media process. */
  protected relay(data: Buffer): void {
    if (!this.#relay || !this.#local) return;
    this.#relayed += 1;
    this.#local.send(data, this.#relay);
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
    if (!target || !this.#pair) return;
    this.#keepAlive.sent();
    this.#pair.rtp.send(data, target);
  }

  #sendRtcp(data: Buffer): void {
    const target = this.#rtcpTarget();
    if (target) this.#pair?.rtcp.send(data, target);
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
    const used = [this.negotiated?.sendPayloadType, this.eventPayloadType];
    const payloadType = [127, 126, 125].find((type) => !used.includes(type)) ?? 127;
    const timestamp = this.outgoing.timestampAt(this.options.clock.steady());
    const target = this.#latch.target;
    if (!target) return;
    const fields = this.outgoing.next(
      { marker: false, payloadType, timestamp },
      0,
      this.options.clock.steady(),
    );
    this.#pair?.rtp.send(buildRtp(fields, NOTHING), target);
  }

  #takeRtp(data: Buffer, from: Endpoint): DropReason | null {
    const { negotiated } = this;
    if (!negotiated) return 'not-negotiated';
    const header = parseRtp(data);
    if (!header) return 'malformed';
    const isMedia = header.payloadType === negotiated.receivePayloadType;
    if (!isMedia && header.payloadType !== this.eventPayloadType) return 'payload-type';
    if (!this.canReceive) return 'direction';
    const now = this.options.clock.steady();
    if (!this.#latch.accept(from, now, this.#reception.continues(header))) return 'stranger';
    const arrival = this.#reception.take(header, now, isMedia);
    this.options.onHeard();
    return this.deliver(data, header, arrival);
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

  /** Nothing that a datagram does may reach the event loop as an exception. */
  #guard(handler: (data: Buffer, from: Endpoint) => DropReason | null): DatagramHandler {
    return (data, from) => {
      if (this.#closed) return;
      try {
        const reason = handler(data, from);
        if (reason) this.#drops.drop(reason, from);
      } catch (error) {
        this.#drops.drop('failure', from, errorText(error));
      }
    };
  }

  #closeSockets(): void {
    for (const socket of [this.#pair?.rtp, this.#pair?.rtcp, this.#local]) socket?.close();
  }
}

/** An address that something can be sent to: `0.0.0.0` in `c=` is the old way to put on hold (RFC 2543). */
function usable(address: string): boolean {
  return isIP(address) !== 0 && address !== '0.0.0.0' && address !== '::';
}

function flows(direction: Direction | undefined, way: 'sendonly' | 'recvonly'): boolean {
  return direction === 'sendrecv' || direction === way;
}

function sameRemote(before: NegotiatedAudio | NegotiatedVideo, remote: NegotiatedVideo['remote']): boolean {
  return sameEndpoint(before.remote, remote) && before.remote.rtcpPort === remote.rtcpPort;
}
