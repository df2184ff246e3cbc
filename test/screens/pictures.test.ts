// Every screen in both languages against a kept picture. UPDATE_PICTURES=1 keeps what is drawn now.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { doorFrame } from './frames.js';
import { pictures } from './gallery.js';
import { TestPanel } from './test-panel.js';

const expectedFolder = 'test/screens/expected';
const differencesFolder = '.build/test/screens/differences';
const update = process.env.UPDATE_PICTURES === '1';

/** A channel may be off by this much: rounding differs from machine to machine. */
const TOLERANCE = 24;
/** So many pixels may be off by more: the rim of a glyph, not a letter. */
const ALLOWED = 40;

describe('the pictures', () => {
  const names: string[] = [];
  for (const size of [
    { width: 800, height: 480 },
    { width: 1024, height: 600 },
  ]) {
    for (const language of ['ru', 'en'] as const) {
      describe(`at ${size.width}x${size.height} in ${language}`, () => {
        let panel: TestPanel;
        before(() => {
          panel = new TestPanel(size, language);
          panel.start();
        });
        after(() => panel.stop());

        for (const [screen, { view, video }] of Object.entries(pictures)) {
          const name = `${screen}-${language}-${size.width}x${size.height}.png`;
          names.push(name);
          it(screen, () => {
            panel.screens.show(view);
            panel.screens.clearVideo();
            if (video !== undefined)
              assert.ok(panel.screens.videoFrame(doorFrame(size, video), size.width, size.height));
            compare(name, PNG.sync.read(panel.lvgl.screenshot()));
          });
        }
      });
    }
  }

  it('are all of screens that exist', () => {
    assert.deepEqual(readdirSync(expectedFolder).sort(), [...names].sort());
  });
});

/** Fails where the picture differs from the kept one; both and their difference are written down then. */
function compare(name: string, actual: PNG): void {
  if (update) {
    mkdirSync(expectedFolder, { recursive: true });
    writeFileSync(join(expectedFolder, name), small(actual));
    return;
  }
  const expected = PNG.sync.read(readFileSync(join(expectedFolder, name)));
  assert.deepEqual([actual.width, actual.height], [expected.width, expected.height], name);
  const off: number[] = [];
  for (let i = 0; i < actual.data.length; i += 4) {
    for (let channel = i; channel < i + 3; channel++) {
      if (Math.abs(actual.data[channel]! - expected.data[channel]!) <= TOLERANCE) continue;
      off.push(i);
      break;
    }
  }
  if (off.length <= ALLOWED) return;
  const difference = new PNG({ width: actual.width, height: actual.height });
  difference.data.set(actual.data.map((value, i) => (i % 4 === 3 ? 255 : value >> 2)));
  for (const i of off) difference.data.fill(255, i, i + 3);
  mkdirSync(differencesFolder, { recursive: true });
  writeFileSync(join(differencesFolder, name), small(actual));
  writeFileSync(join(differencesFolder, name.replace('.png', '.difference.png')), small(difference));
  assert.fail(
    `${off.length} pixels of ${name} are not as kept: see ${differencesFolder}, and where the new picture is right, ` +
      'keep it with UPDATE_PICTURES=1',
  );
}

const small = (png: PNG): Buffer =>
  PNG.sync.write(png, { colorType: 2, filterType: 0, deflateLevel: 9, deflateStrategy: 0 });
