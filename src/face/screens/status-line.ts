// One quiet line with a coloured dot: the intercom is connected, or on its way.
import { FlexAlign, FlexFlow, Layout, sizeContent, type Obj } from '../../../hw/lvgl/index.js';
import { line, type Kit, type Rect } from './kit.js';
import { Widget } from './widget.js';
import type { Tone } from './presentation.js';
import { colours, tones } from './theme.js';

/** A dot and a line of text, in the middle of its place. */
export class StatusLine {
  readonly #root: Widget<'obj'>;
  readonly #dot: Widget<'obj'>;
  readonly #text: Widget<'label'>;

  constructor(kit: Kit, parent: Obj, place: Rect) {
    const { theme, fonts } = kit;
    this.#root = new Widget(
      parent.box({
        x: place.x,
        y: place.y,
        width: place.w,
        height: place.h,
        layout: Layout.flex,
        flex_flow: FlexFlow.row,
        flex_main_place: FlexAlign.center,
        flex_cross_place: FlexAlign.center,
        pad_column: Math.round(theme.gap * 0.75),
      }),
    );
    const size = Math.round(theme.gap * 0.875);
    this.#dot = new Widget(this.#root.obj.box({ width: size, height: size, radius: size, bg_opa: 255 }));
    this.#text = line(this.#root.obj, fonts.text, theme.font.text, {
      width: sizeContent,
      text_color: colours.textSoft,
    });
  }

  /** Draws the line; null hides it. */
  show(status: { tone: Tone; text: string } | null): void {
    this.#root.visible = status !== null;
    if (!status) return;
    this.#dot.set({ bg_color: tones[status.tone] });
    this.#text.set({ text: status.text });
  }
}
