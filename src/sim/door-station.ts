// A door station, simulated: its call button, its camera, its ear for the lock's code, and the lock.
import type { OutgoingCall } from '../sip/outgoing-call.js';
import type { Clock, Timer } from '../system/clock.js';
import type { Log } from '../system/log.js';
import type { UdpNetwork } from '../system/udp.js';
import type { IntercomServer } from './intercom-server.js';
import type { Sound } from './sound-meter.js';
import type { Camera } from './station-camera.js';
import { StationMedia } from './station-media.js';

/** How a digit came. */
export type DigitWay = 'RFC 4733' | 'SIP INFO';

export interface DoorStationOptions {
  server: IntercomServer;
  network: UdpNetwork;
  clock: Clock;
  log: Log;
  camera: Camera;
  /** Shown on the panel as the caller. */
  name: string;
  /** Its own number at the server. */
  number: string;
  /** Login of the panel it calls. */
  calls: string;
  /** What opens the lock. Default `#`. */
  code?: string;
  /** How long the lock stays open, ms. Default 5000. */
  lockMs?: number;
  /** See `StationMediaOptions`. */
  silentAfterMs?: number;
  /** Something of what the getters tell has changed. */
  onChange?: () => void;
}

/** One opening of the lock. */
export interface Opening {
  /** Steady ms. */
  at: number;
  way: DigitWay;
}

/** The simulated door station. */
export class DoorStation {
  readonly #options: DoorStationOptions;
  #call: OutgoingCall | null = null;
  #media: StationMedia | null = null;
  #phase: 'idle' | 'calling' | 'ringing' | 'talking' = 'idle';
  #digits: { digit: string; way: DigitWay }[] = [];
  readonly #openings: Opening[] = [];
  #lock: Timer | null = null;
  #end: string | null = null;

  constructor(options: DoorStationOptions) {
    this.#options = options;
  }

  /** @throws KalitkaError `SIM_CAMERA` */
  start(): Promise<void> {
    return this.#options.camera.start();
  }

  /** Ends the call and the camera. Idempotent. */
  async stop(): Promise<void> {
    this.hangup();
    await this.#media?.close();
    this.#lock?.cancel();
    this.#lock = null;
    await this.#options.camera.stop();
  }

  /**
   * Somebody presses the call button. Does nothing while a call is there.
   * @throws KalitkaError `SIM_NOT_REGISTERED` when there is no panel to call
   */
  press(): void {
    if (this.#phase !== 'idle') return;
    const { server, network, clock, log, camera, name, number, calls, silentAfterMs } = this.#options;
    const media = new StationMedia({
      network,
      clock,
      log,
      camera,
      ...(silentAfterMs === undefined ? {} : { silentAfterMs }),
      onDigit: (digit) => this.#heard(digit, 'RFC 4733'),
      onSilent: () => this.hangup(),
    });
    const call = server.call({ login: calls, from: { displayName: name, user: number }, media });
    this.#call = call;
    this.#media = media;
    this.#digits = [];
    this.#end = null;
    call.listener = {
      ringing: () => this.#becomes('ringing'),
      established: () => {
        // whoever has answered wants to see something at once
        camera.keyFrame();
        this.#becomes('talking');
      },
      info: (type, body) => this.#info(type, body),
      ended: (end, detail) => this.#ended(detail === null ? end : `${end} (${detail})`),
    };
    this.#becomes('calling');
  }

  /** The visitor leaves: CANCEL while it rings, BYE while they talk. */
  hangup(): void {
    this.#call?.hangup();
  }

  /** Somebody answers on another device of the same flat: what the losers of a fork are told (RFC 3326). */
  elsewhere(): void {
    if (this.#phase === 'ringing') this.#call?.hangup('SIP;cause=200;text="Call completed elsewhere"');
  }

  /** The station vanishes in mid-call: nothing is sent any more, and nothing is said about it. */
  vanish(): void {
    this.#call?.fail('the station vanished');
  }

  get phase(): 'idle' | 'calling' | 'ringing' | 'talking' {
    return this.#phase;
  }

  /** How the last call ended; null before that. */
  get lastEnd(): string | null {
    return this.#end;
  }

  /** The call that is up, for changing it by re-INVITE. */
  get call(): OutgoingCall | null {
    return this.#call;
  }

  /** Digits heard in this call or the last one. */
  get digits(): string {
    return this.#digits.map(({ digit }) => digit).join('');
  }

  /** How the last of them came. */
  get heardBy(): DigitWay | null {
    return this.#digits.at(-1)?.way ?? null;
  }

  /** Every time the lock opened. */
  get openings(): readonly Opening[] {
    return this.#openings;
  }

  /** ms until the lock closes; 0 when it is closed. */
  get lockOpenFor(): number {
    const opened = this.#openings.at(-1);
    if (!this.#lock || !opened) return 0;
    return Math.max(1, opened.at + this.lockMs - this.#options.clock.steady());
  }

  get lockMs(): number {
    return this.#options.lockMs ?? 5000;
  }

  /** What is heard of the panel now; null without a call. */
  sound(): Sound | null {
    return this.#phase === 'talking' ? (this.#media?.sound() ?? null) : null;
  }

  /** Counters of the call's streams; null without a call. */
  stats(): ReturnType<StationMedia['stats']> | null {
    return this.#media?.stats() ?? null;
  }

  #becomes(phase: 'calling' | 'ringing' | 'talking'): void {
    this.#phase = phase;
    this.#options.onChange?.();
  }

  #ended(end: string): void {
    this.#options.log.info('station call ended', { end });
    this.#call = null;
    this.#phase = 'idle';
    this.#end = end;
    this.#options.onChange?.();
  }

  /** `Signal=#` with CRLF and `Duration=160`, or the digit alone: the two bodies in use. */
  #info(type: string, body: string): boolean {
    const relayed = /^\s*Signal\s*=\s*([0-9*#A-D])\s*$/im.exec(body)?.[1];
    const plain = /^\s*([0-9*#A-D])\s*$/i.exec(body)?.[1];
    const digit = /^application\/dtmf-relay/i.test(type)
      ? relayed
      : /^application\/dtmf/i.test(type)
        ? plain
        : null;
    if (!digit) return false;
    this.#heard(digit.toUpperCase(), 'SIP INFO');
    return true;
  }

  #heard(digit: string, way: DigitWay): void {
    this.#digits.push({ digit, way });
    if (this.digits.endsWith(this.#options.code ?? '#')) this.#open(way);
    this.#options.onChange?.();
  }

  #open(way: DigitWay): void {
    const { clock, log } = this.#options;
    this.#openings.push({ at: clock.steady(), way });
    this.#lock?.cancel();
    this.#lock = clock.after(this.lockMs, () => {
      this.#lock = null;
      this.#options.onChange?.();
    });
    log.info('the lock opened', { way });
  }
}
