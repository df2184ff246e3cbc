import assert from 'node:assert/strict';
import { chmod, readFile, stat, writeFile } from 'node:fs/promises';
import { sdNotify } from '../../src/system/sd-notify.js';
import { temporaryFolder } from '../support/temporary-folder.js';

describe('Notifying systemd', () => {
  const path = temporaryFolder();

  async function fakeProgram(): Promise<string> {
    await writeFile(path('notify'), `#!/bin/sh\necho "$NOTIFY_SOCKET $*" >> ${path('sent')}\n`);
    await chmod(path('notify'), 0o755);
    return path('notify');
  }

  it('is done through its own program', async () => {
    const program = await fakeProgram();
    const env = { NOTIFY_SOCKET: '/run/x', PATH: process.env.PATH };
    await sdNotify(['READY=1', 'STATUS=up and running'], { env, program });
    assert.equal(
      await readFile(path('sent'), 'utf8'),
      `/run/x --pid=${process.pid} READY=1 STATUS=up and running\n`,
    );
  });

  it('is not tried outside of systemd', async () => {
    await sdNotify(['READY=1'], { env: {}, program: await fakeProgram() });
    await assert.rejects(stat(path('sent')), { code: 'ENOENT' });
  });

  it('may fail', () => sdNotify(['READY=1'], { env: { NOTIFY_SOCKET: '/run/x' }, program: path('none') }));
});
