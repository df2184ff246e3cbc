// The media of one call: what signalling drives, and what the local media process hangs on.
import type { CallMedia, DigitTiming, LocalMedia, Negotiated } from '../sdp/media.js';
import type { Clock, Timer } from '../system/clock.js';
import { errorText, KalitkaError } from '../system/errors.js';
import type { Log } from '../system/log.js';
import type { UdpNetwork } from '../system/udp.js';
import { AudioStream } from './audio-stream.js';
import { randomBits, secureRandom, type Random } from './random.js';
import type { MediaStats } from './stream-stats.js';
import { VideoStream } from './video-stream.js';

export interface MediaSessionOptions {
  network: UdpNetwork;
  clock: Clock;
  log: Log;
  /** SSRCs, first sequence numbers and timestamps, RTCP intervals. Default: the machine's secure source. */
  random?: Random;
  /** Without RTP and RTCP for this long the far end counts as gone, ms. Default 20,000. */
  silentAfterMs?: number;
  /** The far end is gone: told once. Never while it may not send (hold, inactive). */
  onSilent?: () => void;
  /** A whole RFC 4733 digit came from the far end. */
  onDigit?: (digit: string, durationMs: number) => void;
  /** The far end asked, by PLI or FIR, for a key frame of the video we send. */
  onKeyFrameRequest?: () => void;
}

/** Loopback ports of the local media process; null = nobody takes that stream (yet, or any more). */
export interface RelayPorts {
  audioPort: number | null;
  videoPort: number | null;
}

const SILENT_AFTER = 20_000;

/**
 * RTP and RTCP of one call. What the far end sends is checked and relayed to loopback ports; what a local
 * encoder sends to `localPorts` is renumbered and sent to the far end. Not reusable: one call, one session.
 */
export class MediaSession implements CallMedia {
  readonly #options: MediaSessionOptions;
  readonly #audio: AudioStream;
  readonly #video: VideoStream;
  /** Steady ms of the last valid packet, or of when the far end began to owe us some. */
  #heardAt = 0;
  #silence: Timer | null = null;
  #silentTold = false;
  #closed = false;

  constructor(options: MediaSessionOptions) {
    this.#options = options;
    const { network, clock, log, random = secureRandom } = options;
    const common = {
      network,
      clock,
      log,
      random,
      // RFC 7022, section 4.2: short-term persistent and telling nothing of us
      cname: randomBits(random, 32).toString(36) + randomBits(random, 32).toString(36),
      onHeard: () => {
        this.#heardAt = clock.steady();
      },
    };
    this.#audio = new AudioStream({
      ...common,
      onDigit: (digit, ms) => this.#tell(() => options.onDigit?.(digit, ms)),
    });
    this.#video = new VideoStream({
      ...common,
      onKeyFrameRequest: () => this.#tell(() => options.onKeyFrameRequest?.()),
    });
  }

  async open(address: string): Promise<LocalMedia> {
    try {
      await this.#audio.open(address);
      await this.#video.open(address);
    } catch (error) {
      await this.close();
      throw error;
    }
    if (this.#closed) throw new KalitkaError('RTP_CLOSED', 'the call ended while its sockets were opened');
    return { address, audioPort: this.#audio.port, videoPort: this.#video.port };
  }

  /** Loopback ports to which local encoders send RTP of any SSRC, numbering and payload type; after `open()`. */
  get localPorts(): { audio: number; video: number } {
    return { audio: this.#audio.localPort, video: this.#video.localPort };
  }

  /**
   * Says where received packets go. Until then video is kept from its last key frame on and then follows at
   * once; sound is not kept. Another port than before means a new decoder: a key frame is asked for at once
   * (for the same port too, but then within the usual limit of two requests a second).
   * Where the local media process is gone, null says so: what comes is then kept for the next one.
   */
  relayTo(ports: RelayPorts): void {
    this.#audio.relayTo(ports.audioPort);
    this.#video.relayTo(ports.videoPort);
  }

  apply(negotiated: Negotiated): void {
    if (this.#closed) return;
    const waited = this.#owed;
    this.#audio.apply(negotiated.audio);
    this.#video.apply(negotiated.video);
    if (this.#owed && !waited) {
      this.#heardAt = this.#options.clock.steady();
      this.#watchSilence();
    } else if (!this.#owed) {
      this.#silence?.cancel();
      this.#silence = null;
    }
  }

  sendDigits(digits: string, timing: DigitTiming): Promise<void> {
    if (this.#closed) return Promise.reject(new KalitkaError('RTP_CLOSED', 'the call is over'));
    return this.#audio.sendDigits(digits, timing);
  }

  /** The decoder cannot go on without a key frame; asked for by PLI or FIR, at most twice a second. */
  requestKeyFrame(): void {
    if (!this.#closed) this.#video.requestKeyFrame();
  }

  stats(): MediaStats {
    return { audio: this.#audio.stats(), video: this.#video.stats() };
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#silence?.cancel();
    this.#silence = null;
    this.#audio.close();
    this.#video.close();
    await Promise.resolve();
  }

  /** The far end may send something, so that its silence means something. */
  get #owed(): boolean {
    return this.#audio.canReceive || this.#video.canReceive;
  }

  /** The timer runs out once in the time allowed, whatever comes: packets only move `#heardAt`. */
  #watchSilence(): void {
    const limit = this.#options.silentAfterMs ?? SILENT_AFTER;
    const left = this.#heardAt + limit - this.#options.clock.steady();
    this.#silence?.cancel();
    this.#silence = null;
    if (left > 0) {
      this.#silence = this.#options.clock.after(left, () => this.#watchSilence());
    } else if (!this.#silentTold) {
      this.#silentTold = true;
      this.#tell(() => this.#options.onSilent?.());
    }
  }

  /** Calls back; what goes wrong there must not end the media, let alone the process. */
  #tell(callback: () => void): void {
    try {
      callback();
    } catch (error) {
      this.#options.log.error('a media callback failed', { error: errorText(error) });
    }
  }
}
