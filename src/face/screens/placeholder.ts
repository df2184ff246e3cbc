// Stands where the picture will be: rings around an icon, and a line that says what to expect.
import { FlexAlign, FlexFlow, Layout, sizeContent, type Obj } from '../../../hw/lvgl/index.js';
import { line, type Kit, type Rect } from './kit.js';
import type { CallPresentation } from './presentation.js';
import { colours } from './theme.js';
import { Widget } from './widget.js';

export class Placeholder {
  readonly #kit: Kit;
  readonly #root: Widget<'obj'>;
  readonly #disc: Widget<'obj'>;
  readonly #icon: Widget<'label'>;
  readonly #text: Widget<'label'>;

  constructor(kit: Kit, parent: Obj) {
    this.#kit = kit;
    const { theme, fonts } = kit;
    const centred = {
      layout: Layout.flex,
      flex_main_place: FlexAlign.center,
      flex_cross_place: FlexAlign.center,
      flex_track_place: FlexAlign.center,
    };
    this.#root = new Widget(
      parent.box({ ...centred, pad_row: theme.gap, pad_column: theme.margin, flag_hidden: true }),
    );
    this.#disc = new Widget(
      this.#root.obj.box({
        ...centred,
        bg_color: colours.surface,
        bg_opa: 255,
        border_color: colours.surfaceEdge,
        border_width: 2,
        outline_color: colours.surface,
        outline_opa: 110,
      }),
    );
    this.#icon = new Widget(
      this.#disc.obj.add('label', {
        text: '',
        text_font: fonts.icon.large,
        text_color: colours.textSoft,
      }),
    );
    this.#text = line(this.#root.obj, fonts.text, theme.font.text, {
      width: sizeContent,
      text_color: colours.textSoft,
    });
  }

  /** Draws it into `area`; null hides it. */
  show(face: CallPresentation['placeholder'] | null, area: Rect): void {
    this.#root.visible = face !== null;
    if (!face) return;
    const { theme, icons } = this.#kit;
    const low = area.h < 2 * theme.button;
    const size = Math.round(Math.min(theme.button * 1.3, area.h * (low ? 0.78 : 0.54)));
    const ring = Math.round(size / 9);
    this.#root.set({
      x: area.x,
      y: area.y,
      width: area.w,
      height: area.h,
      flex_flow: low ? FlexFlow.row : FlexFlow.column,
      pad_row: ring + theme.gap,
      pad_column: ring + theme.gap,
    });
    this.#disc.set({ width: size, height: size, radius: size, outline_width: ring, outline_pad: 0 });
    this.#icon.set({ text: icons[face.icon] });
    this.#text.set({ text: face.text });
  }
}
