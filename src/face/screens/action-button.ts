// A button with an icon, a word and, where something is going on, a second line that says what.
import {
  FlexAlign,
  FlexFlow,
  LabelLongMode,
  Layout,
  State,
  sizeContent,
  type Obj,
} from '../../../hw/lvgl/index.js';
import { line, lineHeight, type Kit, type Rect } from './kit.js';
import { Widget } from './widget.js';
import type { ButtonFace } from './presentation.js';
import { roles } from './theme.js';

/** A second press of a lock within this time is the same press: fingers bounce, impatient people press twice. ms */
const SAME_PRESS_MS = 700;

/** Where a button stands, and how its words stand in it. */
export interface Place extends Rect {
  /** The icon above the text, not beside it. */
  stacked: boolean;
  /** The text may take two lines. */
  wrap?: boolean;
}

/** One button; what it says and means follows the view, so it lives as long as the screen. */
export class ActionButton {
  readonly #kit: Kit;
  readonly #root: Widget<'obj'>;
  readonly #icon: Widget<'label'>;
  readonly #column: Widget<'obj'>;
  readonly #text: Widget<'label'>;
  readonly #detail: Widget<'label'>;
  #face: ButtonFace | null = null;
  /** The finger came down on the button as it stands now: it has not been away since. */
  #armed = false;
  #pressedAt = -Infinity;

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
      parent.box({ ...centred, radius: theme.radius, bg_opa: 255, flag_clickable: true, flag_hidden: true }),
    );
    this.#icon = new Widget(this.#root.obj.add('label', { text_font: fonts.icon.button }));
    this.#column = new Widget(
      this.#root.obj.box({ ...centred, flex_flow: FlexFlow.column, width: sizeContent, height: sizeContent }),
    );
    this.#text = line(this.#column.obj, fonts.button, theme.font.button);
    this.#detail = line(this.#column.obj, fonts.small, theme.font.small);
    this.#root.obj.on('pressed', () => (this.#armed = true));
    this.#root.obj.on('clicked', (event) => this.#clicked(event));
  }

  /** Draws the button; null hides it. */
  show(face: ButtonFace | null, place?: Place): void {
    this.#face = face;
    this.#root.visible = face !== null;
    if (!face) this.#armed = false;
    if (!face || !place) return;
    const { theme, icons, fonts } = this.#kit;
    const { face: background, pressed, ink, icon = ink } = roles[face.role];
    const pad = Math.round(theme.gap * 0.7);
    this.#root.set({
      x: place.x,
      y: place.y,
      width: place.w,
      height: place.h,
      flex_flow: place.stacked ? FlexFlow.column : FlexFlow.row,
      pad_column: pad,
      pad_row: Math.round(theme.gap / 4),
      bg_color: face.intent ? background : pressed,
    });
    this.#root.set({ bg_color: pressed }, State.pressed);
    const room = place.w - 2 * pad - (place.stacked || !face.icon ? 0 : theme.icon.button + pad);
    this.#icon.visible = face.icon !== null;
    if (face.icon) {
      const { small, button } = fonts.icon;
      this.#icon.set({ text: icons[face.icon], text_color: icon, text_font: place.stacked ? small : button });
    }
    this.#text.set({
      text: face.text,
      text_color: ink,
      max_width: room,
      long_mode: place.wrap ? LabelLongMode.wrap : LabelLongMode.dots,
      height: place.wrap ? sizeContent : lineHeight(theme.font.button),
    });
    this.#detail.visible = face.detail !== null;
    this.#detail.set({ text: face.detail ?? '', text_color: ink, max_width: room });
  }

  /** What it shows now; null while hidden. */
  get face(): ButtonFace | null {
    return this.#face;
  }

  /** Its middle on the display, px. */
  get centre(): { x: number; y: number } {
    const { x1, y1, x2, y2 } = this.#root.obj.coords();
    return { x: Math.round((x1 + x2) / 2), y: Math.round((y1 + y2) / 2) };
  }

  #clicked({ x, y }: { x: number; y: number }): void {
    // the view may have changed under the finger, or the finger may have slid off: neither is a press
    const { x1, y1, x2, y2 } = this.#root.obj.coords();
    const intent = this.#face?.intent;
    if (!intent || !this.#armed || x < x1 || x > x2 || y < y1 || y > y2) return;
    const now = this.#kit.clock.steady();
    if (intent.intent === 'open' && now - this.#pressedAt < SAME_PRESS_MS) return;
    this.#pressedAt = now;
    this.#kit.onIntent(intent);
  }
}
