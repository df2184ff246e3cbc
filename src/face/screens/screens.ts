// The screens of the panel: shows a view, tells what a person touched. Owns every LVGL object and one timer.
import type { Lvgl } from '../../../hw/lvgl/index.js';
import type { Intent } from '../../panel/ports.js';
import type { View } from '../../panel/view.js';
import type { Clock, Timer } from '../../system/clock.js';
import { languages, type Language } from '../i18n/index.js';
import { AsleepScreen } from './asleep-screen.js';
import { CallScreen } from './call-screen.js';
import { loadFonts } from './fonts.js';
import { loadIcons } from './icons.js';
import { IdleScreen } from './idle-screen.js';
import type { Kit } from './kit.js';
import { present } from './present.js';
import type { ButtonAction } from './presentation.js';
import { createTheme } from './theme.js';

const SECOND = 1000;
const MINUTE = 60 * SECOND;

export interface ScreensOptions {
  /** Started before `start()`, stopped after `stop()`. */
  lvgl: Lvgl;
  language: Language;
  /** A person touched something that means something. */
  onIntent: (intent: Intent) => void;
  clock: Clock;
}

/**
 * Everything a person sees and touches, on one LVGL display.
 *
 *     const screens = new Screens({ lvgl, language: 'ru', onIntent: (intent) => send(intent), clock: systemClock });
 *     screens.start();
 *     screens.show(view);
 */
export class Screens {
  readonly #options: ScreensOptions;
  #built: { asleep: AsleepScreen; idle: IdleScreen; call: CallScreen } | null = null;
  #view: View | null = null;
  #timer: Timer | null = null;

  constructor(options: ScreensOptions) {
    this.#options = options;
  }

  /**
   * Loads fonts and builds the screens, all hidden; `show` fills them.
   * @throws KalitkaError `FACE_NO_ICON`, and what LVGL throws for a font that is missing
   */
  start(): void {
    if (this.#built) return;
    const { lvgl, clock } = this.#options;
    const theme = createTheme(lvgl.width, lvgl.height);
    const kit: Kit = {
      lvgl,
      clock,
      theme,
      fonts: loadFonts(lvgl, theme),
      icons: loadIcons(),
      onIntent: (intent) => this.#options.onIntent(intent),
    };
    lvgl.screen.set({ bg_color: 0x000000, bg_opa: 255, flag_scrollable: false });
    this.#built = { asleep: new AsleepScreen(kit), idle: new IdleScreen(kit), call: new CallScreen(kit) };
  }

  /** Draws the view; what has not changed is not drawn again. Ignored while not started. */
  show(view: View): void {
    const before = this.#view?.call?.id;
    this.#view = view;
    // neither the picture of one call nor a finger on it may pass to another
    if (before !== view.call?.id) this.#built?.call.show(null);
    this.#draw();
  }

  /**
   * Shows one picture of the call at once, centred: BGRx, rows without padding, best of the display's size.
   * The buffer may be reused after the return.
   * @returns whether it is on the glass now: without a call there is no place for it
   */
  videoFrame(frame: Uint8Array, width: number, height: number): boolean {
    if (!this.#built?.call.videoFrame(frame, width, height)) return false;
    this.#options.lvgl.renderNow();
    return true;
  }

  /** Takes the picture away: the call's placeholder comes back. */
  clearVideo(): void {
    this.#built?.call.clearVideo();
  }

  /**
   * Touches the button with this action in its middle, as a finger would.
   * @returns false where the present screen has no such button that can be pressed now
   */
  touchAction(action: ButtonAction): boolean {
    const button = this.#built?.call.find(action);
    if (!button) return false;
    const { x, y } = button.centre;
    this.#options.lvgl.touch(x, y, true);
    this.#options.lvgl.touch(x, y, false);
    return true;
  }

  /** Removes everything from the display; idempotent. */
  stop(): void {
    this.#timer?.cancel();
    this.#timer = null;
    this.#view = null;
    if (!this.#built) return;
    this.#built = null;
    this.#options.lvgl.screen.clean();
  }

  #draw(): void {
    if (!this.#built || !this.#view) return;
    const { clock, language } = this.#options;
    const now = { wall: clock.wall(), steady: clock.steady() };
    const presentation = present(this.#view, languages[language], now);
    const { asleep, idle, call } = this.#built;
    asleep.show(presentation.screen === 'asleep' ? presentation : null);
    idle.show(presentation.screen === 'idle' ? presentation : null);
    call.show(presentation.screen === 'call' ? presentation : null);
    this.#timer?.cancel();
    const wait = untilNextChange(this.#view, now);
    this.#timer = wait === null ? null : clock.after(wait, () => this.#draw(), { weak: true });
  }
}

/** When a clock on the screen next shows something else, ms: the minute when idle, the second while talking. */
function untilNextChange({ call }: View, now: { wall: number; steady: number }): number | null {
  if (!call) return MINUTE - (now.wall % MINUTE);
  if (call.phase !== 'talking') return null;
  return SECOND - (Math.max(0, now.steady - call.since.steady) % SECOND);
}
