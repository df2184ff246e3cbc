import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { createLog } from '../../src/system/log.js';
import { Secret } from '../../src/system/secret.js';

describe('A secret', () => {
  it('is told to whoever asks for it, and printed to nobody', () => {
    const secret = new Secret('s3cret');
    assert.equal(secret.reveal(), 's3cret');
    const lines: string[] = [];
    const log = createLog('debug', { write: (line) => void lines.push(line) });
    log.info(`${secret.toString()} ${String(secret)}`, { secret: secret as unknown as string });
    const printed = [
      String(secret),
      JSON.stringify({ secret }),
      inspect({ secret }, { showHidden: true, depth: 9 }),
      Object.entries(secret).join(),
      ...lines,
    ];
    for (const text of printed) assert.doesNotMatch(text, /s3cret/);
    assert.match(lines.join(''), /\*\*\*/);
  });
});
