// Text can be read: WCAG 2.1 contrast (success criterion 1.4.3) of at least 4.5, over a white picture too.
import assert from 'node:assert/strict';
import { colours, roles, tones, type Colour } from '../../src/face/screens/theme.js';
import { inCall } from '../face/screens/views.js';
import { flatFrame } from './frames.js';
import { Glass } from './glass.js';
import { TestPanel } from './test-panel.js';

/** WCAG 2.1, "relative luminance", 0 to 1. */
function luminance(colour: Colour): number {
  const linear = (channel: number) => {
    const s = channel / 255;
    return s <= 0.03928 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4;
  };
  return (
    0.2126 * linear((colour >> 16) & 255) +
    0.7152 * linear((colour >> 8) & 255) +
    0.0722 * linear(colour & 255)
  );
}

function contrast(a: Colour, b: Colour): number {
  const [light, dark] = [Math.max(luminance(a), luminance(b)), Math.min(luminance(a), luminance(b))];
  return (light + 0.05) / (dark + 0.05);
}

function legible(text: Colour, ground: Colour, what: string): void {
  const found = contrast(text, ground);
  assert.ok(found >= 4.5, `${what}: contrast ${found.toFixed(2)}`);
}

describe('contrast', () => {
  it('of every button, pressed or not', () => {
    for (const [role, { face, pressed, ink, icon = ink }] of Object.entries(roles)) {
      for (const ground of [face, pressed]) {
        legible(ink, ground, `text of ${role}`);
        legible(icon, ground, `icon of ${role}`);
      }
    }
  });

  it('of every tone on every ground', () => {
    for (const ground of [colours.backgroundTop, colours.background, colours.surface]) {
      for (const [tone, colour] of Object.entries(tones)) legible(colour, ground, tone);
      legible(colours.text, ground, 'text');
      legible(colours.textSoft, ground, 'soft text');
    }
    legible(colours.textDim, colours.black, 'the clock asleep');
    legible(colours.hintDim, colours.black, 'the hint asleep');
  });

  it('of the header over a white picture, to its last row', () => {
    for (const size of [
      { width: 800, height: 480 },
      { width: 1024, height: 600 },
      { width: 480, height: 800 },
    ]) {
      const glass = new Glass();
      const panel = new TestPanel(size);
      glass.watch();
      try {
        panel.start();
        panel.screens.show(inCall('talking', { caller: { name: 'II', uri: 'sip:1@example.org' } }));
        panel.screens.videoFrame(flatFrame(size, 255), size.width, size.height);
        const header = glass.labels(panel.lvgl).filter(({ box }) => box.y2 < size.height / 3);
        assert.equal(header.length, 3);
        const frame = panel.pixels();
        for (const { text, box } of header) {
          for (let y = box.y1; y <= box.y2; y++) {
            // right of the text there is nothing but picture and scrim
            const ground = frame.readUInt32LE((y * size.width + size.width - 4) * 4) & 0xffffff;
            for (const [tone, colour] of Object.entries(tones))
              legible(colour, ground, `${text} ${tone} ${y}`);
          }
        }
      } finally {
        glass.release();
        panel.stop();
      }
    }
  });
});
