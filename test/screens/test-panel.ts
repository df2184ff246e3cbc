// A panel's screens on a display in memory, with a clock held by the test and every touch written down.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Lvgl } from '../../hw/lvgl/index.js';
import type { Language } from '../../src/face/i18n/index.js';
import { Screens } from '../../src/face/screens/screens.js';
import type { Intent } from '../../src/panel/ports.js';
import { FakeClock } from '../support/fake-clock.js';
import * as views from '../face/screens/views.js';

export interface Size {
  width: number;
  height: number;
}

export class TestPanel {
  readonly clock = new FakeClock();
  readonly intents: Intent[] = [];
  readonly lvgl: Lvgl;
  readonly screens: Screens;
  readonly #directory = mkdtempSync(join(tmpdir(), 'kalitka-screens-'));
  readonly #file = join(this.#directory, 'screen.bgrx');

  constructor(
    readonly size: Size = { width: 800, height: 480 },
    language: Language = 'ru',
  ) {
    this.clock.wallOffset = views.wall - views.now.steady;
    this.lvgl = new Lvgl({ display: { driver: 'memory', ...size, file: this.#file } });
    this.screens = new Screens({
      lvgl: this.lvgl,
      language,
      clock: this.clock,
      onIntent: (intent) => this.intents.push(intent),
    });
  }

  start(): void {
    this.lvgl.start();
    this.screens.start();
  }

  stop(): void {
    this.screens.stop();
    this.lvgl.stop();
    rmSync(this.#directory, { recursive: true, force: true });
  }

  /** What stands on the display now, without asking LVGL to draw: BGRX rows. */
  pixels(): Buffer {
    return readFileSync(this.#file);
  }

  /** A pixel as 0xRRGGBB. */
  pixel(x: number, y: number): number {
    return this.pixels().readUInt32LE((y * this.size.width + x) * 4) & 0xffffff;
  }

  /** Down and up again at one place. */
  tap(x: number, y: number): void {
    this.lvgl.touch(x, y, true);
    this.lvgl.touch(x, y, false);
  }
}
