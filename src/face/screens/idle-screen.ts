// The idle screen: what time it is, whether the intercom works, and whether anybody called.
import { GradDir, TextAlign } from '../../../hw/lvgl/index.js';
import { ActionButton } from './action-button.js';
import { line, lineHeight, page, type Kit, type Rect } from './kit.js';
import { NoticeCard } from './notice-card.js';
import type { Widget } from './widget.js';
import type { IdlePresentation } from './presentation.js';
import { StatusLine } from './status-line.js';
import { colours, type Theme } from './theme.js';
import { TroubleCard, troubleHeight } from './trouble-card.js';

/** Clock, date, missed calls, and at the foot the state of the line or the latest news. */
export class IdleScreen {
  readonly #kit: Kit;
  readonly #root: Widget<'obj'>;
  readonly #clock: Widget<'label'>;
  readonly #date: Widget<'label'>;
  readonly #missed: ActionButton;
  readonly #status: StatusLine;
  readonly #trouble: TroubleCard;
  readonly #notice: NoticeCard;

  constructor(kit: Kit) {
    this.#kit = kit;
    const { theme, fonts } = kit;
    const { width, height, margin } = theme;
    this.#root = page(kit, {
      bg_color: colours.backgroundTop,
      bg_grad_color: colours.background,
      bg_grad_dir: GradDir.ver,
      bg_opa: 255,
      flag_clickable: true,
      flag_hidden: true,
    });
    this.#root.obj.on('pressed', () => kit.onIntent({ type: 'intent', intent: 'wake' }));
    const centred = { text_align: TextAlign.center };
    this.#clock = line(this.#root.obj, fonts.clock, theme.font.clock, centred);
    this.#date = line(this.#root.obj, fonts.heading, theme.font.heading, {
      ...centred,
      text_color: colours.textSoft,
    });
    this.#missed = new ActionButton(kit, this.#root.obj);
    const inner = width - 2 * margin;
    const foot = (h: number): Rect => ({ x: margin, y: height - margin - h, w: inner, h });
    this.#status = new StatusLine(kit, this.#root.obj, foot(lineHeight(theme.font.text)));
    this.#trouble = new TroubleCard(kit, this.#root.obj, troublePlace(theme));
    this.#notice = new NoticeCard(kit, this.#root.obj);
  }

  /** Draws the screen; null hides it. */
  show(idle: IdlePresentation | null): void {
    this.#root.visible = idle !== null;
    if (!idle) {
      for (const part of [this.#missed, this.#trouble, this.#notice]) part.show(null);
      return;
    }
    const { foot } = idle;
    this.#placeClock(idle);
    this.#clock.set({ text: idle.clock });
    this.#date.set({ text: idle.date });
    this.#status.show(foot.kind === 'status' ? foot : null);
    this.#trouble.show(foot.kind === 'trouble' ? foot : null);
    const { width, height, margin, notice } = this.#kit.theme;
    this.#notice.show(foot.kind === 'notice' ? foot.notice : null, {
      x: margin,
      y: height - margin - notice,
      w: width - 2 * margin,
    });
  }

  /** The clock, the date and the missed calls, in the middle of what the foot or the card leaves free. */
  #placeClock({ foot, missed }: IdlePresentation): void {
    const { theme, fonts } = this.#kit;
    const { width, height, margin } = theme;
    const card = foot.kind === 'trouble' ? troublePlace(theme) : null;
    const beside = card !== null && !theme.portrait;
    const bottom =
      card && !beside
        ? card.y
        : height - margin - (foot.kind === 'notice' ? theme.notice : lineHeight(theme.font.text));
    const area: Rect = beside
      ? { x: margin, y: margin, w: card.x - 2 * margin, h: height - 2 * margin }
      : { x: margin, y: margin, w: width - 2 * margin, h: bottom - margin };
    const size = beside ? theme.font.clockBeside : theme.font.clock;
    const clockHeight = lineHeight(size);
    const dateHeight = lineHeight(beside ? theme.font.text : theme.font.heading);
    const pill = theme.smallButton;
    const used = clockHeight + dateHeight + (missed ? margin + pill : 0);
    const top = area.y + Math.floor((area.h - used) / 2);
    this.#clock.set({
      text_font: beside ? fonts.clockBeside : fonts.clock,
      x: area.x,
      y: top,
      width: area.w,
      height: clockHeight,
    });
    this.#date.set({
      text_font: beside ? fonts.text : fonts.heading,
      x: area.x,
      y: top + clockHeight,
      width: area.w,
      height: dateHeight,
    });
    const w = Math.min(area.w, 5 * theme.button);
    this.#missed.show(missed, {
      x: area.x + Math.floor((area.w - w) / 2),
      y: top + clockHeight + dateHeight + margin,
      w,
      h: pill,
      stacked: false,
      wrap: beside,
    });
  }
}

/** Right of the clock; in portrait under it. */
function troublePlace(theme: Theme): Rect {
  const { width, height, margin } = theme;
  if (theme.portrait) {
    const h = troubleHeight(theme);
    return { x: margin, y: height - margin - h, w: width - 2 * margin, h };
  }
  const w = Math.floor((width - 3 * margin) / 2);
  return { x: width - margin - w, y: margin, w, h: height - 2 * margin };
}
