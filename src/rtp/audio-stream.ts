// The sound of a call: relayed both ways, with DTMF digits taken out of it and put into it.
import type { DigitTiming, NegotiatedAudio } from '../sdp/media.js';
import { KalitkaError } from '../system/errors.js';
import { DigitReceiver } from './digit-receiver.js';
import { DigitSender } from './digit-sender.js';
import type { DropReason } from './drop-counter.js';
import type { Arrival } from './reception.js';
import { timestampDelta, type RtpHeader } from './rtp-packet.js';
import { RtpStream, type RtpStreamOptions } from './rtp-stream.js';
import { buildTelephoneEvent, parseTelephoneEvent } from './telephone-event.js';

/** Hz, of G.711 (RFC 3551, section 4.5.14) and its telephone-events. */
const CLOCK_RATE = 8000;
/** kbit/s of G.711 in 20 ms packets with their headers. */
const SESSION_KBPS = 80;
/** ms, where nothing was negotiated (RFC 3551, table 1). */
const DEFAULT_PTIME = 20;
/** Nothing sent for this long is a silence: the next packet begins a talkspurt (RFC 3551, section 4.1), ms. */
const TALKSPURT_GAP = 200;

export interface AudioStreamOptions extends RtpStreamOptions {
  /** A whole digit came from the far end. */
  onDigit(digit: string, durationMs: number): void;
}

export class AudioStream extends RtpStream<NegotiatedAudio> {
  readonly #sender: DigitSender;
  readonly #receiver: DigitReceiver;
  /** Steady ms of the last packet of sound or digits. */
  #sentAt = Number.NEGATIVE_INFINITY;

  constructor(options: AudioStreamOptions) {
    super(options, { kind: 'audio', clockRate: CLOCK_RATE, sessionKbps: SESSION_KBPS });
    const { clock } = options;
    this.#receiver = new DigitReceiver(clock, CLOCK_RATE, (digit, ms) => options.onDigit(digit, ms));
    this.#sender = new DigitSender(clock, {
      packetMs: () => this.#ptime,
      clockRate: CLOCK_RATE,
      begin: () => this.outgoing.timestampOfNext(clock.steady(), this.#ptime),
      send: (event, timestamp, marker) => {
        const payloadType = this.negotiated?.telephoneEvent?.send;
        if (payloadType === undefined) return;
        this.#sentAt = clock.steady();
        this.sendPayload(buildTelephoneEvent(event), { marker, payloadType, timestamp });
      },
    });
  }

  /** See `CallMedia.sendDigits`. */
  sendDigits(digits: string, timing: DigitTiming): Promise<void> {
    const obstacle = this.#obstacle();
    return obstacle ? Promise.reject(obstacle) : this.#sender.enqueue(digits, timing);
  }

  override close(): void {
    this.#sender.fail(new KalitkaError('RTP_CLOSED', 'the call is over'));
    this.#receiver.stop();
    super.close();
  }

  protected override applied(): void {
    const obstacle = this.#obstacle();
    if (obstacle) this.#sender.fail(obstacle);
  }

  /** What keeps digits from being sent now. */
  #obstacle(): KalitkaError | null {
    if (!this.negotiated?.telephoneEvent) {
      return new KalitkaError('RTP_NO_TELEPHONE_EVENT', 'the far end takes no digits as RFC 4733 events');
    }
    if (!this.canSend) return new KalitkaError('RTP_ON_HOLD', 'the call is on hold, no digits can be sent');
    return null;
  }

  protected override relayChanged(): void {
    // nothing is kept for a new listener: old sound would only delay what follows it
  }

  protected override deliver(data: Buffer, header: RtpHeader, arrival: Arrival): DropReason | null {
    if (arrival.fresh) this.#receiver.restart();
    if (header.payloadType === this.negotiatedEvents?.receive) {
      const event = parseTelephoneEvent(data, header.payloadStart, header.payloadEnd);
      if (!event) return 'malformed';
      this.#receiver.take(event, header.timestamp);
      return null;
    }
    if (!this.relaying) return 'face-not-ready';
    this.relay(data);
    return null;
  }

  protected override forward(data: Buffer, header: RtpHeader): void {
    const { negotiated } = this;
    if (!negotiated) return;
    const now = this.options.clock.steady();
    const { timestamp } = this.outgoing.follow(header, now, this.#ptime);
    if (this.#sender.busy || this.#precedesEvent(timestamp)) return;
    const marker = now - this.#sentAt > TALKSPURT_GAP;
    this.#sentAt = now;
    this.sendMedia(data, header, { marker, payloadType: negotiated.sendPayloadType, timestamp });
  }

  /** Sound sampled while the last digit was sent has been replaced by it. */
  #precedesEvent(timestamp: number): boolean {
    const end = this.#sender.endTimestamp;
    return end !== null && timestampDelta(timestamp, end) > 0;
  }

  protected override keyFrameWanted(): void {
    // sound has no key frames
  }

  protected override get negotiatedEvents(): NegotiatedAudio['telephoneEvent'] {
    return this.negotiated?.telephoneEvent ?? null;
  }

  get #ptime(): number {
    return this.negotiated?.ptime ?? DEFAULT_PTIME;
  }
}
