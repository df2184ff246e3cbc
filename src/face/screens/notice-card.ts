// A few words that stay for seconds: door sent, call ended, somebody else called. A touch puts them away.
import { FlexAlign, FlexFlow, LabelLongMode, Layout, sizeContent, type Obj } from '../../../hw/lvgl/index.js';
import { line, type Kit, type Rect } from './kit.js';
import { Widget } from './widget.js';
import type { NoticeFace } from './presentation.js';
import { colours, tones } from './theme.js';

/** A card of two lines with an icon. */
export class NoticeCard {
  readonly #kit: Kit;
  readonly #root: Widget<'obj'>;
  readonly #icon: Widget<'label'>;
  readonly #column: Widget<'obj'>;
  readonly #title: Widget<'label'>;
  readonly #detail: Widget<'label'>;
  readonly #textX: number;
  #armed = false;

  constructor(kit: Kit, parent: Obj) {
    this.#kit = kit;
    const { theme, fonts } = kit;
    const pad = theme.margin;
    this.#textX = pad + theme.icon.button + theme.gap;
    this.#root = new Widget(
      parent.box({
        height: theme.notice,
        radius: theme.radius,
        bg_color: colours.surface,
        bg_opa: 255,
        flag_clickable: true,
        flag_hidden: true,
      }),
    );
    this.#icon = new Widget(
      this.#root.obj.add('label', {
        text_font: fonts.icon.button,
        long_mode: LabelLongMode.clip,
        x: pad,
        y: Math.floor((theme.notice - theme.icon.button) / 2),
      }),
    );
    this.#column = new Widget(
      this.#root.obj.box({
        x: this.#textX,
        height: theme.notice,
        layout: Layout.flex,
        flex_flow: FlexFlow.column,
        flex_main_place: FlexAlign.center,
      }),
    );
    this.#title = line(this.#column.obj, fonts.button, theme.font.button, {
      ...(theme.portrait ? { long_mode: LabelLongMode.wrap, height: sizeContent } : {}),
    });
    this.#detail = line(this.#column.obj, fonts.text, theme.font.text, { text_color: colours.textSoft });
    this.#root.obj.on('pressed', () => (this.#armed = true));
    this.#root.obj.on('clicked', () => {
      if (this.#armed) kit.onIntent({ type: 'intent', intent: 'dismiss' });
    });
  }

  /** Draws the notice, `theme.notice` px high; null hides the card. */
  show(notice: NoticeFace | null, place?: Pick<Rect, 'x' | 'y' | 'w'>): void {
    this.#root.visible = notice !== null;
    // a finger that came down on another notice, or before it, does not put this one away
    if (!notice) this.#armed = false;
    if (!notice || !place) return;
    const width = place.w - this.#textX - this.#kit.theme.margin;
    this.#root.set({ x: place.x, y: place.y, width: place.w });
    for (const part of [this.#column, this.#title, this.#detail]) part.set({ width });
    this.#icon.set({ text: this.#kit.icons[notice.icon], text_color: tones[notice.tone] });
    this.#title.set({ text: notice.title });
    this.#detail.set({ text: notice.detail ?? '' });
  }
}
