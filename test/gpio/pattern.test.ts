import assert from 'node:assert/strict';
import fc from 'fast-check';
import { chimePatterns, ledPatterns, type Pattern, patternAt } from '../../src/gpio/pattern.js';

/** The changes of a pattern until `end`: at each ms from which on it is on or off. */
function changes(pattern: Pattern, end: number): [number, boolean][] {
  const seen: [number, boolean][] = [];
  let at: number | null = 0;
  while (at !== null && at <= end) {
    const { on, nextChange } = patternAt(pattern, at);
    seen.push([at, on]);
    at = nextChange;
  }
  return seen;
}

describe('LED patterns', () => {
  const table: [keyof typeof ledPatterns, [number, boolean][]][] = [
    ['off', [[0, false]]],
    ['on', [[0, true]]],
    [
      'slow',
      [
        [0, true],
        [1000, false],
        [2000, true],
        [3000, false],
        [4000, true],
      ],
    ],
    [
      'fast',
      [
        [0, true],
        [200, false],
        [400, true],
        [600, false],
        [800, true],
      ],
    ],
    [
      'double',
      [
        [0, true],
        [100, false],
        [300, true],
        [400, false],
        [2000, true],
      ],
    ],
  ];
  for (const [name, expected] of table) {
    it(`${name}: ${expected.map(([at, on]) => `${at} ms ${on ? 'on' : 'off'}`).join(', ')}`, () => {
      assert.deepEqual(changes(ledPatterns[name], expected.at(-1)![0]), expected);
    });
  }

  it('never flashes more than three times in any second', () => {
    for (const pattern of Object.values(ledPatterns)) {
      const starts = changes(pattern, 10_000).filter(([, on]) => on);
      for (const [from] of starts) {
        assert.ok(starts.filter(([at]) => at >= from && at < from + 1000).length <= 3);
      }
    }
  });

  it('can tell each pattern from the others within two seconds', () => {
    const looks = Object.values(ledPatterns).map((pattern) => JSON.stringify(changes(pattern, 2000)));
    assert.equal(new Set(looks).size, looks.length);
  });
});

describe('Chime patterns', () => {
  it('is silent when off', () => {
    assert.deepEqual(changes(chimePatterns.off, 1000), [[0, false]]);
  });

  it('rings 1 s, is silent 2 s, and so on', () => {
    assert.deepEqual(changes(chimePatterns.ringing, 6000), [
      [0, true],
      [1000, false],
      [3000, true],
      [4000, false],
      [6000, true],
    ]);
  });

  it('never holds a coil for more than a second, and gives up after two minutes', () => {
    const all = changes(chimePatterns.ringing, Infinity);
    all.forEach(([at, on], i) => {
      if (on) assert.ok(all[i + 1]![0] - at <= 1000);
    });
    assert.deepEqual(all.slice(-2), [
      [118_000, false],
      [120_000, false],
    ]);
    assert.equal(patternAt(chimePatterns.ringing, 3_600_000).on, false);
  });
});

describe('patternAt', () => {
  it('gives one level up to the next change and another from there on, at any time', () => {
    const pattern = fc.record({
      steps: fc
        .array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 4 })
        .map((half) => [...half, ...half]),
      limit: fc.integer({ min: 1, max: 100_000 }),
    });
    fc.assert(
      fc.property(pattern, fc.double({ min: 0, max: 120_000, noNaN: true }), (p, elapsed) => {
        const { on, nextChange } = patternAt(p, elapsed);
        if (nextChange === null) {
          assert.equal(on, false);
          assert.ok(elapsed >= p.limit);
          return;
        }
        assert.ok(nextChange > elapsed);
        assert.equal(patternAt(p, elapsed + (nextChange - elapsed) / 2).on, on);
        if (nextChange < p.limit) assert.equal(patternAt(p, nextChange).on, !on);
        else assert.deepEqual(patternAt(p, nextChange), { on: false, nextChange: null });
      }),
    );
  });
});
