// Everything that a demo needs besides its page: server, door station and panel, started and stopped together.
import { secureRandom } from '../rtp/random.js';
import type { Status } from '../control/status.js';
import type { Clock } from '../system/clock.js';
import { errorText } from '../system/errors.js';
import type { Log } from '../system/log.js';
import type { UdpNetwork } from '../system/udp.js';
import { Cable } from './cable.js';
import { Changes } from './changes.js';
import type { DemoState, PageAction } from './demo-state.js';
import { DoorStation } from './door-station.js';
import { IntercomServer } from './intercom-server.js';
import { PanelProcess } from './panel-process.js';
import { StationCamera } from './station-camera.js';

export interface DemoWorldOptions {
  network: UdpNetwork;
  clock: Clock;
  log: Log;
  language: 'ru' | 'en';
  /** Of the panel's screen, px. */
  size: { width: number; height: number };
  /** How long the station's lock stays open, ms. */
  lockMs: number;
  /** See `PanelProcessOptions`. */
  keepSound: boolean;
  /** See `IntercomServerOptions`. Default 3600. */
  longestRegistration?: number;
}

/** Hz: the visitor's voice. The panel's own microphone is a tone of 440 Hz. */
export const visitorTone = 620;

/** A street with a door station, the provider's server, and a flat with a panel. */
export class DemoWorld {
  readonly cable: Cable;
  readonly server: IntercomServer;
  readonly station: DoorStation;
  /** Fires when something of server, station or panel has changed. */
  readonly changes: Changes;
  readonly #options: DemoWorldOptions;
  #panel: PanelProcess | null = null;
  #started = false;
  /** Touches and presses go to the panel one after another, in their order. */
  #deeds: Promise<void> = Promise.resolve();
  #waitingDeeds = 0;
  /** What is held down now. */
  readonly #held: { finger: { x: number; y: number } | null; button: boolean } = {
    finger: null,
    button: false,
  };

  constructor(options: DemoWorldOptions) {
    this.#options = options;
    const { clock, log, language } = options;
    this.cable = new Cable(options.network);
    this.changes = new Changes(clock);
    const common = { network: this.cable, clock, log, onChange: () => this.changes.fire() };
    const name = language === 'ru' ? 'Подъезд 2' : 'Entrance 2';
    this.server = new IntercomServer({
      ...common,
      random: secureRandom,
      longestRegistration: options.longestRegistration ?? 3600,
      local: { address: '127.0.0.1', port: 0 },
    });
    this.station = new DoorStation({
      ...common,
      server: this.server,
      camera: new StationCamera({
        log,
        setup: {
          name,
          videoPayloadType: 102,
          audioPayloadType: 0,
          toneHz: visitorTone,
          bitrate: 2000,
          keyFrameEvery: 2,
        },
      }),
      name,
      number: '0002',
      calls: '12345',
      lockMs: options.lockMs,
    });
  }

  /**
   * Starts the street, then the panel.
   * @throws KalitkaError `SIM_CAMERA`, `SIM_PANEL`, `UDP_BIND`
   */
  async start(): Promise<void> {
    await this.server.start();
    const { clock, log, language, size, keepSound } = this.#options;
    this.#panel = new PanelProcess({
      clock,
      log,
      language,
      size,
      keepSound,
      server: this.server.local,
      onStatus: (status) => {
        if (status) this.#started = true;
        this.changes.fire();
      },
    });
    await Promise.all([this.station.start(), this.#panel.start()]);
  }

  /** Idempotent. */
  async stop(): Promise<void> {
    // the panel first: it says goodbye to a server that is still there
    await this.#panel?.stop();
    await this.station.stop();
    await this.server.stop();
  }

  /** @throws Error before `start()` */
  get panel(): PanelProcess {
    if (!this.#panel) throw new Error('the panel was not started');
    return this.#panel;
  }

  /** How the panel ended; null while it runs, or where it never did. */
  get panelEnd(): string | null {
    return this.#panel?.ended ?? null;
  }

  /** The last lines of the panel's log. */
  get logTail(): readonly string[] {
    return this.#panel?.logTail ?? [];
  }

  /** All that the page shows. */
  state(): DemoState {
    const { station } = this;
    const status = this.#panel?.status ?? null;
    return {
      language: this.#options.language,
      screen: this.#options.size,
      network: this.cable.plugged ? 'up' : 'down',
      panel: {
        running: status !== null,
        started: this.#started,
        line: status?.line.state ?? 'offline',
        call: callState(status, this.#options.clock),
        gpio: {
          button: status?.gpio.button ?? null,
          led: status?.gpio.led ?? null,
          chime: status?.gpio.chime ?? null,
        },
        face: { state: status?.face.state ?? 'starting', restarts: status?.face.restarts ?? 0 },
      },
      station: {
        call: station.phase,
        lockOpenFor: station.lockOpenFor,
        lockMs: station.lockMs,
        digits: station.digits,
        heardBy: station.heardBy,
        sound: station.sound(),
      },
    };
  }

  /** Does what a person did on the page. */
  act(action: PageAction): void {
    try {
      this.#act(action);
    } catch (error) {
      this.#options.log.warn('that did not work', { action: action.do, why: errorText(error) });
    }
  }

  /** Lifts finger and button: the page on which they were pressed is gone. */
  letGo(): void {
    const { finger, button } = this.#held;
    if (finger) this.act({ do: 'touch', ...finger, pressed: false });
    if (button) this.act({ do: 'button', edge: 'released' });
  }

  #act(action: PageAction): void {
    switch (action.do) {
      case 'touch': {
        const { x, y, pressed } = action;
        // a finger that moves faster than the panel follows is sampled; where it goes down and up always counts
        if (pressed && this.#held.finger && this.#waitingDeeds > 2) return;
        this.#held.finger = pressed ? { x, y } : null;
        this.#do(() => this.panel.touch(x, y, pressed));
        return;
      }
      case 'button':
        this.#held.button = action.edge === 'pressed';
        this.#do(() => this.panel.button(action.edge));
        return;
      case 'ring':
        this.station.press();
        return;
      case 'hangup':
        this.station.hangup();
        return;
      case 'elsewhere':
        this.station.elsewhere();
        return;
      case 'kill-face':
        this.panel.killFace();
        return;
      case 'network':
        this.cable.plugged = action.up;
        this.changes.fire();
        return;
    }
  }

  #do(deed: () => Promise<void>): void {
    this.#waitingDeeds += 1;
    this.#deeds = this.#deeds
      .then(deed)
      .catch((error: unknown) =>
        this.#options.log.debug('the panel did not take it', { why: errorText(error) }),
      )
      .finally(() => {
        this.#waitingDeeds -= 1;
      });
  }
}

function callState(status: Status | null, clock: Clock): DemoState['panel']['call'] {
  if (!status || status.call.state === 'idle') return null;
  const { state, since, videoCodec, framesShown } = status.call;
  const beginning = since === null ? clock.wall() : Date.parse(since);
  return { state, for: Math.max(0, clock.wall() - beginning), video: videoCodec, frames: framesShown };
}
