// The fonts of every screen: Inter for text, lucide for icons, each only in the sizes that are used.
import { createRequire } from 'node:module';
import type { Font, Lvgl } from '../../../hw/lvgl/index.js';
import { iconFontPath } from './icons.js';
import type { Theme } from './theme.js';

const packages = createRequire(import.meta.url);
const inter = (file: string): string => packages.resolve(`@expo-google-fonts/inter/${file}`);

/** Paths of the text fonts. */
export const textFontPaths = {
  regular: inter('400Regular/Inter_400Regular.ttf'),
  semiBold: inter('600SemiBold/Inter_600SemiBold.ttf'),
} as const;

export interface Fonts {
  clock: Font;
  /** For a clock that shares its width with a card. */
  clockBeside: Font;
  title: Font;
  /** Dates and the titles of cards. */
  heading: Font;
  button: Font;
  text: Font;
  small: Font;
  icon: { small: Font; button: Font; large: Font };
}

/** Loads the fonts in the theme's sizes. @throws what `Lvgl.createFont` throws */
export function loadFonts(lvgl: Lvgl, { font, icon }: Theme): Fonts {
  const { regular, semiBold } = textFontPaths;
  return {
    clock: lvgl.createFont(semiBold, font.clock),
    clockBeside: lvgl.createFont(semiBold, font.clockBeside),
    title: lvgl.createFont(semiBold, font.title),
    heading: lvgl.createFont(semiBold, font.heading),
    button: lvgl.createFont(semiBold, font.button),
    text: lvgl.createFont(regular, font.text),
    small: lvgl.createFont(regular, font.small),
    icon: {
      small: lvgl.createFont(iconFontPath, icon.small),
      button: lvgl.createFont(iconFontPath, icon.button),
      large: lvgl.createFont(iconFontPath, icon.large),
    },
  };
}
