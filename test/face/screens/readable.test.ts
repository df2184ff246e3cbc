// Names from the network must be drawable whatever they hold.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { textFontPaths } from '../../../src/face/screens/fonts.js';
import { callerName, readable } from '../../../src/face/screens/readable.js';
import { codePointsOf } from './font-table.js';

describe('names of callers', () => {
  it('are left alone where the font can draw them', () => {
    for (const name of ['Подъезд №2', 'Ґанок “Їжак”', 'Müller & Söhne – Tür', 'Αθήνα 5€']) {
      assert.equal(readable(name), name);
    }
  });

  it('lose emoji, controls and other scripts', () => {
    assert.equal(readable('  🚪 Gate\r\n\u202e\u200d 门 1 👨‍👩‍👧 '), 'Gate 1');
    assert.equal(readable('e\u0301'), 'é');
  });

  it('fall back to the address, never to nothing', () => {
    assert.equal(callerName({ name: '🚪', uri: 'sip:102@example.org' }), '102');
    assert.equal(callerName({ name: '门', uri: 'sip:门@example.org' }), 'sip:@example.org');
    assert.equal(callerName({ name: '', uri: '' }), '?');
  });

  it('are bounded', () => {
    assert.ok(readable('Щ'.repeat(100_000)).length <= 100);
  });

  it('are made only of glyphs that both fonts have', () => {
    for (const path of Object.values(textFontPaths)) {
      const drawn = codePointsOf(readFileSync(path));
      for (let codePoint = 0x20; codePoint < 0x3000; codePoint++) {
        const character = String.fromCodePoint(codePoint);
        if (readable(`a${character}a`) === `a${character}a`) {
          assert.ok(drawn.has(codePoint), `U+${codePoint.toString(16)} is not in ${path}`);
        }
      }
    }
  });
});
