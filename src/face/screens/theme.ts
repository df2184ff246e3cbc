// Colours and sizes of every screen. One dark theme: it is easy on the eyes at night and lets the picture shine.
import type { ButtonRole, Tone } from './presentation.js';

/** 0xRRGGBB */
export type Colour = number;

export const colours = {
  background: 0x0b1220,
  backgroundTop: 0x16233c,
  surface: 0x1e2b47,
  surfaceEdge: 0x33435f,
  text: 0xffffff,
  textSoft: 0xc3cfe2,
  /** On black, for a dark room. */
  textDim: 0x6e778b,
  hintDim: 0xa07a2c,
  black: 0x000000,
} as const;

/** Text and icons by how serious they are; on the background and on scrims. */
export const tones: Record<Tone, Colour> = {
  plain: colours.textSoft,
  good: 0x5ce08f,
  accent: 0x9cc2ff,
  warning: 0xffc857,
  bad: 0xff9b9b,
};

/** Buttons by role: the face, the face while a finger is on it, what is written on it, its icon where that differs. */
export const roles: Record<ButtonRole, { face: Colour; pressed: Colour; ink: Colour; icon?: Colour }> = {
  accept: { face: 0x15803d, pressed: 0x0d5a2a, ink: 0xffffff },
  refuse: { face: 0xc8232f, pressed: 0x8e161f, ink: 0xffffff },
  primary: { face: 0x2563eb, pressed: 0x173f9b, ink: 0xffffff },
  neutral: { face: 0x2a3a57, pressed: 0x46597c, ink: 0xffffff },
  active: { face: 0xffffff, pressed: 0xb9c3d4, ink: 0x101a2e },
  missed: { face: 0x22304a, pressed: 0x3a4c6e, ink: 0xffffff, icon: 0xffc857 },
  failed: { face: 0xa8480a, pressed: 0x743105, ink: 0xffffff },
};

/** All lengths in px of the display. */
export interface Theme {
  width: number;
  height: number;
  portrait: boolean;
  margin: number;
  gap: number;
  radius: number;
  /** Heights of buttons, never under 80: of the row of actions, of those with the icon above the text, of others. */
  button: number;
  stackedButton: number;
  smallButton: number;
  silenceWidth: number;
  /** Height of a notice: two lines, in portrait three. */
  notice: number;
  /** Font sizes. */
  font: {
    clock: number;
    clockBeside: number;
    title: number;
    heading: number;
    button: number;
    text: number;
    small: number;
  };
  icon: { small: number; button: number; large: number };
}

/** The theme for a display of `width` x `height` px: drawn for 800x480 and 480x800, larger displays get it larger. */
export function createTheme(width: number, height: number): Theme {
  const [long, short] = [Math.max(width, height), Math.min(width, height)];
  const scale = Math.min(2.5, Math.max(1, Math.min(long / 800, short / 480)));
  const px = (v: number): number => Math.round(v * scale);
  return {
    width,
    height,
    portrait: height > width,
    margin: px(24),
    gap: px(16),
    radius: px(22),
    button: px(96),
    stackedButton: px(118),
    smallButton: px(80),
    silenceWidth: px(210),
    notice: px(height > width ? 128 : 96),
    font: {
      clock: px(height > width ? 144 : 168),
      clockBeside: px(120),
      title: px(44),
      heading: px(30),
      button: px(27),
      text: px(26),
      small: px(21),
    },
    icon: { small: px(30), button: px(36), large: px(60) },
  };
}
