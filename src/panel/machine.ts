// The panel's heart: (state, event) -> [state, effects]. Pure; one table says what each event means in each state.
import type { Moment } from './ports.js';
import type { CallState, Effect, PanelEvent, PanelOptions, PanelState } from './state.js';
import { Turn } from './turn.js';

/**
 * One step of the panel.
 * @returns the next state (the same object where the event means nothing now) and what to do, in order
 */
export function step(
  state: PanelState,
  event: PanelEvent,
  now: Moment,
  options: PanelOptions,
): readonly [PanelState, readonly Effect[]] {
  const turn = new Turn(state, now, options);
  const key = keyOf(event);
  // an event about another call than ours: only a second caller means anything
  const call = 'call' in event && event.type !== 'call-outgoing' ? event.call : null;
  if (call !== null && call !== turn.current?.id && event.type !== 'call-incoming') return [state, []];
  const handler = (table[state.call.state][key] ?? always[key]) as
    ((t: Turn, e: PanelEvent) => void) | undefined;
  handler?.(turn, event);
  return [turn.state, turn.effects];
}

/** The name under which an event stands in the table: its type, with the intent, edge or timer where that matters. */
type KeyOf<E extends PanelEvent> = E extends { type: 'intent'; intent: infer I extends string }
  ? I
  : E extends { type: 'button' }
    ? 'press' | 'release'
    : E extends { type: 'timer' }
      ? 'ending-over' | 'hang-up-due' | 'notice-over' | 'sleep-due' | 'door-over'
      : E['type'];
export type EventKey = KeyOf<PanelEvent>;
type Handlers = { [K in EventKey]?: (turn: Turn, event: EventFor<K>) => void };
type EventFor<K extends EventKey> = PanelEvent extends infer E
  ? E extends PanelEvent
    ? K extends KeyOf<E>
      ? E
      : never
    : never
  : never;

const timerKeys = {
  ending: 'ending-over',
  'hang-up': 'hang-up-due',
  notice: 'notice-over',
  sleep: 'sleep-due',
} as const;

/** @internal exported for the table of tests */
export function keyOf(event: PanelEvent): EventKey {
  if (event.type === 'intent') return event.intent;
  if (event.type === 'button') return event.edge === 'pressed' ? 'press' : 'release';
  if (event.type === 'timer')
    return event.timer in timerKeys ? timerKeys[event.timer as keyof typeof timerKeys] : 'door-over';
  return event.type;
}

/** Events that mean the same in every state, unless the state's own column says otherwise. */
const always: Handlers = {
  line: (t, e) => t.set({ line: { state: e.state, reason: e.reason, since: t.now } }),
  'call-incoming': (t, e) => t.refuse(e.call, e.caller),
  'call-ended': (t, e) => t.ended(e.end),
  'call-media': (t, e) => t.amend({ video: e.video !== null, onHold: e.onHold }),
  code: (t, e) => t.codeFate(e.lock, e.sent),
  'first-frame': (t) => t.amend({ picture: true }),
  face: (t, e) => e.state !== 'running' && t.amend({ picture: false }),
  wake: (t) => t.wake(),
  press: (t) => t.wake(),
  retry: (t) => t.state.line.state !== 'registered' && t.effects.push({ type: 'retry-line' }),
  dismiss: (t) => (t.state.notice ? t.notice(null) : t.set({ missed: 0 })),
  'notice-over': (t) => t.notice(null),
  'door-over': (t, e) => t.door(Number(e.timer.slice('door-'.length)), 'closed'),
};

const table: Record<CallState, Handlers> = {
  idle: {
    'call-incoming': (t, e) => t.ring(e.call, e.caller, e.video),
    press: (t) => {
      t.wake();
      t.dial(0);
    },
    open: (t, e) => t.dial(e.lock),
    'sleep-due': (t) => t.set({ awake: false }),
  },
  ringing: {
    answer: (t) => t.answer(null),
    press: (t) => t.answer(0),
    open: (t, e) => t.answer(e.lock),
    decline: (t) => t.end('reject', 'declined'),
    silence: (t) => t.amend({ silenced: true }),
  },
  calling: {
    'call-outgoing': (t, e) => t.amend({ id: e.call }),
    'call-established': (t) => t.established(),
    hangup: (t) => t.end('hang-up', 'local'),
    decline: (t) => t.end('hang-up', 'local'),
  },
  answering: {
    'call-established': (t) => t.established(),
    press: (t) => t.openLater(0),
    open: (t, e) => t.openLater(e.lock),
    hangup: (t) => t.end('hang-up', 'local'),
    decline: (t) => t.end('hang-up', 'local'),
    mute: (t, e) => t.amend({ muted: e.muted }),
  },
  talking: {
    press: (t) => t.sendCode(0),
    open: (t, e) => t.sendCode(e.lock),
    hangup: (t) => t.end('hang-up', 'local'),
    decline: (t) => t.end('hang-up', 'local'),
    mute: (t, e) => {
      t.stay();
      t.amend({ muted: e.muted });
    },
    // somebody is there after all: the call stays until a person ends it
    answer: (t) => t.stay(),
    'hang-up-due': (t) => t.end('hang-up', 'local'),
    'call-silent': (t) => t.end('hang-up', 'silent'),
  },
  ending: {
    // the old call may take its time to die: a new visitor does not wait for it
    'call-incoming': (t, e) => {
      t.close();
      t.ring(e.call, e.caller, e.video);
    },
    'ending-over': (t) => t.close(),
  },
};
