// The screens over time: the picture, the clock, and that nothing is drawn or kept without need.
import assert from 'node:assert/strict';
import { idle, inCall, locks, now, wall } from '../face/screens/views.js';
import { flatFrame } from './frames.js';
import { Glass } from './glass.js';
import { TestPanel } from './test-panel.js';

describe('the screens', () => {
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

  const texts = () => glass.labels(panel.lvgl).map((label) => label.text);
  const white = (light: number) => flatFrame(panel.size, light);
  const show = (frame: Buffer) => panel.screens.videoFrame(frame, panel.size.width, panel.size.height);

  it('draw a frame at once, in the middle of a call only', () => {
    panel.screens.show(idle());
    assert.equal(show(white(255)), false);
    assert.notEqual(panel.pixel(400, 240), 0xffffff);
    panel.screens.show(inCall('ringing'));
    assert.equal(show(white(255)), true);
    assert.equal(panel.pixel(400, 240), 0xffffff);
    assert.equal(show(white(128)), true);
    assert.equal(panel.pixel(400, 240), 0x808080);
  });

  it('put a frame of another size in the middle', () => {
    panel.screens.show(inCall('talking'));
    assert.equal(panel.screens.videoFrame(Buffer.alloc(640 * 480 * 4, 255), 640, 480), true);
    assert.equal(panel.pixel(82, 260), 0xffffff);
    assert.equal(panel.pixel(717, 260), 0xffffff);
    assert.notEqual(panel.pixel(78, 260), 0xffffff);
    assert.notEqual(panel.pixel(722, 260), 0xffffff);
  });

  it('never show the picture of one call in another', () => {
    panel.screens.show(inCall('ringing'));
    show(white(255));
    panel.screens.show(inCall('ringing', {}, {}, 'call-2'));
    panel.lvgl.renderNow();
    assert.notEqual(panel.pixel(400, 240), 0xffffff);
    assert.ok(texts().includes('Видео сейчас появится…'));
  });

  it('keep the picture from ringing to talking, and give it up when told', () => {
    panel.screens.show(inCall('ringing'));
    show(white(255));
    panel.screens.show(inCall('talking', { picture: true }));
    panel.lvgl.renderNow();
    assert.equal(panel.pixel(400, 240), 0xffffff);
    panel.screens.clearVideo();
    panel.lvgl.renderNow();
    assert.notEqual(panel.pixel(400, 240), 0xffffff);
  });

  it('draw nothing where nothing has changed', () => {
    for (const view of [idle({ missed: 1 }), inCall('ringing'), inCall('talking', {}, { doors: locks(3) })]) {
      panel.screens.show(view);
      panel.lvgl.renderNow();
      let drawn = 0;
      panel.lvgl.onFrame = () => drawn++;
      panel.screens.show(structuredClone(view));
      panel.lvgl.renderNow();
      assert.equal(drawn, 0);
      panel.lvgl.onFrame = undefined;
    }
  });

  it('move the clock on with the minute, and wake no more often', async () => {
    panel.clock.wallOffset = wall - panel.clock.steady() + 40_000;
    panel.screens.show(idle());
    assert.ok(texts().includes('09:41'));
    let drawn = 0;
    panel.lvgl.renderNow();
    panel.lvgl.onFrame = () => drawn++;
    await panel.clock.advance(19_999);
    panel.lvgl.renderNow();
    assert.equal(drawn, 0);
    await panel.clock.advance(1);
    assert.ok(texts().includes('09:42'));
    assert.equal(panel.clock.running, 1);
    await panel.clock.advance(60_000);
    assert.ok(texts().includes('09:43'));
    panel.lvgl.onFrame = undefined;
  });

  it('count the seconds of a call on the second', async () => {
    panel.screens.show(inCall('talking', { since: { wall: 0, steady: now.steady - 400 } }));
    assert.ok(texts().includes('Разговор · 00:00'));
    await panel.clock.advance(599);
    assert.ok(texts().includes('Разговор · 00:00'));
    await panel.clock.advance(1);
    assert.ok(texts().includes('Разговор · 00:01'));
    await panel.clock.advance(10_000);
    assert.ok(texts().includes('Разговор · 00:11'));
  });

  it('run no timer while ringing, one at most otherwise, none after stop', () => {
    panel.screens.show(inCall('ringing'));
    assert.equal(panel.clock.running, 0);
    for (const view of [idle(), inCall('talking'), idle({ awake: false })]) {
      panel.screens.show(view);
      assert.equal(panel.clock.running, 1);
    }
    panel.screens.stop();
    panel.screens.stop();
    assert.equal(panel.clock.running, 0);
    panel.screens.show(idle());
    assert.equal(show(white(255)), false);
    assert.equal(panel.screens.touchAction('answer'), false);
    assert.equal(panel.clock.running, 0);
  });

  it('can be started again', () => {
    panel.screens.show(inCall('ringing'));
    panel.screens.stop();
    panel.screens.start();
    panel.screens.show(idle());
    assert.ok(texts().includes('09:41'));
  });

  it('end long and strange names in dots, within the glass', () => {
    for (const name of [
      'Очень длинное имя вызывной панели во втором подъезде',
      '🚪👨‍👩‍👧\u202eщ'.repeat(40),
      'W'.repeat(5000),
    ]) {
      panel.screens.show(inCall('ringing', { caller: { name, uri: 'sip:102@example.org' } }));
      panel.lvgl.renderNow();
      for (const { box } of glass.labels(panel.lvgl)) assert.ok(box.x1 >= 0 && box.x2 < panel.size.width);
      const silence = glass.labels(panel.lvgl).find((label) => label.text === 'Без звука');
      const title = glass.labels(panel.lvgl)[0];
      assert.ok(title && silence && title.box.x2 < silence.box.x1);
    }
  });

  it('need no objects more after a hundred calls than after one', () => {
    const count = () => [...glass.all()].length;
    const round = (call: string) => {
      for (const phase of ['ringing', 'answering', 'talking', 'ending'] as const) {
        panel.screens.show(inCall(phase, {}, { doors: locks(4) }, call));
        show(white(200));
      }
      panel.screens.show(idle());
    };
    round('1');
    const once = count();
    for (let i = 2; i <= 100; i++) round(String(i));
    assert.equal(count(), once);
  });
});
