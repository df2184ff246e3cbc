// The sleeping screen: black, with a clock dim enough for a bedroom's corridor. The first touch only wakes it.
import { Align, LabelLongMode, TextAlign, sizeContent } from '../../../hw/lvgl/index.js';
import { line, lineHeight, page, type Kit } from './kit.js';
import type { Widget } from './widget.js';
import type { AsleepPresentation } from './presentation.js';
import { colours } from './theme.js';

/** Black, with a dim clock and at most one line. */
export class AsleepScreen {
  readonly #root: Widget<'obj'>;
  readonly #clock: Widget<'label'>;
  readonly #hint: Widget<'label'>;

  constructor(kit: Kit) {
    const { theme, fonts } = kit;
    this.#root = page(kit, { bg_color: colours.black, bg_opa: 255, flag_clickable: true, flag_hidden: true });
    const height = lineHeight(theme.font.clock);
    this.#clock = line(this.#root.obj, fonts.clock, theme.font.clock, {
      x: 0,
      y: Math.floor((theme.height - height) / 2),
      width: theme.width,
      text_align: TextAlign.center,
      text_color: colours.textDim,
    });
    this.#hint = line(this.#root.obj, fonts.text, theme.font.text, {
      align: Align.bottomMid,
      y: -theme.margin,
      width: theme.width - 2 * theme.margin,
      height: sizeContent,
      long_mode: LabelLongMode.wrap,
      text_align: TextAlign.center,
      text_color: colours.hintDim,
    });
    this.#root.obj.on('pressed', () => kit.onIntent({ type: 'intent', intent: 'wake' }));
  }

  show(presentation: AsleepPresentation | null): void {
    this.#root.visible = presentation !== null;
    if (!presentation) return;
    this.#clock.set({ text: presentation.clock });
    this.#hint.set({ text: presentation.hint ?? '' });
  }
}
