// A finger on the glass: every button means what it says, at once, and nothing happens by accident.
import assert from 'node:assert/strict';
import type { Intent } from '../../src/panel/ports.js';
import type { View } from '../../src/panel/view.js';
import { idle, inCall, line, locks, notice, station } from '../face/screens/views.js';
import { Glass, type Box } from './glass.js';
import { TestPanel } from './test-panel.js';

const intent = (
  name: 'answer' | 'decline' | 'hangup' | 'silence' | 'wake' | 'retry' | 'dismiss',
): Intent => ({
  type: 'intent',
  intent: name,
});
const open = (lock: number): Intent => ({ type: 'intent', intent: 'open', lock });

describe('touch', () => {
  const glass = new Glass();
  let panel: TestPanel;

  beforeEach(() => {
    panel = new TestPanel();
    glass.watch();
    panel.start();
  });
  afterEach(() => {
    glass.release();
    panel.stop();
  });

  /** Where the button with this text is; drawn on the way. */
  function button(text: string): Box {
    panel.lvgl.renderNow();
    const label = glass.labels(panel.lvgl).find((each) => each.text === text);
    const found = glass.buttons().find(({ object }) => label?.ancestors.has(object));
    assert.ok(found, `no button "${text}"`);
    return found.box;
  }

  const middle = ({ x1, y1, x2, y2 }: Box): [number, number] => [(x1 + x2) >> 1, (y1 + y2) >> 1];

  function tap(text: string): void {
    panel.tap(...middle(button(text)));
  }

  const cases: [string, View, string, Intent][] = [
    ['decline', inCall('ringing'), 'Отклонить', intent('decline')],
    ['answer', inCall('ringing'), 'Ответить', intent('answer')],
    ['open while ringing', inCall('ringing'), 'Открыть', open(0)],
    ['silence', inCall('ringing'), 'Без звука', intent('silence')],
    ['hang up', inCall('talking'), 'Завершить', intent('hangup')],
    ['open while talking', inCall('talking'), 'Открыть', open(0)],
    ['mute', inCall('talking'), 'Микрофон', { type: 'intent', intent: 'mute', muted: true }],
    [
      'unmute',
      inCall('talking', { muted: true }),
      'Микрофон',
      { type: 'intent', intent: 'mute', muted: false },
    ],
    ['give up an answer', inCall('answering'), 'Завершить', intent('hangup')],
    ['give up calling', inCall('calling'), 'Отменить', intent('hangup')],
    ['the third lock', inCall('talking', {}, { doors: locks(4) }), 'Парковка', open(2)],
    ['try again', line('refused', 'wrong-password'), 'Попробовать снова', intent('retry')],
    ['missed calls seen', idle({ missed: 2 }), '2\u00a0пропущенных вызова', intent('dismiss')],
    [
      'put a notice away',
      inCall('talking', {}, notice({ kind: 'busy', caller: station })),
      'Звонил кто-то ещё',
      intent('dismiss'),
    ],
    ['touch the idle screen', idle(), '', intent('wake')],
  ];
  for (const [name, view, text, expected] of cases) {
    it(name, () => {
      panel.screens.show(view);
      panel.lvgl.renderNow();
      if (text) tap(text);
      else panel.tap(400, 240);
      assert.deepEqual(panel.intents, [expected]);
    });
  }

  it('is drawn before the call returns, and goes away with the finger', () => {
    panel.screens.show(inCall('ringing'));
    const { x1, y1, x2, y2 } = button('Ответить');
    const [x, y] = [x1 + 30, y1 + 6];
    const before = panel.pixel(x, y);
    panel.lvgl.touch((x1 + x2) >> 1, (y1 + y2) >> 1, true);
    const pressed = panel.pixel(x, y);
    assert.notEqual(pressed, before);
    panel.lvgl.touch((x1 + x2) >> 1, (y1 + y2) >> 1, false);
    assert.equal(panel.pixel(x, y), before);
  });

  it('twice on a lock sends one code; after a while it may send another', async () => {
    panel.screens.show(inCall('talking'));
    const place = middle(button('Открыть'));
    panel.tap(...place);
    panel.tap(...place);
    assert.deepEqual(panel.intents, [open(0)]);
    panel.screens.show(inCall('talking', {}, { doors: locks(1, 'sending') }));
    await panel.clock.advance(5000);
    panel.tap(...place);
    assert.deepEqual(panel.intents, [open(0)], 'while the code is on its way');
    panel.screens.show(inCall('talking', {}, { doors: locks(1, 'sent') }));
    panel.tap(...place);
    assert.deepEqual(panel.intents, [open(0), open(0)]);
  });

  it('only wakes a sleeping screen, even if the view comes before the finger is lifted', () => {
    for (const awake of [idle({ missed: 1 }), inCall('ringing'), line('refused', 'forbidden')]) {
      for (const text of ['1\u00a0пропущенный вызов', 'Ответить', 'Попробовать снова']) {
        panel.screens.show(awake);
        panel.lvgl.renderNow();
        if (!glass.labels(panel.lvgl).some((label) => label.text === text)) continue;
        const place = middle(button(text));
        panel.screens.show(idle({ awake: false }));
        panel.intents.length = 0;
        panel.lvgl.touch(...place, true);
        assert.deepEqual(panel.intents, [intent('wake')]);
        panel.screens.show(awake);
        panel.lvgl.touch(...place, false);
        assert.deepEqual(panel.intents, [intent('wake')], text);
      }
    }
  });

  it('does not hit what appears under the finger', () => {
    panel.screens.show(inCall('ringing'));
    const place = middle(button('Отклонить'));
    panel.lvgl.touch(...place, true);
    panel.screens.show(inCall('talking'));
    panel.lvgl.touch(...place, false);
    assert.deepEqual(panel.intents, []);
  });

  it('of one call does not mean the next one', () => {
    for (const between of [idle(), inCall('ringing', {}, {}, 'call-2')]) {
      panel.screens.show(inCall('ringing'));
      const place = middle(button('Отклонить'));
      panel.lvgl.touch(...place, true);
      panel.screens.show(between);
      panel.screens.show(inCall('ringing', {}, {}, 'call-2'));
      panel.lvgl.touch(...place, false);
      assert.deepEqual(panel.intents, []);
    }
  });

  it('that slides off a button, or onto one, means nothing', () => {
    panel.screens.show(inCall('ringing'));
    const [decline, answer] = [middle(button('Отклонить')), middle(button('Ответить'))];
    panel.lvgl.touch(...decline, true);
    panel.lvgl.touch(...answer, true);
    panel.lvgl.touch(...answer, false);
    panel.lvgl.touch(400, 200, true);
    panel.lvgl.touch(...decline, true);
    panel.lvgl.touch(...decline, false);
    assert.deepEqual(panel.intents, []);
  });

  it('a second touch on "Answer" does not end the call', () => {
    panel.screens.show(inCall('ringing'));
    const place = middle(button('Ответить'));
    for (const phase of ['answering', 'talking'] as const) {
      panel.tap(...place);
      panel.screens.show(inCall(phase));
    }
    panel.tap(...place);
    assert.ok(panel.intents.every((each) => each.intent !== 'hangup' && each.intent !== 'decline'));
  });

  it('by the name of an action presses the button on the glass', () => {
    panel.screens.show(inCall('ringing'));
    assert.equal(panel.screens.touchAction('open'), true);
    assert.equal(panel.screens.touchAction('answer'), true);
    assert.equal(panel.screens.touchAction('hangup'), false);
    assert.equal(panel.screens.touchAction('decline'), true);
    assert.deepEqual(panel.intents, [open(0), intent('answer'), intent('decline')]);
    panel.screens.show(inCall('talking', {}, { doors: locks(2, 'sending') }));
    assert.equal(panel.screens.touchAction('open'), false);
    assert.equal(panel.screens.touchAction('hangup'), true);
    panel.screens.show(idle());
    assert.equal(panel.screens.touchAction('answer'), false);
  });
});
