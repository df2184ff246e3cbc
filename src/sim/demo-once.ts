// One whole door call by itself, each step checked where it shows: on the wire, on the screen, in the sound.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../system/clock.js';
import { errorText, KalitkaError } from '../system/errors.js';
import { visitorTone, type DemoWorld } from './demo-world.js';
import { changedShare, readScreen, sceneShare } from './picture-check.js';
import { memory, processorTime } from './process-figures.js';
import { measureSound, toneShare, type Sound } from './sound-meter.js';
import { readWavTail } from './wav.js';

/** Hz: the tone of the panel's `audio.input = "test"`. */
const panelTone = 440;
/** ms that one step may take. */
const patience = 10_000;
/** Share of the scene's places that must have their colour: the panel's own buttons cover some. */
const enoughScene = 0.5;

/** One step of the call. */
export interface Step {
  /** ms since the beginning. */
  at: number;
  what: string;
}

/** What `summary.json` holds. */
export interface Summary {
  passed: boolean;
  /** Why not; null where it passed. */
  failure: string | null;
  steps: readonly Step[];
  station: { digits: string; openings: number; sound: Sound | null };
  /** % of one processor core over some seconds of the call, and MB (PSS) in it; null where it did not get so far. */
  cost: { coreCpu: number; faceCpu: number; coreMemory: number; faceMemory: number } | null;
}

export interface CallRunOptions {
  world: DemoWorld;
  clock: Clock;
  size: { width: number; height: number };
  /** Folder for the pictures and the summary; made where it is not there. */
  out: string | null;
  /** Steady ms at which the demo began. */
  since: number;
  print: (line: string) => void;
}

/** Runs one call from the bell to the hang-up. */
export class CallRun {
  readonly #options: CallRunOptions;
  readonly #steps: Step[] = [];
  readonly #pictures: string[] = [];
  #heard: Sound | null = null;
  #cost: Summary['cost'] = null;

  constructor(options: CallRunOptions) {
    this.#options = options;
  }

  /** Never throws: what went wrong is in the summary, which is also written to the folder. */
  async run(): Promise<Summary> {
    let failure: string | null = null;
    try {
      if (this.#options.out !== null) await mkdir(this.#options.out, { recursive: true });
      await this.#call();
    } catch (error) {
      failure = errorText(error);
    }
    const { station } = this.#options.world;
    const summary: Summary = {
      passed: failure === null && station.digits.includes('#') && station.openings.length >= 2,
      failure,
      steps: this.#steps,
      station: { digits: station.digits, openings: station.openings.length, sound: this.#heard },
      cost: this.#cost,
    };
    await this.#save('summary.json', JSON.stringify(summary, null, 2) + '\n').catch((error: unknown) => {
      summary.passed = false;
      summary.failure ??= errorText(error);
    });
    return summary;
  }

  async #call(): Promise<void> {
    const { world } = this.#options;
    await world.start();
    const { panel, station } = world;
    this.#step(`panel started, SIP server on ${world.server.local.address} port ${world.server.local.port}`);
    await panel.waitFor('the panel is registered', ({ line }) => line.state === 'registered', patience);
    this.#step('registered: login 12345 with a digest');
    await panel.waitFor('the screen runs', ({ face }) => face.state === 'running', patience);
    await this.#picture('idle', 'the idle screen is drawn');

    await this.#ring();
    await this.#answer();
    await this.#listen();
    this.#cost = await this.#measureCost();

    await this.#open('the button on the wall', async () => {
      await panel.button('pressed');
      await panel.button('released');
    });
    await this.#picture('door-sent', 'the screen says that the code was sent');
    await world.changes.until('the lock closes', () => (station.lockOpenFor === 0 ? true : null), {
      ms: patience,
    });
    await panel.waitFor('the panel forgets the code', ({ door }) => door[0]?.state !== 'sending', patience);
    await this.#open('the button on the screen', () => panel.touchButton('open'));

    await panel.touchButton('hangup');
    await panel.waitFor('the panel is idle again', ({ call }) => call.state === 'idle', patience);
    await this.#until('the station was told', () => station.phase === 'idle');
    this.#step(`hung up: the station says "${station.lastEnd ?? ''}"`);
    await this.#picture('ended', 'the call is over');
  }

  async #ring(): Promise<void> {
    const { world } = this.#options;
    this.#step('a visitor presses the call button');
    world.station.press();
    await this.#until('the station hears that it rings', () => world.station.phase === 'ringing');
    this.#step('180 Ringing has come back');
    await world.panel.waitFor('the panel rings', ({ call }) => call.state === 'ringing', patience);
    await world.panel.waitFor('the chime sounds', ({ gpio }) => gpio.chime === true, patience);
    await world.panel.waitFor('the LED is lit', ({ gpio }) => gpio.led === true, patience);
    this.#step('the panel rings: chime high, LED lit');
    await this.#picture('ringing', 'the ringing screen is drawn');
  }

  async #answer(): Promise<void> {
    const { world, size } = this.#options;
    const { panel } = world;
    const before = sceneShare(readScreen(panel.screenFile, size));
    await panel.touchButton('answer');
    this.#step('a finger on Answer');
    await panel.waitFor('they talk', ({ call }) => call.state === 'talking', patience);
    await this.#until('the chime is silent', () => panel.status?.gpio.chime === false);
    this.#step('talking, the chime is silent');
    const look = (): number => sceneShare(readScreen(panel.screenFile, size));
    await this.#until("the station's picture is on the screen", () => look() >= enoughScene, 30);
    const share = Math.round(look() * 100);
    this.#step(
      `the picture is on the screen: ${share} % of its colours found (${Math.round(before * 100)} % before)`,
    );
    const first = readScreen(panel.screenFile, size);
    await this.#until(
      'the picture moves',
      () => changedShare(first, readScreen(panel.screenFile, size)) > 0.003,
      100,
    );
    this.#step('the picture moves');
    await this.#picture('talking', 'the talking screen is drawn');
  }

  /** Sound both ways: each side must hear the tone of the other, and mostly that. */
  async #listen(): Promise<void> {
    const { world } = this.#options;
    const heard = await world.changes.until(
      `the station hears ${panelTone} Hz`,
      () => {
        const sound = world.station.sound();
        return sound && Math.abs(sound.frequency - panelTone) <= 10 && sound.share > 0.8 ? sound : null;
      },
      { ms: patience, pollMs: 100 },
    );
    this.#heard = heard;
    this.#step(`the station hears the flat: ${heard.frequency} Hz at ${heard.level.toFixed(1)} dBFS`);
    const played = await world.changes.until(
      `the panel plays ${visitorTone} Hz`,
      () => {
        const tail = readWavTail(world.panel.soundFile, 250);
        const right = tail && toneShare(tail.samples, visitorTone, tail.rate) > 0.8;
        return right ? measureSound(tail.samples, tail.rate) : null;
      },
      { ms: patience, pollMs: 100 },
    );
    this.#step(`the flat hears the visitor: ${played.frequency} Hz at ${played.level.toFixed(1)} dBFS`);
  }

  /** A code is sent by whatever `press` does; counts only when the station has decoded it and opened. */
  async #open(by: string, press: () => Promise<void>): Promise<void> {
    const { station, panel } = this.#options.world;
    const before = station.openings.length;
    const began = this.#options.clock.steady();
    await press();
    await this.#until(`the station opens after ${by}`, () => station.openings.length > before);
    const opening = station.openings.at(-1);
    const ms = Math.round((opening?.at ?? began) - began);
    this.#step(
      `${by}: the station heard "${station.digits.slice(-1)}" (${opening?.way ?? ''}) and opened, ${ms} ms`,
    );
    await panel.waitFor('the panel says "sent"', ({ door }) => door[0]?.state === 'sent', patience);
  }

  async #measureCost(): Promise<Summary['cost']> {
    const { clock, world } = this.#options;
    const core = world.panel.pid;
    const face = world.panel.status?.face.pid ?? null;
    if (face === null) throw new KalitkaError('SIM_PANEL', 'the panel tells no process of its screen');
    const [at, coreBefore, faceBefore] = [clock.steady(), processorTime(core), processorTime(face)];
    await new Promise<void>((resolve) => clock.after(3000, resolve));
    const share = (before: number, pid: number): number =>
      Math.round(((processorTime(pid) - before) / (clock.steady() - at)) * 1e6) / 10;
    const cost = {
      coreCpu: share(coreBefore, core),
      faceCpu: share(faceBefore, face),
      coreMemory: Math.round(memory(core)),
      faceMemory: Math.round(memory(face)),
    };
    const frames = world.panel.status?.call.framesShown ?? 0;
    this.#step(
      `${frames} frames shown; core ${cost.coreCpu} % of a CPU and ${cost.coreMemory} MB, ` +
        `face ${cost.faceCpu} % and ${cost.faceMemory} MB`,
    );
    return cost;
  }

  async #until(what: string, seen: () => boolean, pollMs?: number): Promise<void> {
    const { world } = this.#options;
    const look = (): true | null => {
      if (world.panel.ended !== null)
        throw new KalitkaError('SIM_PANEL', `the panel ended (${world.panel.ended})`);
      return seen() ? true : null;
    };
    await world.changes.until(what, look, { ms: patience, ...(pollMs === undefined ? {} : { pollMs }) });
  }

  async #picture(name: string, what: string): Promise<void> {
    const png = await this.#options.world.panel.screenshot();
    await this.#save(`${name}.png`, png);
    this.#pictures.push(name);
    this.#step(`${what} (${name}.png)`);
  }

  async #save(name: string, data: string | Buffer): Promise<void> {
    if (this.#options.out !== null) await writeFile(join(this.#options.out, name), data);
  }

  #step(what: string): void {
    const at = Math.round(this.#options.clock.steady() - this.#options.since);
    this.#steps.push({ at, what });
    this.#options.print(`${String(at).padStart(6)} ms  ${what}`);
  }
}
