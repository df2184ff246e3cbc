// Every screen by name: what the layout is measured in, and what pictures are kept of.
import type { CallEnd, LineReason } from '../../src/panel/ports.js';
import type { DoorState, View } from '../../src/panel/view.js';
import { idle, inCall, line, locks, notice, station } from '../face/screens/views.js';

/** Pictures: `video` is the light of the frame behind, 0 to 1, where there is one. */
export interface Picture {
  view: View;
  video?: number;
}

export const pictures: Record<string, Picture> = {
  idle: { view: idle() },
  'idle-missed': { view: idle({ missed: 22 }) },
  'idle-connecting': { view: line('registering', null) },
  'idle-call-ended': { view: idle(notice({ kind: 'call-ended', end: 'elsewhere', caller: station })) },
  'offline-cable': { view: line('offline', 'no-network', { missed: 25 }) },
  'offline-server': { view: line('registering', 'server-not-found') },
  'refused-password': { view: line('refused', 'wrong-password') },
  asleep: { view: idle({ awake: false }) },
  'asleep-offline': { view: line('offline', 'no-answer', { awake: false }) },
  'ringing-waiting': { view: inCall('ringing') },
  'ringing-bright': { view: inCall('ringing'), video: 1 },
  'ringing-dark': { view: inCall('ringing', { silenced: true }), video: 0.15 },
  'ringing-2-locks': { view: inCall('ringing', {}, { doors: locks(2) }), video: 0.8 },
  'ringing-4-locks': { view: inCall('ringing', { video: false }, { doors: locks(4) }) },
  answering: { view: inCall('answering'), video: 0.8 },
  calling: { view: inCall('calling', { video: false }) },
  talking: { view: inCall('talking'), video: 1 },
  'talking-muted': { view: inCall('talking', { muted: true }), video: 0.8 },
  'talking-hold': { view: inCall('talking', { onHold: true, video: false }) },
  'talking-sending': { view: inCall('talking', {}, { doors: locks(1, 'sending') }), video: 0.8 },
  'talking-sent': {
    view: inCall(
      'talking',
      {},
      { doors: [...locks(1, 'sent'), ...locks(2).slice(1)], ...notice({ kind: 'door-sent', lock: 0 }) },
    ),
    video: 0.8,
  },
  'talking-failed': {
    view: inCall('talking', {}, { doors: locks(3, 'failed'), ...notice({ kind: 'door-failed', lock: 1 }) }),
  },
  'talking-busy': { view: inCall('talking', {}, notice({ kind: 'busy', caller: station })), video: 0.8 },
  ending: { view: inCall('ending'), video: 0.8 },
};

const reasons: (LineReason | null)[] = [
  null,
  'no-network',
  'server-not-found',
  'no-answer',
  'server-error',
  'wrong-password',
  'forbidden',
  'unknown-account',
];
const ends: CallEnd[] = [
  'remote',
  'local',
  'cancelled',
  'elsewhere',
  'declined',
  'unanswered',
  'busy',
  'silent',
  'failed',
];
const doorStates: DoorState[] = ['closed', 'sending', 'sent', 'failed'];

/** Every text the panel has, in every place it can stand in. */
export function* everyView(): Generator<[name: string, view: View]> {
  for (const [name, { view }] of Object.entries(pictures)) yield [name, view];
  for (const reason of reasons) {
    for (const state of ['offline', 'registering', 'refused'] as const) {
      yield [`${state} ${reason}`, line(state, reason, { missed: 28 })];
      yield [`asleep ${state} ${reason}`, line(state, reason, { missed: 28, awake: false })];
    }
  }
  for (const end of ends) {
    yield [`ended ${end}`, idle({ missed: 28, ...notice({ kind: 'call-ended', end, caller: station }) })];
    yield [
      `ended ${end} in a call`,
      inCall('ending', {}, notice({ kind: 'call-ended', end, caller: station })),
    ];
  }
  const hours = { since: { wall: 0, steady: 1_000_000 - 35_999_000 } };
  for (let count = 0; count <= 4; count++) {
    for (const state of doorStates) {
      const doors = locks(count, state);
      for (const phase of ['ringing', 'calling', 'answering', 'ending'] as const)
        yield [`${phase} ${count} ${state}`, inCall(phase, {}, { doors })];
      for (const change of [{}, { muted: true }, { onHold: true }, { video: false }])
        yield [`talking ${count} ${state}`, inCall('talking', { ...hours, ...change }, { doors })];
      for (const kind of ['door-sent', 'door-failed'] as const)
        yield [`talking ${count} ${kind}`, inCall('talking', hours, { doors, ...notice({ kind, lock: 0 }) })];
    }
  }
}
