// Nothing is cut, covered, too small or off the glass: every text of both languages, at every size.
import assert from 'node:assert/strict';
import { createTheme } from '../../src/face/screens/theme.js';
import { everyView } from './gallery.js';
import { Glass, overlap, within, type Box } from './glass.js';
import { TestPanel } from './test-panel.js';

const sizes = [
  { width: 800, height: 480 },
  { width: 1024, height: 600 },
  { width: 1280, height: 800 },
  { width: 480, height: 800 },
  { width: 600, height: 1024 },
];
const smallestButton = 80;
/** The longest date of both languages. */
const longestDate = new Date(2025, 8, 28, 20, 0).getTime();

describe('the layout', () => {
  for (const size of sizes) {
    for (const language of ['ru', 'en'] as const) {
      it(`holds every text at ${size.width}x${size.height} in ${language}`, () => {
        const glass = new Glass();
        const panel = new TestPanel(size, language);
        glass.watch();
        try {
          panel.start();
          panel.clock.wallOffset = longestDate - panel.clock.steady();
          const faults = new Map<string, string>();
          for (const [name, view] of everyView()) {
            panel.screens.show(view);
            panel.lvgl.renderNow();
            for (const fault of inspect(glass, panel)) if (!faults.has(fault)) faults.set(fault, name);
          }
          assert.equal([...faults].map(([fault, name]) => `${fault} (${name})`).join('\n'), '');
        } finally {
          glass.release();
          panel.stop();
        }
      });
    }
  }

  it('is readable from two metres', () => {
    for (const { width, height } of sizes) {
      const { font, button, smallButton, stackedButton } = createTheme(width, height);
      assert.ok(font.title >= 40 && font.button >= 24);
      assert.ok(Math.min(button, smallButton, stackedButton) >= smallestButton);
    }
  });
});

/** The box with some air around it. */
function grown({ x1, y1, x2, y2 }: Box, px: number): Box {
  return { x1: x1 - px, y1: y1 - px, x2: x2 + px, y2: y2 + px };
}

function inspect(glass: Glass, panel: TestPanel): string[] {
  const faults: string[] = [];
  const display: Box = { x1: 0, y1: 0, x2: panel.size.width - 1, y2: panel.size.height - 1 };
  const labels = glass.labels(panel.lvgl);
  const buttons = glass.buttons();
  if (labels.length === 0) faults.push('nothing to read');
  for (const [i, label] of labels.entries()) {
    const width = label.box.x2 - label.box.x1 + 1;
    const height = label.box.y2 - label.box.y1 + 1;
    if (label.wants.width > width) faults.push(`"${label.text}" wants ${label.wants.width} px, has ${width}`);
    if (label.wants.height > height)
      faults.push(`"${label.text}" wants ${label.wants.height} px of height, has ${height}`);
    if (!within(label.box, display)) faults.push(`"${label.text}" leaves the display`);
    if (!within(label.box, label.parent)) faults.push(`"${label.text}" is cut by what it stands in`);
    for (const other of labels.slice(i + 1)) {
      if (overlap(label.box, other.box)) faults.push(`"${label.text}" overlaps "${other.text}"`);
    }
    for (const button of buttons) {
      if (!label.ancestors.has(button.object) && overlap(grown(label.box, 4), button.box))
        faults.push(`"${label.text}" is under a button`);
    }
  }
  for (const [i, { box }] of buttons.entries()) {
    const [width, height] = [box.x2 - box.x1 + 1, box.y2 - box.y1 + 1];
    if (width < smallestButton || height < smallestButton) faults.push(`a button of ${width}x${height} px`);
    if (!within(box, display)) faults.push('a button leaves the display');
    if (buttons.slice(i + 1).some((other) => overlap(box, other.box))) faults.push('two buttons overlap');
  }
  return faults;
}
