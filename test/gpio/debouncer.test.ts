import assert from 'node:assert/strict';
import { Debouncer } from '../../src/gpio/debouncer.js';
import { FakeClock } from '../support/fake-clock.js';

/**
 * Plays a contact and gives the reports, in ms since the start.
 * @param contact ms at which the contact changes, closed first (open first where it was closed at the start)
 * @param late ms until this process learns of each change, as when it was busy
 */
async function play(contact: number[], { initial = false, late = 0, until = 1000 } = {}): Promise<string[]> {
  const clock = new FakeClock();
  const begin = clock.steady();
  const reports: string[] = [];
  const tell = (what: string): void => void reports.push(`${what} ${clock.steady() - begin}`);
  let active = initial;
  const debouncer = new Debouncer({
    clock,
    initial,
    read: () => active,
    onPressed: () => tell('pressed'),
    onReleased: () => tell('released'),
  });
  contact.forEach((ms, i) => {
    const closes = (i % 2 === 0) !== initial;
    clock.after(ms, () => {
      active = closes;
    });
    clock.after(ms + late, () => debouncer.edge({ active: closes, at: begin + ms }));
  });
  await clock.advance(until);
  debouncer.stop();
  assert.equal(clock.running, 0);
  return reports;
}

describe('Debouncing the button', () => {
  const table: [string, number[], string[]][] = [
    ['a clean press', [10, 200], ['pressed 11', 'released 230']],
    ['one that bounces when it closes', [10, 11.5, 12, 14, 15, 19, 20, 200], ['pressed 11', 'released 230']],
    [
      'one whose first bounces are too short to see',
      [10, 10.2, 10.5, 10.8, 11, 200],
      ['pressed 12', 'released 230'],
    ],
    ['one that bounces when it opens', [10, 200, 205, 206, 220, 221], ['pressed 11', 'released 251']],
    ['one with a bad contact: 29 ms open in the middle', [10, 100, 129, 200], ['pressed 11', 'released 230']],
    ['the shortest press a finger can do', [10, 40], ['pressed 11', 'released 70']],
    ['two presses', [10, 60, 120, 180], ['pressed 11', 'released 90', 'pressed 121', 'released 210']],
    ['a spike of interference', [10, 10.5], []],
    ['a burst of spikes', [10, 10.1, 12, 12.3, 15, 15.9, 17, 17.2], []],
    ['a button held for good: one press, no repeat', [10], ['pressed 11', 'released 5000']],
  ];
  for (const [name, contact, expected] of table) {
    it(name, async () => {
      const until = contact.length === 1 ? 5000 : 1000;
      assert.deepEqual(await play(contact, { until }), expected);
    });
  }

  it('says nothing of a button that is stuck at the start', async () => {
    assert.deepEqual(await play([], { initial: true, until: 60_000 }), []);
  });

  it('takes the first press after a button that was stuck at the start was let go', async () => {
    assert.deepEqual(await play([500, 600, 700], { initial: true }), ['pressed 601', 'released 730']);
  });

  it('takes no bounce of a button that was stuck at the start for a press', async () => {
    assert.deepEqual(await play([500, 505, 510, 512, 520], { initial: true }), []);
  });

  it('goes by the time of the change, not of its delivery', async () => {
    const late = 300;
    assert.deepEqual(await play([10, 110], { late }), ['pressed 410', 'released 440'], 'a whole press');
    assert.deepEqual(await play([10, 10.5], { late }), [], 'a spike');
    assert.deepEqual(await play([10, 110, 115, 120], { late }), ['pressed 410', 'released 450'], 'bounces');
  });

  it('ends a press whose end was not told', async () => {
    const clock = new FakeClock();
    const reports: string[] = [];
    let active = true;
    const debouncer = new Debouncer({
      clock,
      initial: false,
      read: () => active,
      onPressed: () => reports.push('pressed'),
      onReleased: () => reports.push('released'),
    });
    debouncer.edge({ active: true, at: clock.steady() });
    await clock.advance(10);
    debouncer.edge({ active: false, at: clock.steady() });
    await clock.advance(100);
    assert.deepEqual(reports, ['pressed'], 'the level is the truth: it is still pressed');
    active = false;
    debouncer.stop();
    assert.deepEqual(reports, ['pressed', 'released'], 'every press has an end');
    debouncer.edge({ active: true, at: clock.steady() });
    await clock.advance(100);
    assert.deepEqual(reports, ['pressed', 'released'], 'and nothing comes after the end');
  });
});
