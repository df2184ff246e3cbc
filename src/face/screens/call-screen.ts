// One screen for a whole call: the picture behind, who it is above, what can be done below.
import { Align, GradDir, type Obj } from '../../../hw/lvgl/index.js';
import { ActionButton } from './action-button.js';
import { layoutCall } from './call-layout.js';
import { line, lineHeight, page, type Kit } from './kit.js';
import { NoticeCard } from './notice-card.js';
import { Widget } from './widget.js';
import { Placeholder } from './placeholder.js';
import type { ButtonAction, ButtonFace, CallPresentation } from './presentation.js';
import { colours, tones } from './theme.js';

/**
 * How much of the picture the scrims take away where text stands, of 255. Chosen so that the softest tone keeps a
 * contrast of 4.5 on a white picture; a test holds that against the pixels.
 */
const SCRIM_OPA = 212;
/** Under the buttons, which are opaque: for the looks only. */
const FOOT_OPA = 170;

/** From the first ring to the end of the call. */
export class CallScreen {
  readonly #kit: Kit;
  readonly #root: Widget<'obj'>;
  readonly #image: Widget<'image'>;
  readonly #scrims: readonly [head: Widget<'obj'>, foot: Widget<'obj'>];
  readonly #placeholder: Placeholder;
  readonly #title: Widget<'label'>;
  readonly #icon: Widget<'label'>;
  readonly #status: Widget<'label'>;
  readonly #buttonLayer: Obj;
  readonly #buttons = new Map<string, ActionButton>();
  readonly #notice: NoticeCard;
  /** Where the header ends, where a notice stands, where the rows of buttons begin: y, px. */
  readonly #middle: number;
  readonly #noticeY: number;
  #top = 0;
  #call: CallPresentation | null = null;
  #video = false;

  constructor(kit: Kit) {
    this.#kit = kit;
    const { theme, fonts } = kit;
    const { width, height, margin, gap } = theme;
    this.#root = page(kit, {
      bg_color: colours.backgroundTop,
      bg_grad_color: colours.background,
      bg_grad_dir: GradDir.ver,
      bg_opa: 255,
      flag_clickable: true,
      flag_hidden: true,
    });
    this.#image = new Widget(this.#root.obj.add('image', { align: Align.center, flag_hidden: true }));
    const scrim = {
      x: 0,
      width,
      bg_color: colours.background,
      bg_grad_color: colours.background,
      flag_hidden: true,
    };
    const fade = { ...scrim, bg_opa: 255, bg_grad_dir: GradDir.ver };
    this.#scrims = [
      new Widget(this.#root.obj.box({ ...fade, y: 0, bg_main_opa: SCRIM_OPA, bg_grad_opa: 0 })),
      new Widget(this.#root.obj.box({ ...fade, bg_main_opa: 0, bg_grad_opa: FOOT_OPA })),
    ];
    this.#placeholder = new Placeholder(kit, this.#root.obj);

    const titleHeight = lineHeight(theme.font.title);
    const statusHeight = lineHeight(theme.font.text);
    // the line of a title has leading of its own above and below
    const titleY = Math.round(gap * 0.6);
    const statusY = titleY + titleHeight + Math.round(gap / 4);
    this.#title = line(this.#root.obj, fonts.title, theme.font.title, {
      x: margin,
      y: titleY,
    });
    this.#icon = new Widget(
      this.#root.obj.add('label', {
        text: '',
        text_font: fonts.icon.small,
        x: margin,
        y: statusY + Math.round((statusHeight - theme.icon.small) / 2),
      }),
    );
    this.#status = line(this.#root.obj, fonts.text, theme.font.text, {
      x: margin + theme.icon.small + Math.round(gap * 0.75),
      y: statusY,
    });
    const plateau = statusY + statusHeight + Math.round(gap / 4);
    const head = plateau + Math.round(theme.button * 0.6);
    this.#scrims[0].set({
      height: head,
      bg_main_stop: Math.round((255 * plateau) / head),
      bg_grad_stop: 255,
    });
    this.#middle = plateau + Math.round(gap / 2);
    this.#noticeY = Math.round(gap / 2);

    this.#buttonLayer = this.#root.obj.box({ x: 0, y: 0, width, height });
    this.#notice = new NoticeCard(kit, this.#root.obj);
  }

  /** Draws the screen; null hides it and forgets the picture. */
  show(call: CallPresentation | null): void {
    this.#call = call;
    this.#root.visible = call !== null;
    if (!call) {
      for (const part of [...this.#buttons.values(), this.#notice]) part.show(null);
      this.clearVideo();
      return;
    }
    const { theme, icons } = this.#kit;
    const layout = layoutCall(theme, call);
    this.#top = layout.top;

    const right = call.silence && !theme.portrait ? theme.silenceWidth + theme.gap : 0;
    const inner = theme.width - 2 * theme.margin - right;
    this.#title.set({ text: call.title, width: inner });
    const { tone, icon, text } = call.status;
    this.#icon.set({ text: icons[icon], text_color: tones[tone] });
    this.#status.set({
      text,
      text_color: tones[tone],
      width: inner - theme.icon.small - Math.round(theme.gap * 0.75),
    });

    const faces = [...(call.silence ? [call.silence] : []), ...call.locks, ...call.main];
    for (const [id, button] of this.#buttons) {
      if (!faces.some((face) => face.id === id)) button.show(null);
    }
    for (const face of faces) this.#button(face).show(face, layout.buttons.get(face.id));
    // a notice takes the header's place: the face of the visitor stays free
    for (const part of [this.#title, this.#icon, this.#status]) part.visible = call.notice === null;
    this.#notice.show(call.notice, { x: theme.margin, y: this.#noticeY, w: inner });
    this.#arrange();
  }

  /** @returns whether the frame is on the glass: only a call has one */
  videoFrame(frame: Uint8Array, width: number, height: number): boolean {
    if (!this.#call) return false;
    this.#image.obj.frame(frame, { width, height });
    if (!this.#video) {
      this.#video = true;
      this.#arrange();
    }
    return true;
  }

  /** Puts the placeholder back in place of the picture. */
  clearVideo(): void {
    this.#video = false;
    this.#arrange();
  }

  /** The button that carries `action` now, if it can be pressed. */
  find(action: ButtonAction): ActionButton | null {
    if (!this.#call) return null;
    for (const button of this.#buttons.values()) {
      if (button.face?.action === action && button.face.intent) return button;
    }
    return null;
  }

  #button(face: ButtonFace): ActionButton {
    let button = this.#buttons.get(face.id);
    if (!button) {
      button = new ActionButton(this.#kit, this.#buttonLayer);
      this.#buttons.set(face.id, button);
    }
    return button;
  }

  /** Picture and scrims, or the placeholder where notice and buttons leave room for it. */
  #arrange(): void {
    const { theme } = this.#kit;
    const call = this.#call;
    this.#image.visible = this.#video;
    for (const scrim of this.#scrims) scrim.visible = this.#video;
    const fade = Math.round(theme.button / 2);
    const foot = Math.max(0, this.#top - fade);
    this.#scrims[1].set({
      y: foot,
      height: theme.height - foot,
      bg_main_stop: 0,
      bg_grad_stop: Math.round((255 * 2 * fade) / (theme.height - foot)),
    });
    const middle = Math.max(this.#middle, call?.notice ? this.#noticeY + theme.notice + theme.gap : 0);
    const room = this.#top - theme.gap - middle;
    this.#placeholder.show(call && !this.#video && room > 0.75 * theme.button ? call.placeholder : null, {
      x: theme.margin,
      y: middle,
      w: theme.width - 2 * theme.margin,
      h: Math.max(0, room),
    });
  }
}
