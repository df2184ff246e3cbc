// Views for the tests of the screens: each names the one thing it shows.
import type { CallId, Caller, LineReason, LineState, Moment } from '../../../src/panel/ports.js';
import type { CallView, DoorView, Notice, View } from '../../../src/panel/view.js';

/** A Tuesday morning of the process's time zone. */
export const wall = new Date(2026, 10, 24, 9, 41).getTime();
export const now: Moment = { wall, steady: 1_000_000 };

export const station: Caller = { name: 'Подъезд 2', uri: 'sip:102@example.org' };

/** `count` locks, all in the first one's state. */
export function locks(count: number, state: DoorView['state'] = 'closed'): DoorView[] {
  const names = ['Калитка', 'Подъезд', 'Парковка', 'Шлагбаум'];
  return names.slice(0, count).map((name) => ({ name, state, at: state === 'closed' ? null : now }));
}

export function idle(change: Partial<View> = {}): View {
  return {
    awake: true,
    line: { state: 'registered', reason: null },
    call: null,
    doors: locks(1),
    notice: null,
    missed: 0,
    ...change,
  };
}

export function line(state: LineState, reason: LineReason | null, change: Partial<View> = {}): View {
  return idle({ line: { state, reason }, ...change });
}

export function inCall(
  phase: CallView['phase'],
  change: Partial<CallView> = {},
  view: Partial<View> = {},
  id: CallId = 'call-1',
): View {
  const call: CallView = {
    id,
    phase,
    caller: station,
    since: { wall: wall - 83_000, steady: now.steady - 83_000 },
    video: true,
    picture: false,
    muted: false,
    silenced: false,
    onHold: false,
    ...change,
  };
  return idle({ call, ...view });
}

export function notice(value: Notice): Partial<View> {
  return { notice: value };
}
