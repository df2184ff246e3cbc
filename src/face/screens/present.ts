// From the view model to words and buttons: pure, so that every state can be read in a table of tests.
import type { Intent, Moment } from '../../panel/ports.js';
import type { CallView, DoorView, Notice, View } from '../../panel/view.js';
import { dateInWords, duration, timeOfDay, type Messages } from '../i18n/index.js';
import type { IconName } from './icons.js';
import type {
  ButtonFace,
  ButtonRole,
  CallPresentation,
  IdlePresentation,
  NoticeFace,
  Presentation,
  TroubleFace,
} from './presentation.js';
import { callerName, readable } from './readable.js';

/**
 * What the glass shows for a view.
 * A call is shown even to a sleeping screen: nothing is worse than a panel that hides that its microphone is on.
 * @param now for the clock (wall) and the duration of a call (steady)
 */
export function present(view: View, messages: Messages, now: Moment): Presentation {
  if (view.call) return presentCall(view, view.call, messages, now);
  if (!view.awake) {
    const trouble = presentTrouble(view.line, messages)?.title;
    const missed = view.missed > 0 ? messages.missed(view.missed) : null;
    return { screen: 'asleep', clock: timeOfDay(now.wall), hint: trouble ?? missed };
  }
  return {
    screen: 'idle',
    clock: timeOfDay(now.wall),
    date: dateInWords(now.wall, messages.locale),
    missed:
      // the news first: there is not room for both
      view.missed > 0 && !view.notice
        ? {
            ...button('missed', 'missed', 'phone-missed', messages.missed(view.missed)),
            intent: intent('dismiss'),
          }
        : null,
    foot: presentFoot(view, messages),
  };
}

function presentFoot(view: View, messages: Messages): IdlePresentation['foot'] {
  if (view.notice) return { kind: 'notice', notice: presentNotice(view.notice, view.doors, messages) };
  const trouble = presentTrouble(view.line, messages);
  if (trouble) return trouble;
  return view.line.state === 'registered'
    ? { kind: 'status', tone: 'good', text: messages.line.registered }
    : { kind: 'status', tone: 'accent', text: messages.line.registering };
}

/** null while all is well, and during the first registration. */
function presentTrouble({ state, reason }: View['line'], { line }: Messages): TroubleFace | null {
  const retrying = state === 'registering';
  if (state === 'registered' || (retrying && reason === null)) return null;
  return {
    kind: 'trouble',
    tone: state === 'refused' ? 'bad' : 'warning',
    icon: state === 'refused' ? 'shield-alert' : reason === 'no-network' ? 'unplug' : 'cloud-off',
    ...line.trouble[reason ?? 'unknown'],
    retry: {
      ...button('retry', 'primary', null, retrying ? line.retrying : line.retry),
      intent: retrying ? null : intent('retry'),
    },
  };
}

function presentCall(view: View, call: CallView, messages: Messages, now: Moment): CallPresentation {
  const { doors } = view;
  return {
    screen: 'call',
    title: callerName(call.caller),
    status: presentStatus(call, messages, now),
    placeholder: call.video
      ? { icon: 'video', text: messages.call.videoSoon }
      : { icon: 'video-off', text: messages.call.noVideo },
    silence:
      call.phase === 'ringing' && !call.silenced
        ? { ...button('silence', 'neutral', 'bell-off', messages.call.silence), intent: intent('silence') }
        : null,
    locks:
      call.phase === 'ringing' || call.phase === 'answering' || call.phase === 'talking'
        ? doors.map((door, lock) => presentLock(door, lock, doors.length, messages))
        : [],
    main: presentMain(call, messages),
    notice: view.notice ? presentNotice(view.notice, doors, messages) : null,
  };
}

function presentStatus(call: CallView, messages: Messages, now: Moment): CallPresentation['status'] {
  const texts = messages.call;
  switch (call.phase) {
    case 'ringing':
      return call.silenced
        ? { tone: 'plain', icon: 'bell-off', text: texts.silenced }
        : { tone: 'accent', icon: 'bell-ring', text: texts.ringing };
    case 'calling':
      return { tone: 'accent', icon: 'phone-outgoing', text: texts.calling };
    case 'answering':
      return { tone: 'accent', icon: 'phone-call', text: texts.answering };
    case 'ending':
      return { tone: 'plain', icon: 'phone-off', text: texts.ending };
    case 'talking': {
      const time = duration(now.steady - call.since.steady);
      if (call.onHold) return { tone: 'warning', icon: 'pause', text: `${texts.onHold} · ${time}` };
      if (call.muted) return { tone: 'warning', icon: 'mic-off', text: `${texts.muted} · ${time}` };
      return { tone: 'good', icon: 'phone-call', text: `${texts.talking} · ${time}` };
    }
  }
}

/** Refusing stands left, opening in the middle, so that a second touch on "Answer" hits nothing that ends the call. */
function presentMain(call: CallView, messages: Messages): ButtonFace[] {
  const texts = messages.call;
  const hangUp: ButtonFace = {
    ...button('hangup', 'refuse', 'phone-off', call.phase === 'calling' ? texts.cancel : texts.hangUp),
    action: 'hangup',
    intent: intent('hangup'),
  };
  switch (call.phase) {
    case 'ringing':
      return [
        {
          ...button('decline', 'refuse', 'phone-off', texts.decline),
          action: 'decline',
          intent: intent('decline'),
        },
        { ...button('answer', 'accept', 'phone', texts.answer), action: 'answer', intent: intent('answer') },
      ];
    case 'answering':
      return [hangUp, button('answer', 'accept', 'phone', texts.answer, texts.connecting)];
    case 'talking':
      return [
        hangUp,
        {
          ...(call.muted
            ? button('mute', 'active', 'mic-off', texts.microphone, texts.microphoneOff)
            : button('mute', 'neutral', 'mic', texts.microphone, texts.microphoneOn)),
          intent: { type: 'intent', intent: 'mute', muted: !call.muted },
        },
      ];
    case 'calling':
      return [hangUp];
    case 'ending':
      return [];
  }
}

function presentLock(door: DoorView, lock: number, count: number, messages: Messages): ButtonFace {
  const looks: Record<DoorView['state'], { role: ButtonRole; icon: IconName; detail: string | null }> = {
    closed: { role: 'primary', icon: 'key-round', detail: null },
    sending: { role: 'primary', icon: 'loader-circle', detail: messages.door.sending },
    sent: { role: 'primary', icon: 'check', detail: messages.door.sent },
    failed: { role: 'failed', icon: 'triangle-alert', detail: messages.door.failed },
  };
  const { role, icon, detail } = looks[door.state];
  return {
    ...button(
      `open-${lock}`,
      role,
      icon,
      count === 1 ? messages.door.open : lockName(door, lock, messages),
      detail,
    ),
    action: lock === 0 ? 'open' : null,
    intent: door.state === 'sending' ? null : { type: 'intent', intent: 'open', lock },
  };
}

function lockName(door: DoorView | undefined, lock: number, messages: Messages): string {
  return readable(door?.name ?? '') || messages.door.unnamed(lock + 1);
}

function presentNotice(notice: Notice, doors: readonly DoorView[], messages: Messages): NoticeFace {
  switch (notice.kind) {
    case 'door-sent':
      return {
        tone: 'good',
        icon: 'check',
        title: messages.door.sentNotice,
        detail: lockName(doors[notice.lock], notice.lock, messages),
      };
    case 'door-failed':
      return {
        tone: 'bad',
        icon: 'triangle-alert',
        title: messages.door.failedNotice,
        detail: lockName(doors[notice.lock], notice.lock, messages),
      };
    case 'busy':
      return {
        tone: 'warning',
        icon: 'phone-missed',
        title: messages.busyCaller,
        detail: callerName(notice.caller),
      };
    case 'call-ended':
      return {
        ...endLooks[notice.end],
        title: messages.ended[notice.end],
        detail: callerName(notice.caller),
      };
  }
}

const endLooks: Record<Extract<Notice, { kind: 'call-ended' }>['end'], Pick<NoticeFace, 'tone' | 'icon'>> = {
  remote: { tone: 'plain', icon: 'phone-off' },
  local: { tone: 'plain', icon: 'phone-off' },
  cancelled: { tone: 'warning', icon: 'phone-missed' },
  elsewhere: { tone: 'plain', icon: 'phone-call' },
  declined: { tone: 'plain', icon: 'phone-off' },
  unanswered: { tone: 'warning', icon: 'phone-missed' },
  busy: { tone: 'warning', icon: 'phone-off' },
  silent: { tone: 'bad', icon: 'unplug' },
  failed: { tone: 'bad', icon: 'triangle-alert' },
};

function intent(name: Exclude<Intent['intent'], 'open' | 'mute'>): Intent {
  return { type: 'intent', intent: name };
}

/** A button without a meaning yet: it shows, but does nothing. */
function button(
  id: string,
  role: ButtonRole,
  icon: IconName | null,
  text: string,
  detail: string | null = null,
): ButtonFace {
  return { id, action: null, role, icon, text, detail, intent: null };
}
