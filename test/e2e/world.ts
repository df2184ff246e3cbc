// Worlds for the end-to-end tests: the demo's own, each with a panel as a real process, and what tests wait for.
import { strict as assert } from 'node:assert';
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { DemoWorld } from '../../src/sim/demo-world.js';
import { readScreen, sceneShare } from '../../src/sim/picture-check.js';
import { systemClock } from '../../src/system/clock.js';
import { silentLog } from '../../src/system/log.js';
import { systemUdp } from '../../src/system/udp.js';

export const size = { width: 800, height: 480 };
/** ms; generous, because the machine that runs the tests may have other things to do. */
export const patience = 20_000;

/** A world that is started, and checked for leftovers when it is stopped. */
export class TestWorld extends DemoWorld {
  constructor(options: { longestRegistration?: number } = {}) {
    super({
      network: systemUdp,
      clock: systemClock,
      log: silentLog,
      language: 'en',
      size,
      lockMs: 300,
      keepSound: false,
      ...options,
    });
  }

  /** Starts, and waits until the panel is on line with a screen. */
  override async start(): Promise<void> {
    await super.start();
    await this.panel.waitFor('on line', ({ line }) => line.state === 'registered', patience);
    await this.panel.waitFor('a screen', ({ face }) => face.state === 'running', patience);
  }

  /** Stops, and looks whether anything of the panel is left. */
  override async stop(): Promise<void> {
    const pids = [this.panel.pid, this.panel.status?.face.pid ?? 0].filter((pid) => pid > 0);
    const folder = dirname(this.panel.screenFile);
    const died = this.panel.ended !== null;
    await super.stop();
    if (!died) assert.equal(this.panel.ended, 'exit code 0', this.panel.logTail.slice(-20).join('\n'));
    for (const pid of pids) assert.ok(!existsSync(`/proc/${pid}`), `process ${pid} is left`);
    assert.ok(!existsSync(folder), `${folder} is left`);
  }

  /** Waits for anything; looks also where nobody tells. */
  async until(what: string, seen: () => boolean, ms = patience): Promise<void> {
    await this.changes.until(what, () => (seen() ? true : null), { ms, pollMs: 50 });
  }

  /** How much of the station's picture is on the screen, 0..1. */
  get picture(): number {
    return sceneShare(readScreen(this.panel.screenFile, size));
  }

  /** A visitor rings, somebody answers, the picture is there. */
  async talk(): Promise<void> {
    this.station.press();
    await this.panel.waitFor('ringing', ({ call }) => call.state === 'ringing', patience);
    await this.panel.touchButton('answer');
    await this.until('talking', () => this.station.phase === 'talking');
    await this.panel.waitFor('talking', ({ call }) => call.state === 'talking', patience);
    await this.until('the picture', () => this.picture >= 0.5);
  }

  /** Presses the button on the wall, and waits until the station opens. */
  async openByButton(): Promise<void> {
    const before = this.station.openings.length;
    await this.panel.button('pressed');
    await this.panel.button('released');
    await this.until('the station opens', () => this.station.openings.length > before);
  }

  /** The visitor leaves. */
  async part(): Promise<void> {
    this.station.hangup();
    await this.panel.waitFor('idle', ({ call }) => call.state === 'idle', patience);
    await this.until('the station is idle', () => this.station.phase === 'idle');
  }
}
