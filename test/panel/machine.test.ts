// Every state against every event, and the stories a family would recognise.
import assert from 'node:assert/strict';
import { chimeOf, ledOf, viewOf } from '../../src/panel/derive.js';
import { keyOf, step, type EventKey } from '../../src/panel/machine.js';
import type { Caller, Code, Moment } from '../../src/panel/ports.js';
import { initialState } from '../../src/panel/state.js';
import type { CallState, Effect, PanelEvent, PanelOptions, PanelState } from '../../src/panel/state.js';

const code: Code = { digits: '#', mode: 'auto', durationMs: 160, gapMs: 100 };
const options: PanelOptions = {
  locks: [
    { name: 'Gate', code, dial: null },
    { name: 'Lift', code: { ...code, digits: 'DC' }, dial: 'sip:lift@192.0.2.7' },
  ],
  hangUpAfterMs: 5000,
  sleepAfterMs: 60_000,
};
const door: Caller = { name: 'Подъезд 2', uri: 'sip:100@192.0.2.1' };
const other: Caller = { name: 'Калитка', uri: 'sip:101@192.0.2.1' };

const clock = 5000;
const now = (): Moment => ({ wall: 1_700_000_000_000 + clock, steady: clock });

/** A panel that remembers all effects it asked for. */
class Panel {
  state: PanelState;
  effects: Effect[] = [];
  constructor(readonly opts = options) {
    this.state = initialState(opts, now());
  }
  on(...events: PanelEvent[]): this {
    for (const event of events) {
      const before = JSON.stringify(this.state);
      const [state, effects] = step(this.state, event, now(), this.opts);
      assert.equal(JSON.stringify(this.state), before, 'the state given in must not be changed');
      this.state = state;
      this.effects = [...effects];
    }
    return this;
  }
  /** Effects of the last event as short words, timers left out. */
  get said(): string[] {
    return this.effects.filter((e) => !e.type.endsWith('-timer')).map(word);
  }
}

const word = (e: Effect): string => {
  switch (e.type) {
    case 'answer':
    case 'reject':
    case 'hang-up':
      return `${e.type} ${e.call}`;
    case 'send-code':
      return `send ${e.code.digits} ${e.call}`;
    case 'dial':
      return `dial ${e.address}`;
    case 'visit':
      return `visit ${e.visit.outcome}${e.visit.opened.length ? ` opened ${e.visit.opened.join()}` : ''}`;
    case 'start-timer':
      return `${e.timer} ${e.ms}`;
    default:
      return e.type;
  }
};

const incoming = (call = 'a', caller = door): PanelEvent => ({
  type: 'call-incoming',
  call,
  caller,
  video: true,
});
const established = (call = 'a'): PanelEvent => ({ type: 'call-established', call });
const ended = (end: Extract<PanelEvent, { type: 'call-ended' }>['end'], call = 'a'): PanelEvent => ({
  type: 'call-ended',
  call,
  end,
  detail: null,
});
const intent = (
  name: 'answer' | 'decline' | 'hangup' | 'silence' | 'wake' | 'retry' | 'dismiss',
): PanelEvent => ({
  type: 'intent',
  intent: name,
});
const open = (lock = 0): PanelEvent => ({ type: 'intent', intent: 'open', lock });
const press: PanelEvent = { type: 'button', edge: 'pressed' };
const sent = (ok = true, lock = 0): PanelEvent => ({ type: 'code', call: 'a', lock, sent: ok, detail: null });
const registered: PanelEvent = { type: 'line', state: 'registered', reason: null };

/** A panel brought into each state by what really leads there. */
const inState: Record<CallState, () => Panel> = {
  idle: () => new Panel().on(registered),
  ringing: () => new Panel().on(registered, incoming()),
  calling: () => new Panel().on(registered, open(1), { type: 'call-outgoing', call: 'a' }),
  answering: () => new Panel().on(registered, incoming(), intent('answer')),
  talking: () => new Panel().on(registered, incoming(), intent('answer'), established()),
  ending: () => new Panel().on(registered, incoming(), intent('answer'), established(), intent('hangup')),
};

const events: Record<EventKey, PanelEvent> = {
  line: { type: 'line', state: 'offline', reason: 'no-answer' },
  'call-incoming': incoming('b', other),
  'call-outgoing': { type: 'call-outgoing', call: 'a' },
  'call-media': { type: 'call-media', call: 'a', audio: 'PCMU', video: null, onHold: true },
  'call-established': established(),
  'call-silent': { type: 'call-silent', call: 'a' },
  'call-ended': ended('remote'),
  code: sent(),
  gpio: { type: 'gpio', state: 'failed', detail: 'gone' },
  face: { type: 'face', state: 'starting' },
  'first-frame': { type: 'first-frame', call: 'a' },
  press,
  release: { type: 'button', edge: 'released' },
  answer: intent('answer'),
  decline: intent('decline'),
  hangup: intent('hangup'),
  silence: intent('silence'),
  wake: intent('wake'),
  retry: intent('retry'),
  dismiss: intent('dismiss'),
  open: open(0),
  mute: { type: 'intent', intent: 'mute', muted: true },
  'ending-over': { type: 'timer', timer: 'ending' },
  'hang-up-due': { type: 'timer', timer: 'hang-up' },
  'notice-over': { type: 'timer', timer: 'notice' },
  'sleep-due': { type: 'timer', timer: 'sleep' },
  'door-over': { type: 'timer', timer: 'door-0' },
};

/**
 * What each event does in each state: `next state: effects`. Where nothing stands the state stays and nothing is
 * asked of the outside.
 */
const expected: Record<CallState, Partial<Record<EventKey, string>>> = {
  idle: { 'call-incoming': 'ringing:', retry: 'idle:' },
  ringing: {
    'call-incoming': 'ringing: reject b, visit busy',
    'call-ended': 'idle: visit missed',
    answer: 'answering: answer a',
    press: 'answering: answer a',
    open: 'answering: answer a',
    decline: 'ending: reject a',
  },
  calling: {
    'call-incoming': 'calling: reject b, visit busy',
    'call-established': 'talking: send DC a',
    'call-ended': 'idle:',
    hangup: 'ending: hang-up a',
    decline: 'ending: hang-up a',
  },
  answering: {
    'call-incoming': 'answering: reject b, visit busy',
    'call-established': 'talking:',
    'call-ended': 'idle: visit missed',
    hangup: 'ending: hang-up a',
    decline: 'ending: hang-up a',
  },
  talking: {
    'call-incoming': 'talking: reject b, visit busy',
    'call-ended': 'idle: visit answered',
    press: 'talking: send # a',
    open: 'talking: send # a',
    hangup: 'ending: hang-up a',
    decline: 'ending: hang-up a',
    'hang-up-due': 'ending: hang-up a',
    'call-silent': 'ending: hang-up a',
  },
  ending: {
    'call-incoming': 'ringing: visit answered',
    'call-ended': 'idle: visit answered',
    'ending-over': 'idle: visit answered',
  },
};

describe('panel: every state against every event', () => {
  for (const [state, make] of Object.entries(inState) as [CallState, () => Panel][]) {
    for (const [key, event] of Object.entries(events) as [EventKey, PanelEvent][]) {
      const want = expected[state][key] ?? `${state}:`;
      it(`${state} + ${key} -> ${want}`, () => {
        assert.equal(keyOf(event), key);
        const panel = make();
        assert.equal(panel.state.call.state, state);
        panel.on(event);
        assert.equal(`${panel.state.call.state}: ${panel.said.join(', ')}`.trimEnd(), want);
      });
    }
  }

  it('ignores events of a call that is not ours', () => {
    for (const make of Object.values(inState)) {
      for (const event of [established('z'), ended('remote', 'z'), { ...sent(), call: 'z' } as PanelEvent]) {
        const panel = make();
        const before = panel.state;
        assert.equal(panel.on(event).state, before);
        assert.deepEqual(panel.effects, []);
      }
    }
  });
});

describe('panel: a visitor', () => {
  it('rings with chime and light, and falls silent when answered', () => {
    const panel = inState.ringing();
    assert.deepEqual([chimeOf(panel.state), ledOf(panel.state)], ['ringing', 'fast']);
    panel.on(intent('answer'));
    assert.deepEqual([chimeOf(panel.state), ledOf(panel.state)], ['off', 'double']);
  });

  it('"Silence" ends the chime, not the ringing', () => {
    const panel = inState.ringing().on(intent('silence'));
    assert.equal(chimeOf(panel.state), 'off');
    assert.equal(panel.state.call.state, 'ringing');
    assert.equal(viewOf(panel.state, options).call?.silenced, true);
  });

  it('who gave up is a missed call, who was let in elsewhere is not', () => {
    assert.equal(inState.ringing().on(ended('cancelled')).state.missed, 1);
    assert.equal(inState.ringing().on(ended('unanswered')).state.missed, 1);
    const panel = inState.ringing().on(ended('elsewhere'));
    assert.equal(panel.state.missed, 0);
    assert.deepEqual(panel.said, ['visit elsewhere']);
    assert.deepEqual(panel.state.notice, { kind: 'call-ended', end: 'elsewhere', caller: door });
  });

  it('who was declined is not a missed call', () => {
    const panel = inState.ringing().on(intent('decline'), ended('declined'));
    assert.deepEqual(panel.said, ['visit declined']);
    assert.equal(panel.state.missed, 0);
  });

  it('a second one is refused, shown and counted, and the first call goes on', () => {
    const panel = inState.talking().on(incoming('b', other));
    assert.deepEqual(panel.said, ['reject b', 'visit busy']);
    assert.deepEqual(panel.state.notice, { kind: 'busy', caller: other });
    assert.equal(panel.state.call.state, 'talking');
    assert.equal(panel.on(ended('declined', 'b')).state.call.state, 'talking');
  });

  it('a far end that fell silent is hung up, and the family told', () => {
    const panel = inState.talking().on(events['call-silent'], ended('local'));
    assert.deepEqual(panel.state.notice, { kind: 'call-ended', end: 'silent', caller: door });
    assert.equal(inState.talking().on(intent('hangup'), ended('local')).state.notice, null);
  });

  it('rings through while the last call is still dying', () => {
    const panel = inState.ending().on(incoming('b', other));
    assert.equal(panel.state.call.state === 'ringing' && panel.state.call.id, 'b');
    assert.equal(panel.on(ended('local', 'a')).state.call.state, 'ringing');
  });

  it('missed calls stay until somebody has looked', () => {
    const panel = inState.ringing().on(ended('cancelled'));
    assert.equal(viewOf(panel.state, options).missed, 1);
    assert.equal(viewOf(panel.on(intent('dismiss')).state, options).missed, 0);
  });
});

describe('panel: the door', () => {
  it('the button while ringing answers, sends the code once media can flow, and hangs up by itself', () => {
    const panel = inState.ringing().on(press);
    assert.deepEqual(panel.said, ['answer a']);
    assert.equal(panel.state.doors[0]?.state, 'sending');
    assert.deepEqual(panel.on(established()).said, ['send # a']);
    panel.on(sent());
    assert.equal(panel.state.doors[0].state, 'sent');
    assert.ok(panel.effects.some((e) => word(e) === 'hang-up 5000'));
    assert.deepEqual(panel.on({ type: 'timer', timer: 'hang-up' }).said, ['hang-up a']);
    assert.deepEqual(panel.on(ended('local')).said, ['visit answered opened Gate']);
  });

  it('who begins to talk after the button is not cut off', () => {
    const panel = inState.ringing().on(press, established(), sent(), events.mute);
    assert.ok(panel.effects.some((e) => e.type === 'cancel-timer' && e.timer === 'hang-up'));
    panel.on(press, sent());
    assert.ok(!panel.effects.some((e) => word(e).startsWith('hang-up')));
  });

  it('while talking each press is one code, and never two at once', () => {
    const panel = inState.talking();
    assert.deepEqual(panel.on(press).said, ['send # a']);
    assert.deepEqual(panel.on(press).said, []);
    assert.deepEqual(panel.on(sent(), press).said, ['send # a']);
    assert.equal(panel.state.call.state, 'talking');
  });

  it('says "not sent" when the code did not leave, and when the call died before it could', () => {
    assert.deepEqual(inState.talking().on(press, sent(false)).state.notice, { kind: 'door-failed', lock: 0 });
    for (const panel of [
      inState.ringing().on(press, ended('failed')),
      inState.talking().on(press, ended('remote')),
    ]) {
      assert.equal(panel.state.doors[0]?.state, 'failed');
      assert.deepEqual(panel.state.notice, { kind: 'door-failed', lock: 0 });
    }
  });

  it('shows the outcome for a while, then the door is as it was', () => {
    const panel = inState.talking().on(press, sent());
    assert.deepEqual(
      panel.effects.map(word).filter((w) => w.startsWith('door')),
      ['door-0 4000'],
    );
    assert.equal(panel.on(events['door-over']).state.doors[0]?.state, 'closed');
  });

  it('idle: a lock with an address is called for its code, and hung up', () => {
    const panel = new Panel().on(open(1));
    assert.deepEqual(panel.said, ['dial sip:lift@192.0.2.7']);
    panel.on({ type: 'call-outgoing', call: 'a' }, established());
    assert.deepEqual(panel.said, ['send DC a']);
    assert.ok(panel.on(sent(true, 1)).effects.some((e) => word(e) === 'hang-up 5000'));
  });

  it('idle: nobody can be let in through a lock without an address', () => {
    assert.deepEqual(new Panel().on(open(0)).said, []);
    assert.deepEqual(new Panel().on(press).said, []);
  });

  it('a lock that does not exist does nothing in any state', () => {
    for (const make of Object.values(inState)) assert.deepEqual(make().on(open(7)).said, []);
  });
});

describe('panel: line, light and screen', () => {
  it('the LED tells a family whether the panel works', () => {
    const led = (state: 'offline' | 'registering' | 'registered' | 'refused') =>
      ledOf(new Panel().on({ type: 'line', state, reason: null }).state);
    assert.deepEqual(
      [led('registered'), led('registering'), led('offline'), led('refused')],
      ['on', 'off', 'slow', 'slow'],
    );
  });

  it('"Try again" reaches the line only where it is of use', () => {
    assert.deepEqual(new Panel().on(events.retry).said, ['retry-line']);
    assert.deepEqual(new Panel().on(registered, events.retry).said, []);
  });

  it('goes dark when idle, and wakes for a touch, the button and a visitor', () => {
    const dark = () => new Panel().on(events['sleep-due']);
    assert.equal(dark().state.awake, false);
    for (const event of [intent('wake'), press, incoming()]) assert.equal(dark().on(event).state.awake, true);
    assert.equal(inState.talking().on(events['sleep-due']).state.awake, true);
  });

  it('a face that starts anew has no picture until it says so', () => {
    const panel = inState.talking().on(events['first-frame']);
    assert.equal(viewOf(panel.state, options).call?.picture, true);
    assert.equal(viewOf(panel.on(events.face).state, options).call?.picture, false);
  });

  it('states that did not change are the same object, so nothing is drawn again', () => {
    const panel = inState.talking();
    const before = panel.state;
    panel.on({ type: 'call-media', call: 'a', audio: 'PCMU', video: 'H264', onHold: false });
    assert.equal(panel.state, before);
  });
});
