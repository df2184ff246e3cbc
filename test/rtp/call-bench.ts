// A call's media on a fake network: the far end, a local media process, and what went over the wire.
import { MediaSession, type MediaSessionOptions } from '../../src/rtp/media-session.js';
import { parseRtcp, type RtcpPacket } from '../../src/rtp/rtcp-packet.js';
import { buildRtp, parseRtp, type RtpHeader } from '../../src/rtp/rtp-packet.js';
import type { Negotiated, NegotiatedAudio, NegotiatedVideo } from '../../src/sdp/media.js';
import { silentLog } from '../../src/system/log.js';
import type { Endpoint, UdpSocket } from '../../src/system/udp.js';
import { FakeClock } from '../support/fake-clock.js';
import { FakeNetwork } from '../support/fake-network.js';

export const OUR_ADDRESS = '192.0.2.10';
/** Where the far end says it is. */
export const FAR = { address: '198.51.100.1', audio: 4000, video: 4002 };
export const LOOPBACK = '127.0.0.1';
/** Where the local media process listens. */
export const FACE = { audioPort: 9000, videoPort: 9002 };

export const IDR = Buffer.from([0x65, 0x88, 0x84]);
export const SPS = Buffer.from([0x67, 0x42, 0xe0, 0x1f]);
export const SLICE = Buffer.from([0x41, 0x9a, 0x02]);
export const SOUND = Buffer.alloc(160, 0xff);

export const audioOf = (changes: Partial<NegotiatedAudio> = {}): NegotiatedAudio => ({
  remote: { address: FAR.address, port: FAR.audio, rtcpPort: FAR.audio + 1 },
  direction: 'sendrecv',
  sendPayloadType: 0,
  receivePayloadType: 0,
  clockRate: 8000,
  codec: 'PCMU',
  ptime: 20,
  telephoneEvent: { send: 101, receive: 101 },
  ...changes,
});

export const videoOf = (changes: Partial<NegotiatedVideo> = {}): NegotiatedVideo => ({
  remote: { address: FAR.address, port: FAR.video, rtcpPort: FAR.video + 1 },
  direction: 'recvonly',
  sendPayloadType: 102,
  receivePayloadType: 102,
  clockRate: 90_000,
  codec: 'H264',
  packetizationMode: 1,
  parameterSets: null,
  feedback: { pli: true, fir: true, announced: true },
  ...changes,
});

export const bothOf = (): Negotiated => ({ audio: audioOf(), video: videoOf() });

/** A stream of RTP packets as a far end or an encoder sends it. */
export class TestSource {
  sequence: number;
  timestamp: number;

  constructor(
    readonly ssrc: number,
    readonly payloadType: number,
    readonly ticks: number,
    start: { sequence?: number; timestamp?: number } = {},
  ) {
    this.sequence = start.sequence ?? 65_530;
    this.timestamp = start.timestamp ?? 0xffff_f000;
  }

  /** The next packet; `more` = the frame goes on, so that the timestamp stays. */
  packet(payload: Buffer, { marker = false, more = false, payloadType = this.payloadType } = {}): Buffer {
    const { sequence, timestamp, ssrc } = this;
    this.sequence = (sequence + 1) & 0xffff;
    if (!more) this.timestamp = (timestamp + this.ticks) >>> 0;
    return buildRtp({ marker, payloadType, sequence, timestamp, ssrc }, payload);
  }
}

export interface Sent {
  at: number;
  to: Endpoint;
  header: RtpHeader;
  payload: Buffer;
}

/** One call under test. */
export class CallBench {
  readonly clock = new FakeClock();
  readonly network = new FakeNetwork(this.clock, () => ({ arrivals: [0] }));
  readonly digits: [string, number][] = [];
  keyFrameRequests = 0;
  silences = 0;
  session: MediaSession;
  audioPort = 0;
  videoPort = 0;

  constructor(options: Partial<MediaSessionOptions> = {}) {
    this.session = new MediaSession({
      network: this.network,
      clock: this.clock,
      log: silentLog,
      random: seeded(1),
      onSilent: () => void (this.silences += 1),
      onDigit: (digit, ms) => void this.digits.push([digit, ms]),
      onKeyFrameRequest: () => void (this.keyFrameRequests += 1),
      ...options,
    });
  }

  async open(negotiated: Negotiated | null = bothOf()): Promise<this> {
    const local = await this.session.open(OUR_ADDRESS);
    this.audioPort = local.audioPort;
    this.videoPort = local.videoPort;
    if (negotiated) this.session.apply(negotiated);
    return this;
  }

  /** A socket that keeps what it gets. */
  async listen(endpoint: Endpoint): Promise<{ socket: UdpSocket; got: Buffer[] }> {
    const got: Buffer[] = [];
    const socket = await this.network.bind(endpoint, (data) => void got.push(Buffer.from(data)));
    return { socket, got };
  }

  /** Puts a datagram on the wire and lets it arrive. */
  async arrive(data: Buffer, from: Endpoint, port: number, address = OUR_ADDRESS): Promise<void> {
    this.network.send(data, from, { address, port });
    await this.clock.advance(0);
  }

  farAudio(data: Buffer, from: Endpoint = { address: FAR.address, port: FAR.audio }): Promise<void> {
    return this.arrive(data, from, this.audioPort);
  }

  farVideo(data: Buffer, from: Endpoint = { address: FAR.address, port: FAR.video }): Promise<void> {
    return this.arrive(data, from, this.videoPort);
  }

  /** From the local encoder. */
  localAudio(data: Buffer): Promise<void> {
    return this.arrive(data, { address: LOOPBACK, port: 40_000 }, this.session.localPorts.audio, LOOPBACK);
  }

  localVideo(data: Buffer): Promise<void> {
    return this.arrive(data, { address: LOOPBACK, port: 40_002 }, this.session.localPorts.video, LOOPBACK);
  }

  /** RTP we sent from one of our ports, keep-alives left out unless asked for. */
  sent(port: number, { keepAlives = false } = {}): Sent[] {
    return this.network.traffic
      .filter(({ from }) => from.address === OUR_ADDRESS && from.port === port)
      .map(({ at, to, data }) => {
        const header = parseRtp(data)!;
        return { at, to, header, payload: data.subarray(header.payloadStart, header.payloadEnd) };
      })
      .filter(({ payload }) => keepAlives || payload.length > 0);
  }

  /** RTCP compounds we sent for the stream of an RTP port. */
  reports(port: number): { at: number; to: Endpoint; packets: RtcpPacket[] }[] {
    return this.network.traffic
      .filter(({ from }) => from.address === OUR_ADDRESS && from.port === port + 1)
      .map(({ at, to, data }) => ({ at, to, packets: parseRtcp(data)! }));
  }

  /** Times of our requests for a key frame, and by which means. */
  keyFramesAsked(): { at: number; kinds: string[] }[] {
    return this.reports(this.videoPort)
      .map(({ at, packets }) => ({
        at,
        kinds: packets.map((p) => p.type).filter((type) => type === 'pli' || type === 'fir'),
      }))
      .filter(({ kinds }) => kinds.length > 0);
  }

  /** What the local media process got on a port. */
  relayed(port: number): Buffer[] {
    return this.network.traffic
      .filter(({ to }) => to.address === LOOPBACK && to.port === port)
      .map(({ data }) => data);
  }
}

/** A small repeatable generator: mulberry32. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
