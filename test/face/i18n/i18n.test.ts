// What people read: plurals, dates and durations in both languages.
import assert from 'node:assert/strict';
import { dateInWords, duration, languages, timeOfDay } from '../../../src/face/i18n/index.js';

describe('texts', () => {
  it('counts missed calls as Russian grammar wants', () => {
    const expected: Record<number, string> = {
      1: '1 пропущенный вызов',
      2: '2 пропущенных вызова',
      4: '4 пропущенных вызова',
      5: '5 пропущенных вызовов',
      11: '11 пропущенных вызовов',
      12: '12 пропущенных вызовов',
      21: '21 пропущенный вызов',
      22: '22 пропущенных вызова',
      25: '25 пропущенных вызовов',
      111: '111 пропущенных вызовов',
    };
    for (const [count, text] of Object.entries(expected)) {
      assert.equal(languages.ru.missed(Number(count)).replace('\u00a0', ' '), text);
    }
  });

  it('counts missed calls in English', () => {
    assert.equal(languages.en.missed(1), '1\u00a0missed call');
    assert.equal(languages.en.missed(2), '2\u00a0missed calls');
  });

  it('never says that the door is open', () => {
    const said = Object.values(languages).flatMap(({ door }) => [door.sent, door.sentNotice, door.sending]);
    for (const text of said) assert.doesNotMatch(text, /открыта|открыт\b|opened|is open|unlocked/i);
  });

  it('writes the date in words and the time in digits', () => {
    const wall = new Date(2026, 10, 24, 9, 5).getTime();
    assert.equal(dateInWords(wall, languages.ru.locale), 'вторник, 24 ноября');
    assert.equal(dateInWords(wall, languages.en.locale), 'Tuesday, 24 November');
    assert.equal(timeOfDay(wall), '09:05');
  });

  it('writes durations, hours only where there are some', () => {
    assert.equal(duration(-5), '00:00');
    assert.equal(duration(999), '00:00');
    assert.equal(duration(61_000), '01:01');
    assert.equal(duration(3_599_999), '59:59');
    assert.equal(duration(3_600_000), '1:00:00');
    assert.equal(duration(36_061_000), '10:01:01');
  });
});
