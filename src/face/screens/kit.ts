// What every screen is built with, and the few shapes that they share.
import { LabelLongMode, type Font, type Lvgl, type Obj } from '../../../hw/lvgl/index.js';
import type { Intent } from '../../panel/ports.js';
import type { Clock } from '../../system/clock.js';
import type { Fonts } from './fonts.js';
import type { IconName } from './icons.js';
import { Widget } from './widget.js';
import { colours, type Theme } from './theme.js';

export interface Kit {
  lvgl: Lvgl;
  clock: Clock;
  theme: Theme;
  fonts: Fonts;
  icons: Record<IconName, string>;
  onIntent: (intent: Intent) => void;
}

/** px, relative to the parent. */
export interface Rect {
  x: number;
  y: number;
  w: number;
  h: number;
}

/** Height of one line of Inter, px: its ascender and descender make 1.21 of the size. */
export const lineHeight = (fontSize: number): number => Math.ceil(fontSize * 1.21);

/** A container that fills the display. */
export function page(kit: Kit, props: Parameters<Obj['box']>[0]): Widget<'obj'> {
  const { width, height } = kit.theme;
  return new Widget(kit.lvgl.screen.box({ x: 0, y: 0, w: width, h: height, ...props }));
}

/** A label of one line that ends in dots where its text is too long. */
export function line(
  parent: Obj,
  font: Font,
  size: number,
  props: Parameters<Obj<'label'>['set']>[0] = {},
): Widget<'label'> {
  return new Widget(
    parent.add('label', {
      text: '',
      text_font: font,
      text_color: colours.text,
      long_mode: LabelLongMode.dots,
      height: lineHeight(size),
      ...props,
    }),
  );
}
