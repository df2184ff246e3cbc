import assert from 'node:assert/strict';
import { suggest } from '../../src/config/suggest.js';

describe('"Did you mean"', () => {
  const keys = ['server', 'transport', 'login', 'password', 'password_file', 'register_interval', 'allow'];
  const table: [string, string | null][] = [
    ['transprot', 'transport'],
    ['pasword', 'password'],
    ['passwordfile', 'password_file'],
    ['password-file', 'password_file'],
    ['registerInterval', 'register_interval'],
    ['Login', 'login'],
    ['servre', 'server'],
    ['alow', 'allow'],
    ['volume', null],
    ['x', null],
    ['', null],
    ['x'.repeat(10_000), null],
  ];
  for (const [word, meant] of table) {
    it(`${word.slice(0, 20) || 'nothing'} -> ${meant ?? 'nothing'}`, () =>
      assert.equal(suggest(word, keys), meant));
  }
});
