// The panel with its ports: what a line, a board and a face are told, and when.
import assert from 'node:assert/strict';
import { Panel } from '../../src/panel/panel.js';
import type { PanelEvent } from '../../src/panel/state.js';
import { FakeClock } from '../support/fake-clock.js';

function makePanel() {
  const told: string[] = [];
  const clock = new FakeClock();
  let panel: Panel | null = null;
  const tell =
    (word: string) =>
    (...args: unknown[]) =>
      void told.push([word, ...args.filter((a) => typeof a !== 'object')].join(' '));
  const options = {
    locks: [
      {
        name: 'Gate',
        code: { digits: '#', mode: 'auto' as const, durationMs: 160, gapMs: 100 },
        dial: 'sip:gate@192.0.2.9',
      },
    ],
    hangUpAfterMs: 5000,
    sleepAfterMs: 60_000,
  };
  panel = new Panel(options, {
    clock,
    line: {
      answer: tell('answer'),
      reject: tell('reject'),
      hangup: tell('hangup'),
      retry: tell('retry'),
      sendCode: tell('code'),
      dial: (address) => {
        told.push(`dial ${address}`);
        // a line that fails at once reports before dial() has returned
        panel?.dispatch({ type: 'call-ended', call: 'out', end: 'failed', detail: null });
        return 'out';
      },
    },
    gpio: { setChime: tell('chime'), setLed: tell('led') },
    show: (view) => void told.push(`show ${view.call?.phase ?? 'idle'}${view.awake ? '' : ' dark'}`),
    record: (visit) => void told.push(`visit ${visit.outcome}`),
    changed: () => undefined,
    ignored: (event) => void told.push(`ignored ${event.type}`),
  });
  const after = (...events: PanelEvent[]): string[] => {
    told.length = 0;
    for (const event of events) panel.dispatch(event);
    return [...told];
  };
  return { panel, clock, told, after };
}

const ring: PanelEvent = {
  type: 'call-incoming',
  call: 'a',
  caller: { name: 'Door', uri: 'sip:1@x' },
  video: true,
};

describe('panel at work', () => {
  it('says nothing before start() and nothing after stop()', async () => {
    const { panel, clock, told, after } = makePanel();
    assert.deepEqual(after(ring), []);
    panel.start();
    assert.deepEqual(told.includes('show idle'), true);
    after(ring, { type: 'intent', intent: 'answer' });
    panel.stop();
    panel.stop();
    assert.equal(clock.running, 0);
    assert.deepEqual(after(ring), []);
    await clock.advance(100_000);
    assert.deepEqual(told, []);
  });

  it('a ring sounds the chime, lights the LED and shows the caller', () => {
    const { panel, after } = makePanel();
    panel.start();
    assert.deepEqual(after(ring), ['chime ringing', 'led fast', 'show ringing']);
  });

  it('draws only what differs', () => {
    const { panel, after } = makePanel();
    panel.start();
    after(ring);
    const told = after({ type: 'call-media', call: 'a', audio: 'PCMU', video: 'H264', onHold: false });
    assert.deepEqual(told, ['ignored call-media']);
  });

  it('the button lets a visitor in and the panel hangs up by itself', async () => {
    const { panel, clock, told, after } = makePanel();
    panel.start();
    after(ring, { type: 'button', edge: 'pressed' });
    const spoken = after(
      { type: 'call-established', call: 'a' },
      { type: 'code', call: 'a', lock: 0, sent: true, detail: null },
    );
    assert.ok(spoken.includes('code a 0'));
    told.length = 0;
    await clock.advance(4999);
    assert.ok(!told.includes('hangup a'));
    await clock.advance(1);
    assert.ok(told.includes('hangup a'));
  });

  it('a far end that fails while being called leaves the panel idle with the door not opened', () => {
    const { panel, told, after } = makePanel();
    panel.start();
    after({ type: 'intent', intent: 'open', lock: 0 });
    assert.equal(told.includes('dial sip:gate@192.0.2.9'), true);
    assert.equal(panel.state.call.state, 'idle');
    assert.equal(panel.state.doors[0]?.state, 'failed');
  });

  it('goes dark after a quiet minute, and a clock set anew does not disturb that', async () => {
    const { panel, clock, told } = makePanel();
    panel.start();
    clock.wallOffset += 86_400_000;
    await clock.advance(59_999);
    assert.ok(!told.includes('show idle dark'));
    await clock.advance(1);
    assert.ok(told.includes('show idle dark'));
  });
});
