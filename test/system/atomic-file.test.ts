import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { fileError, writeFileAtomically } from '../../src/system/atomic-file.js';
import { temporaryFolder } from '../support/temporary-folder.js';

describe('Files written atomically', () => {
  const path = temporaryFolder();

  it('are made, and replaced', async () => {
    await writeFileAtomically(path('a'), 'one');
    await writeFileAtomically(path('a'), Buffer.from('two'), { mode: 0o600 });
    assert.equal(await readFile(path('a'), 'utf8'), 'two');
    assert.equal((await stat(path('a'))).mode & 0o777, 0o600);
    assert.deepEqual(await readdir(path()), ['a']);
  });

  it('are never seen half written, whoever looks', async () => {
    const versions = ['a'.repeat(300_000), 'b'.repeat(300_000)];
    await writeFileAtomically(path('a'), versions[0] ?? '');
    const ended = new AbortController();
    const reader = (async () => {
      do assert.ok(versions.includes(await readFile(path('a'), 'utf8')));
      while (!ended.signal.aborted);
    })();
    for (let i = 0; i < 20; i++) await writeFileAtomically(path('a'), versions[i % 2] ?? '');
    ended.abort();
    await reader;
  });

  it('leave the old file and nothing else where they cannot be written', async () => {
    await mkdir(path('a'));
    await writeFile(path('a', 'precious'), '');
    await assert.rejects(writeFileAtomically(path('a'), 'x'), { code: 'FILE_WRITE' });
    assert.deepEqual(await readdir(path()), ['a']);
    await assert.rejects(writeFileAtomically(path('none', 'b'), 'x'), {
      code: 'FILE_WRITE',
      message: /there is no folder .*none/,
    });
  });

  it('do not follow a link that lies in wait, and clear away what a power cut left', async () => {
    await writeFile(path('precious'), 'precious');
    await symlink(path('precious'), path('.a.tmp'));
    await writeFileAtomically(path('a'), 'new');
    assert.equal(await readFile(path('precious'), 'utf8'), 'precious');
    await writeFile(path('.a.tmp'), 'half');
    await writeFileAtomically(path('a'), 'newer');
    assert.deepEqual((await readdir(path())).sort(), ['a', 'precious']);
  });

  const causes: [string, string, RegExp][] = [
    ['ENOSPC', 'FILE_NO_SPACE', /^cannot write \/x\/a: the disk is full$/],
    ['EDQUOT', 'FILE_NO_SPACE', /the disk is full$/],
    ['EROFS', 'FILE_READ_ONLY', /the file system is read-only$/],
    ['EACCES', 'FILE_NO_PERMISSION', /this user may not write to \/x$/],
    ['EPERM', 'FILE_NO_PERMISSION', /this user may not write to \/x$/],
    ['ENOENT', 'FILE_WRITE', /there is no folder \/x$/],
    ['EIO', 'FILE_WRITE', /input\/output error$/],
  ];
  for (const [code, typed, message] of causes) {
    it(`tell of ${code} as ${typed}`, () => {
      const cause = Object.assign(new Error('input/output error'), { code });
      const error = fileError('/x/a', cause);
      assert.equal(error.code, typed);
      assert.match(error.message, message);
      assert.equal(error.cause, cause);
    });
  }
});
