import assert from 'node:assert/strict';
import { duration, statusText } from '../../src/cli/status-text.js';
import { someStatus } from '../control/fake-panel.js';

const NOW = Date.parse('2026-01-31T14:03:05.000Z');

describe('The status for people', () => {
  it('is one line for each part of an idle panel', () => {
    assert.equal(
      statusText(someStatus(), NOW),
      [
        'Line     registered, sip.example.org, for 2 h 3 min',
        'Call     none',
        'Doors    0 Gate: closed',
        '         1 Lift: closed',
        'GPIO     working: button released, LED on, chime silent',
        'Screen   running, 800x480, process 4711, restarted 0 times',
        'Visits   3, missed 1',
        'Kalitka  1.2.3, up 5 s',
      ].join('\n'),
    );
  });

  it('tells of a call and of trouble', () => {
    const status = someStatus();
    const text = statusText(
      {
        ...status,
        line: { ...status.line, state: 'refused', reason: 'wrong-password' },
        call: {
          state: 'talking',
          from: 'Street',
          since: '2026-01-31T14:02:00.000Z',
          audioCodec: 'PCMU',
          videoCodec: null,
          framesShown: 0,
          packetsLost: 7,
        },
        door: [{ name: 'Gate', state: 'sent', at: '2026-01-31T14:03:00.000Z', dial: false }],
        gpio: { state: 'failed', button: null, led: null, chime: null },
        face: { state: 'failed', restarts: 1, pid: null, screen: null },
        visits: { total: 3, missed: 1, unwritten: 2 },
      },
      NOW,
    );
    assert.equal(
      text,
      [
        'Line     refused (wrong-password), sip.example.org, for 2 h 3 min',
        'Call     talking: Street, for 1 min 5 s',
        '         PCMU, no picture; 0 pictures shown, 7 packets lost',
        'Doors    0 Gate: sent, 5 s ago',
        'GPIO     failed: button unknown, LED unknown, chime unknown',
        'Screen   failed, restarted once',
        'Visits   3, missed 1, 2 could not be written',
        'Kalitka  1.2.3, up 5 s',
      ].join('\n'),
    );
  });

  const table: [number, string][] = [
    [-5, '0 s'],
    [0.9, '0 s'],
    [59, '59 s'],
    [60, '1 min'],
    [3600, '1 h'],
    [3605, '1 h'],
    [90_061, '1 d 1 h'],
    [400 * 86_400, '400 d'],
  ];
  for (const [seconds, text] of table) {
    it(`calls ${seconds} s ${text}`, () => assert.equal(duration(seconds), text));
  }
});
