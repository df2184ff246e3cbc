// A few words that stay for seconds: door sent, call ended, somebody else called. A touch puts them away.
import { LabelLongMode, type Obj } from '../../../hw/lvgl/index.js';
import { line, lineHeight, type Kit, type Rect } from './kit.js';
import { Widget } from './widget.js';
import type { NoticeFace } from './presentation.js';
import { colours, tones } from './theme.js';

export class NoticeCard {
  readonly #kit: Kit;
  readonly #root: Widget<'obj'>;
  readonly #icon: Widget<'label'>;
  readonly #title: Widget<'label'>;
  readonly #detail: Widget<'label'>;

  /** @param place of the card; its height must fit two lines */
  constructor(kit: Kit, parent: Obj, place: Omit<Rect, 'y'>) {
    this.#kit = kit;
    const { theme, fonts } = kit;
    const pad = theme.margin;
    const textX = pad + theme.icon.button + theme.gap;
    const width = place.w - textX - pad;
    const titleHeight = lineHeight(theme.font.button);
    const detailHeight = lineHeight(theme.font.text);
    const titleY = Math.floor((place.h - titleHeight - detailHeight) / 2);
    this.#root = new Widget(
      parent.box({
        x: place.x,
        width: place.w,
        height: place.h,
        radius: theme.radius,
        bg_color: colours.surface,
        bg_opa: 255,
        border_width: 2,
        border_color: colours.surfaceEdge,
        flag_clickable: true,
        flag_hidden: true,
      }),
    );
    this.#icon = new Widget(
      this.#root.obj.add('label', {
        text_font: fonts.icon.button,
        long_mode: LabelLongMode.clip,
        x: pad,
        y: Math.floor((place.h - theme.icon.button) / 2),
      }),
    );
    this.#title = line(this.#root.obj, fonts.button, theme.font.button, { x: textX, y: titleY, width });
    this.#detail = line(this.#root.obj, fonts.text, theme.font.text, {
      x: textX,
      y: titleY + titleHeight,
      width,
      text_color: colours.textSoft,
    });
    this.#root.obj.on('clicked', () => {
      if (this.#root.visible) kit.onIntent({ type: 'intent', intent: 'dismiss' });
    });
  }

  /** Draws the notice with its upper edge at `y`; null hides the card. */
  show(notice: NoticeFace | null, y: number): void {
    this.#root.visible = notice !== null;
    if (!notice) return;
    this.#root.set({ y });
    this.#icon.set({ text: this.#kit.icons[notice.icon], text_color: tones[notice.tone] });
    this.#title.set({ text: notice.title });
    this.#detail.set({ text: notice.detail ?? '' });
  }
}
