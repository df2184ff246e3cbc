// Sound and picture of one call as the door station has them: its camera goes out, what comes in is measured.
import { MediaSession } from '../rtp/media-session.js';
import { parseRtp } from '../rtp/rtp-packet.js';
import type { CallMedia, DigitTiming, LocalMedia, Negotiated } from '../sdp/media.js';
import type { Clock } from '../system/clock.js';
import type { Log } from '../system/log.js';
import type { UdpNetwork, UdpSocket } from '../system/udp.js';
import { SoundMeter, type Sound } from './sound-meter.js';
import type { Camera } from './station-camera.js';

export interface StationMediaOptions {
  network: UdpNetwork;
  clock: Clock;
  log: Log;
  camera: Camera;
  /** Without RTP and RTCP for this long the panel counts as gone, ms. */
  silentAfterMs?: number;
  /** An RFC 4733 digit came. */
  onDigit: (digit: string) => void;
  /** The panel is gone. */
  onSilent: () => void;
}

/** ms without a packet after which nothing is heard any more, and between two measurements. */
const stale = 500;
const measureEvery = 250;

/** Implements `CallMedia` for the station's side of a call. Not reusable: one call, one of these. */
export class StationMedia implements CallMedia {
  readonly #options: StationMediaOptions;
  readonly #session: MediaSession;
  readonly #meter = new SoundMeter();
  /** Steady ms of the last packet, and of the last measurement. */
  #heardAt = -Infinity;
  #measuredAt = -Infinity;
  #sound: Sound | null = null;
  #ear: UdpSocket | null = null;
  #closed = false;

  constructor(options: StationMediaOptions) {
    this.#options = options;
    const { network, clock, log, camera, silentAfterMs } = options;
    this.#session = new MediaSession({
      network,
      clock,
      log,
      ...(silentAfterMs === undefined ? {} : { silentAfterMs }),
      onDigit: options.onDigit,
      onSilent: options.onSilent,
      onKeyFrameRequest: () => camera.keyFrame(),
    });
  }

  /** The camera runs before the panel rings, so that its first picture is there as soon as somebody answers. */
  async open(address: string): Promise<LocalMedia> {
    const local = await this.#session.open(address);
    this.#ear = await this.#options.network.bind({ address: '127.0.0.1', port: 0 }, (data) => {
      const header = parseRtp(data);
      if (!header) return;
      this.#heardAt = this.#options.clock.steady();
      this.#meter.push(data.subarray(header.payloadStart, header.payloadEnd));
    });
    this.#session.relayTo({ audioPort: this.#ear.local.port, videoPort: null });
    await this.#options.camera.play(this.#session.localPorts);
    if (this.#closed) this.#release();
    return local;
  }

  apply(negotiated: Negotiated): void {
    this.#session.apply(negotiated);
  }

  sendDigits(digits: string, timing: DigitTiming): Promise<void> {
    return this.#session.sendDigits(digits, timing);
  }

  /** What is heard of the panel now, measured anew every quarter of a second; null while nothing comes. */
  sound(): Sound | null {
    const now = this.#options.clock.steady();
    if (now - this.#heardAt > stale) return null;
    if (now - this.#measuredAt >= measureEvery) {
      this.#measuredAt = now;
      this.#sound = this.#meter.measure();
    }
    return this.#sound;
  }

  /** Counters of both streams. */
  stats(): ReturnType<MediaSession['stats']> {
    return this.#session.stats();
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#release();
    await this.#session.close();
  }

  #release(): void {
    this.#options.camera.pause();
    this.#ear?.close();
    this.#ear = null;
  }
}
