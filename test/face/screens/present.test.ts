// From the view to words and buttons: what a person may read and do in every state.
import assert from 'node:assert/strict';
import { languages } from '../../../src/face/i18n/index.js';
import { present } from '../../../src/face/screens/present.js';
import type { CallPresentation, IdlePresentation } from '../../../src/face/screens/presentation.js';
import type { View } from '../../../src/panel/view.js';
import { idle, inCall, line, locks, now, notice, station } from './views.js';

const { ru, en } = languages;

function call(view: View, messages = ru): CallPresentation {
  const shown = present(view, messages, now);
  assert.ok(shown.screen === 'call');
  return shown;
}

function idleFace(view: View, messages = ru): IdlePresentation {
  const shown = present(view, messages, now);
  assert.ok(shown.screen === 'idle');
  return shown;
}

const intents = (face: CallPresentation) =>
  [...face.main, ...face.locks, ...(face.silence ? [face.silence] : [])]
    .filter((button) => button.intent)
    .map((button) => button.id)
    .sort();

describe('what the glass shows', () => {
  it('idle: time, date and that the intercom works', () => {
    const face = idleFace(idle());
    assert.equal(face.clock, '09:41');
    assert.equal(face.date, 'вторник, 24 ноября');
    assert.deepEqual(face.foot, { kind: 'status', tone: 'good', text: 'Домофон на связи' });
    assert.equal(face.missed, null);
  });

  it('idle: missed calls can be touched away', () => {
    const { missed } = idleFace(idle({ missed: 3 }), en);
    assert.equal(missed?.text, '3\u00a0missed calls');
    assert.deepEqual(missed.intent, { type: 'intent', intent: 'dismiss' });
  });

  it('a screen asleep shows the time and what is worth waking it for, but a call even then', () => {
    const asleep = { screen: 'asleep', clock: '09:41' };
    assert.deepEqual(present(idle({ awake: false }), ru, now), { ...asleep, hint: null });
    assert.deepEqual(present(idle({ awake: false, missed: 1 }), en, now), {
      ...asleep,
      hint: '1\u00a0missed call',
    });
    assert.deepEqual(present(line('offline', null, { awake: false, missed: 1 }), en, now), {
      ...asleep,
      hint: 'Intercom not connected',
    });
    assert.equal(present({ ...inCall('talking'), awake: false }, ru, now).screen, 'call');
  });

  it('a refused login says what to do and offers to try again', () => {
    const { foot } = idleFace(line('refused', 'wrong-password'));
    assert.ok(foot.kind === 'trouble');
    assert.equal(foot.tone, 'bad');
    assert.equal(foot.title, 'Неверный логин или пароль');
    assert.equal(foot.advice, 'Попросите установщика проверить настройки.');
    assert.equal(foot.retry.text, 'Попробовать снова');
    assert.deepEqual(foot.retry.intent, { type: 'intent', intent: 'retry' });
  });

  it('trying again keeps the card and takes the button away', () => {
    const { foot } = idleFace(line('registering', 'no-answer'));
    assert.ok(foot.kind === 'trouble');
    assert.equal(foot.retry.text, 'Подключаемся…');
    assert.equal(foot.retry.intent, null);
  });

  it('the first registration is no trouble yet', () => {
    assert.equal(idleFace(line('registering', null)).foot.kind, 'status');
    assert.equal(idleFace(line('offline', null)).foot.kind, 'trouble');
  });

  it('a cable pulled is named as such', () => {
    const { foot } = idleFace(line('offline', 'no-network'));
    assert.ok(foot.kind === 'trouble');
    assert.equal(foot.advice, 'Проверьте сетевой кабель.');
  });

  it('ringing: who it is, decline, open, answer, silence', () => {
    const face = call(inCall('ringing'));
    assert.equal(face.title, 'Подъезд 2');
    assert.deepEqual(intents(face), ['answer', 'decline', 'open-0', 'silence']);
    assert.equal(face.placeholder.text, 'Видео сейчас появится…');
    assert.equal(call(inCall('ringing', { video: false })).placeholder.text, 'Вызов без видео');
  });

  it('ringing silenced: no second time', () => {
    assert.equal(call(inCall('ringing', { silenced: true })).silence, null);
    assert.equal(call(inCall('ringing', { silenced: true })).status.icon, 'bell-off');
  });

  it('answering: seen at once, can be given up', () => {
    const face = call(inCall('answering'));
    assert.deepEqual(intents(face), ['hangup', 'open-0']);
    assert.equal(face.main[1]?.detail, 'соединяем…');
  });

  it('talking: duration, hang up, open, mute', () => {
    const face = call(inCall('talking'));
    assert.equal(face.status.text, 'Разговор · 01:23');
    assert.deepEqual(intents(face), ['hangup', 'mute', 'open-0']);
    assert.deepEqual(face.main[1]?.intent, { type: 'intent', intent: 'mute', muted: true });
  });

  it('muted and on hold are plain to see', () => {
    const muted = call(inCall('talking', { muted: true }), en);
    assert.equal(muted.status.text, 'You are muted · 01:23');
    assert.deepEqual(muted.main[1]?.intent, { type: 'intent', intent: 'mute', muted: false });
    assert.equal(muted.main[1].role, 'active');
    assert.equal(call(inCall('talking', { onHold: true }), en).status.text, 'On hold · 01:23');
  });

  it('calling: only giving up; ending: nothing to press', () => {
    assert.deepEqual(intents(call(inCall('calling'))), ['hangup']);
    assert.deepEqual(intents(call(inCall('ending'))), []);
  });

  it('several locks carry their names, one is just "Open"', () => {
    assert.deepEqual(
      call(inCall('talking', {}, { doors: locks(3) })).locks.map((button) => button.text),
      ['Калитка', 'Подъезд', 'Парковка'],
    );
    assert.equal(call(inCall('talking')).locks[0]?.text, 'Открыть');
    const unnamed = locks(2).map((door) => ({ ...door, name: ' ' }));
    assert.equal(call(inCall('talking', {}, { doors: unnamed }), en).locks[1]?.text, 'Lock 2');
  });

  it('a code on its way cannot be sent again; its fate is on the button', () => {
    const detail = (state: 'sending' | 'sent' | 'failed') =>
      call(inCall('talking', {}, { doors: locks(1, state) })).locks[0];
    assert.equal(detail('sending')?.intent, null);
    assert.equal(detail('sending')?.detail, 'отправка…');
    assert.equal(detail('sent')?.detail, 'отправлено');
    assert.equal(detail('failed')?.detail, 'не отправлено');
    assert.ok(detail('failed')?.intent);
  });

  it('notices say what happened to whom', () => {
    const sent = call(inCall('talking', {}, notice({ kind: 'door-sent', lock: 0 })));
    assert.equal(sent.notice?.title, 'Команда на открытие отправлена');
    assert.equal(sent.notice.detail, 'Калитка');
    const busy = call(inCall('talking', {}, notice({ kind: 'busy', caller: station })));
    assert.equal(busy.notice?.detail, 'Подъезд 2');
    const { foot } = idleFace(idle(notice({ kind: 'call-ended', end: 'elsewhere', caller: station })));
    assert.ok(foot.kind === 'notice');
    assert.equal(foot.notice.title, 'Ответили на другом устройстве');
  });

  it('a notice about a lock that is not there breaks nothing', () => {
    const face = call(inCall('talking', {}, { doors: [], ...notice({ kind: 'door-failed', lock: 7 }) }));
    assert.equal(face.notice?.detail, 'Замок 8');
  });
});
