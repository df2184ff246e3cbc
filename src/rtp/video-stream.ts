// The picture of a call: relayed both ways, kept until somebody shows it, and begun anew where it breaks.
import type { NegotiatedVideo } from '../sdp/media.js';
import type { Timer } from '../system/clock.js';
import type { DropReason } from './drop-counter.js';
import { inspectH264 } from './h264-key-frame.js';
import { HeldVideo } from './held-video.js';
import { KeyFrameRequester } from './key-frame-requester.js';
import type { Arrival } from './reception.js';
import type { RtpHeader } from './rtp-packet.js';
import { RtpStream, type RtpStreamOptions } from './rtp-stream.js';

/** Hz (RFC 6184, section 8.2.1). */
const CLOCK_RATE = 90_000;
/** kbit/s of a door station's 720p25. */
const SESSION_KBPS = 2000;
/** Least distance of pictures when the local encoder begins anew, ms: one at 25 fps. */
const FRAME_MS = 40;
/** Held packets go out in portions that a socket's receive buffer of 208 KiB takes, one each ms. */
const FLUSH_PACKETS = 16;
const FLUSH_INTERVAL = 1;

export interface VideoStreamOptions extends RtpStreamOptions {
  /** The far end asked for a key frame of ours. */
  onKeyFrameRequest(): void;
}

export class VideoStream extends RtpStream<NegotiatedVideo> {
  readonly #held = new HeldVideo();
  readonly #requester: KeyFrameRequester;
  readonly #onKeyFrameRequest: () => void;
  #flush: Timer | null = null;

  constructor(options: VideoStreamOptions) {
    super(options, { kind: 'video', clockRate: CLOCK_RATE, sessionKbps: SESSION_KBPS });
    this.#onKeyFrameRequest = () => options.onKeyFrameRequest();
    this.#requester = new KeyFrameRequester(options.clock, () => this.#askForKeyFrame());
  }

  /** The local decoder cannot go on without a key frame. */
  requestKeyFrame(): void {
    if (this.canReceive) this.#requester.request();
  }

  override close(): void {
    this.#requester.stop();
    this.#flush?.cancel();
    this.#flush = null;
    this.#held.clear();
    super.close();
  }

  protected override applied(before: NegotiatedVideo | null): void {
    if (!this.canReceive) {
      this.#requester.stop();
      this.#held.clear();
    } else if (before?.direction !== this.negotiated?.direction) {
      this.#requester.expect();
    }
  }

  protected override relayChanged(again: boolean): void {
    if (again) {
      // most likely the same decoder, which needs nothing; but a new one may have got the port of the old one
      if (this.relaying) this.requestKeyFrame();
      return;
    }
    this.#flush?.cancel();
    this.#flush = null;
    if (!this.relaying) {
      this.#held.clear();
    } else if (this.#held.decodable) {
      this.#flushSome();
    } else if (this.canReceive && this.relayedBefore) {
      this.#requester.requestNow();
    } else if (this.canReceive) {
      this.#requester.request();
    }
  }

  protected override deliver(data: Buffer, header: RtpHeader, arrival: Arrival): DropReason | null {
    const payload = inspectH264(data, header.payloadStart, header.payloadEnd);
    this.#requester.packet(payload, arrival);
    if (this.relaying && !this.#flush) {
      this.relay(data);
      return null;
    }
    const held = this.#flush ? this.#held.push(data) : this.#held.hold(data, header.timestamp, payload);
    return held ? null : 'face-not-ready';
  }

  protected override forward(data: Buffer, header: RtpHeader): void {
    const { negotiated } = this;
    if (!negotiated) return;
    const { timestamp, missing } = this.outgoing.follow(header, this.options.clock.steady(), FRAME_MS);
    const payloadType = negotiated.sendPayloadType;
    this.sendMedia(data, header, { marker: header.marker, payloadType, timestamp }, missing);
  }

  protected override keyFrameWanted(): void {
    this.#onKeyFrameRequest();
  }

  protected override get negotiatedEvents(): null {
    return null;
  }

  #flushSome(): void {
    this.#flush = null;
    for (let i = 0; i < FLUSH_PACKETS; i++) {
      const data = this.#held.shift();
      if (!data) return;
      this.relay(data);
    }
    this.#flush = this.options.clock.after(FLUSH_INTERVAL, () => this.#flushSome());
  }

  #askForKeyFrame(): boolean {
    const { negotiated } = this;
    if (!negotiated) return false;
    const { pli, fir, announced } = negotiated.feedback;
    // a far end that announced neither may still understand one of them
    const kinds =
      announced && pli ? { pli, fir: false } : announced && fir ? { pli, fir } : { pli: true, fir: true };
    const asked = this.rtcp.requestKeyFrame(kinds);
    if (asked) this.keyFrames.asked += 1;
    return asked;
  }
}
