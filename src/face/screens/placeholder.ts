// Stands where the picture will be: rings around an icon, and a line that says what to expect.
import { FlexAlign, FlexFlow, Layout, sizeContent, type Obj } from '../../../hw/lvgl/index.js';
import { line, lineHeight, type Kit, type Rect } from './kit.js';
import type { CallPresentation } from './presentation.js';
import { colours } from './theme.js';
import { Widget } from './widget.js';

/** Width of the ring around the disc, of the disc's size. */
const RING = 1 / 9;

/** An icon in a disc, and a line beneath or beside it. */
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
    const { theme, icons, fonts } = this.#kit;
    const { gap, button, portrait } = theme;
    // beside the text where the buttons leave too little height to stand above it
    const beside = !portrait && area.h < 1.7 * button;
    const room = area.h - (beside ? 0 : gap + lineHeight(theme.font.text));
    const size = Math.round(Math.min(1.3 * button, room / (1 + 2 * RING)));
    const ring = Math.round(size * RING);
    const small = size < 1.5 * theme.icon.large;
    this.#root.set({
      x: area.x,
      y: area.y,
      width: area.w,
      height: area.h,
      flex_flow: beside ? FlexFlow.row : FlexFlow.column,
      pad_row: ring + gap,
      pad_column: ring + gap,
    });
    this.#disc.set({ width: size, height: size, radius: size, outline_width: ring, outline_pad: 0 });
    this.#icon.set({ text: icons[face.icon], text_font: small ? fonts.icon.button : fonts.icon.large });
    this.#text.set({ text: face.text });
  }
}
