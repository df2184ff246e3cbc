import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, readdir, readFile, writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { ControlClient } from '../../src/control/client.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { kalitka, program } from './kalitka.js';

const PASSWORD = 's3cret-6789';

describe('kalitka run', function () {
  this.timeout(60_000);
  const path = temporaryFolder();
  const config = (): string => path('panel.toml');
  let child: ChildProcess | undefined;
  let log: string[] = [];
  let exit: Promise<unknown[]>;

  /** Starts a panel whose server does not answer; resolves when its control socket does. */
  async function start(env: NodeJS.ProcessEnv = {}): Promise<void> {
    log = [];
    const running = spawn(process.execPath, [program, 'run', '-c', config()], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child = running;
    exit = once(running, 'close');
    const ready = new Promise<void>((resolve, reject) => {
      createInterface({ input: running.stderr }).on('line', (line) => {
        log.push(line);
        if (line.includes('GPIO lines open')) resolve();
      });
      running.once('exit', (code) => reject(new Error(`exit ${code ?? ''}: ${log.join('\n')}`)));
    });
    await ready;
  }

  beforeEach(() =>
    writeFile(
      config(),
      `[sip]
server = "127.0.0.1:9"
login = "12345"
password = "${PASSWORD}"
[display]
driver = "memory"
[gpio]
backend = "sim"
[audio]
input = "none"
output = "none"
[storage]
directory = "${path('data')}"
[control]
socket = "${path('c.sock')}"
[log]
level = "debug"
`,
      { mode: 0o600 },
    ),
  );
  afterEach(async () => {
    if (child?.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await exit;
    }
    child = undefined;
  });

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    it(`ends in order at ${signal}: exit 0, no socket left`, async () => {
      await start();
      const client = new ControlClient({ path: path('c.sock') });
      await client.start();
      const { line, gpio, version } = await client.request('status', {});
      assert.equal(line.server, '127.0.0.1:9');
      assert.equal(gpio.state, 'working');
      assert.match(version, /^\d+\.\d+\.\d+$/);
      await client.stop();
      child?.kill(signal);
      assert.deepEqual(await exit, [0, null]);
      assert.ok(!(await readdir(path())).includes('c.sock'));
    });
  }

  it('ends at once at the second signal', async () => {
    await start();
    // two in one moment: the first has not been worked through when the second comes
    child?.kill('SIGINT');
    child?.kill('SIGTERM');
    const [status] = await exit;
    assert.ok(status === 130 || status === 143, String(status));
  });

  it('refuses to run twice: exit 75, and the first one notices nothing', async () => {
    await start();
    const { status, stderr } = await kalitka(['run', '-c', config()]);
    assert.equal(status, 75);
    assert.match(stderr, /^kalitka: another panel is running \(it answers on .*c\.sock\)$/m);
    assert.equal((await kalitka(['status', '-c', config()])).status, 0);
  });

  it('starts again after it was killed', async () => {
    await start();
    child?.kill('SIGKILL');
    await exit;
    assert.ok((await readdir(path())).includes('c.sock'));
    await start();
    assert.equal((await kalitka(['status', '-c', config()])).status, 0);
  });

  it('keeps its password to itself, in the debug log too', async () => {
    await start();
    const status = await kalitka(['status', '--json', '-c', config()]);
    child?.kill('SIGTERM');
    await exit;
    assert.ok(log.length > 1);
    assert.ok(!`${log.join('\n')}${status.stdout}`.includes(PASSWORD));
  });

  it('tells systemd when it is ready and when it stops', async () => {
    await writeFile(path('systemd-notify'), `#!/bin/sh\necho "$*" >> ${path('notified')}\n`);
    await chmod(path('systemd-notify'), 0o755);
    await start({ NOTIFY_SOCKET: '/run/none', PATH: `${path()}:${process.env.PATH ?? ''}` });
    child?.kill('SIGTERM');
    await exit;
    const { pid } = child ?? {};
    assert.equal(await readFile(path('notified'), 'utf8'), `--pid=${pid} READY=1\n--pid=${pid} STOPPING=1\n`);
  });
});
