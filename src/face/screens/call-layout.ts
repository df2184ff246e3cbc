// Where the buttons of a call stand: pure arithmetic on the display's size.
import type { Rect } from './kit.js';
import type { CallPresentation } from './presentation.js';
import type { Theme } from './theme.js';

export interface CallLayout {
  /** By the button's id. `stacked`: the icon stands above the text, not beside it. */
  buttons: Map<string, Rect & { stacked: boolean }>;
  /** y of the highest button of the lower rows, px. */
  top: number;
}

/** Places all buttons of a call screen. */
export function layoutCall(theme: Theme, call: CallPresentation): CallLayout {
  const { width, height, margin, gap, portrait } = theme;
  const main = call.main.map((button) => button.id);
  const locks = call.locks.map((button) => button.id);
  const buttons: CallLayout['buttons'] = new Map();
  const rows: string[][] = [];
  if (portrait) {
    rows.push(main);
    for (let i = locks.length; i > 0; i -= 2) rows.push(locks.slice(Math.max(0, i - 2), i));
    if (call.silence) rows.push([call.silence.id]);
  } else if (locks.length <= 2) {
    rows.push([...main.slice(0, 1), ...locks, ...main.slice(1)]);
  } else {
    rows.push(main, locks);
  }
  let top = height - margin + gap;
  for (const row of rows.filter((ids) => ids.length > 0)) {
    const columns = portrait ? row.length : Math.max(row.length, 2);
    const inner = width - 2 * margin;
    const w = Math.floor((inner - (columns - 1) * gap) / columns);
    // names of locks are what people chose: they get the whole width
    const stacked = w < 2.3 * theme.button || (row === locks && row.length > 1);
    const h = stacked ? theme.stackedButton : theme.button;
    top -= gap + h;
    const used = row.length * w + (row.length - 1) * gap;
    const left = Math.floor((width - used) / 2);
    row.forEach((id, i) => buttons.set(id, { x: left + i * (w + gap), y: top, w, h, stacked }));
  }
  if (call.silence && !portrait) {
    const w = theme.silenceWidth;
    const h = theme.smallButton;
    buttons.set(call.silence.id, { x: width - margin - w, y: gap, w, h, stacked: false });
  }
  return { buttons, top };
}
