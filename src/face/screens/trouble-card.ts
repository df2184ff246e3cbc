// The line is down or refused: what is wrong, what a person can do, and a button to try again.
import { LabelLongMode, type Obj } from '../../../hw/lvgl/index.js';
import { ActionButton } from './action-button.js';
import { lineHeight, type Kit, type Rect } from './kit.js';
import { Widget } from './widget.js';
import type { TroubleFace } from './presentation.js';
import { colours, tones } from './theme.js';

/** A card with an icon, a title, advice, and "Try again". */
export class TroubleCard {
  readonly #kit: Kit;
  readonly #place: Rect;
  readonly #root: Widget<'obj'>;
  readonly #icon: Widget<'label'>;
  readonly #title: Widget<'label'>;
  readonly #advice: Widget<'label'>;
  readonly #retry: ActionButton;

  constructor(kit: Kit, parent: Obj, place: Rect) {
    this.#kit = kit;
    this.#place = place;
    const { theme, fonts } = kit;
    const pad = padding(theme);
    const width = place.w - 2 * pad;
    this.#root = new Widget(
      parent.box({
        x: place.x,
        y: place.y,
        width: place.w,
        height: place.h,
        radius: theme.radius,
        bg_color: colours.surface,
        bg_opa: 255,
        flag_hidden: true,
      }),
    );
    const wrapped = { x: pad, width, long_mode: LabelLongMode.wrap, text: '' };
    this.#icon = new Widget(
      this.#root.obj.add('label', { x: pad, y: pad, text_font: fonts.icon.large, text: '' }),
    );
    const titleY = pad + theme.icon.large + theme.gap;
    this.#title = new Widget(
      this.#root.obj.add('label', {
        ...wrapped,
        y: titleY,
        text_font: fonts.heading,
        text_color: colours.text,
      }),
    );
    this.#advice = new Widget(
      this.#root.obj.add('label', { ...wrapped, text_font: fonts.text, text_color: colours.textSoft }),
    );
    this.#retry = new ActionButton(kit, this.#root.obj);
  }

  /** Draws the trouble; null hides the card. */
  show(trouble: TroubleFace | null): void {
    this.#root.visible = trouble !== null;
    if (!trouble) return this.#retry.show(null);
    const { theme, icons } = this.#kit;
    this.#icon.set({ text: icons[trouble.icon], text_color: tones[trouble.tone] });
    this.#title.set({ text: trouble.title });
    // the title takes one line or two: the advice follows it
    const title = this.#title.obj.coords();
    const card = this.#root.obj.coords();
    this.#advice.set({ text: trouble.advice, y: title.y2 - card.y1 + Math.round(theme.gap / 2) });
    const inset = padding(theme);
    this.#retry.show(trouble.retry, {
      x: inset,
      y: this.#place.h - inset - theme.smallButton,
      w: this.#place.w - 2 * inset,
      h: theme.smallButton,
      stacked: false,
    });
  }
}

/** Height of the card where it shares a portrait display with the clock, px: two lines of title, three of advice. */
export function troubleHeight({ margin, gap, icon, font, smallButton }: Kit['theme']): number {
  const texts = 2 * lineHeight(font.heading) + 3 * lineHeight(font.text) + Math.round(gap / 2);
  return margin + Math.ceil(icon.large * 1.1) + gap + texts + gap + smallButton + margin;
}

const padding = ({ gap }: Kit['theme']): number => Math.round(gap * 1.2);
