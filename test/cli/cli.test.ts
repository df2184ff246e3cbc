import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, chmod, constants, readFile, writeFile } from 'node:fs/promises';
import { FakePanel } from '../control/fake-panel.js';
import { ControlServer } from '../../src/control/server.js';
import { silentLog } from '../../src/system/log.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { kalitka, program, type Outcome } from './kalitka.js';

const PASSWORD = 's3cret-6789';

describe('The command line', function () {
  // each command is a process, on a machine that may be busy
  this.timeout(60_000);
  const path = temporaryFolder();
  const config = (): string => path('panel.toml');

  async function configure(more = '', account = `password = "${PASSWORD}"`): Promise<string> {
    const text = `[sip]\nserver = "127.0.0.1"\nlogin = "12345"\n${account}\n[control]\nsocket = "${path('c.sock')}"\n[display]\ndriver = "memory"\n`;
    await writeFile(config(), text + more, { mode: 0o600 });
    return config();
  }

  /** One line for each expectation, no stack trace, nothing on standard output. */
  function failed({ status, stdout, stderr }: Outcome, expected: number, ...lines: RegExp[]): void {
    assert.equal(stderr.trimEnd().split('\n').length, lines.length, stderr);
    for (const [i, line] of lines.entries()) assert.match(stderr.split('\n')[i] ?? '', line);
    assert.doesNotMatch(stderr, /^\s+at /m);
    assert.equal(stdout, '');
    assert.equal(status, expected);
  }

  it('can be executed', () => access(program, constants.X_OK));

  it('tells its version and its commands', async () => {
    const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { version: string };
    assert.deepEqual(await kalitka(['--version']), { status: 0, stdout: `${version}\n`, stderr: '' });
    const help = await kalitka(['--help']);
    assert.equal(help.status, 0);
    for (const command of ['run', 'check', 'status', 'screenshot', 'touch', 'button', 'doctor', 'demo']) {
      assert.match(help.stdout, new RegExp(`^  ${command} `, 'm'));
      const own = await kalitka([command, '--help']);
      assert.equal(own.status, 0);
      assert.match(own.stdout, /--config <file>/);
    }
  });

  const misuses: [string[], RegExp][] = [
    [[], /^Usage: kalitka/],
    [['frobnicate'], /^kalitka: unknown command 'frobnicate'/],
    [['statsu'], /^kalitka: unknown command 'statsu'/],
    [['status', '--yaml'], /^kalitka: unknown option '--yaml'/],
    [['status', 'more'], /^kalitka: too many arguments/],
    [['status', '--config'], /^kalitka: option '-c, --config <file>' argument missing/],
    [['screenshot'], /^kalitka: missing required argument 'file'/],
    [['touch'], /^kalitka: missing required argument/],
    [['touch', '5'], /^kalitka: touch takes X and Y/],
    [['touch', 'answer', '5'], /^kalitka: touch takes X and Y/],
    [['touch', 'left'], /X, answer, decline, open or hangup/],
    [['touch', '5', '-1'], /^kalitka: /],
    [['touch', '5', '1.5'], /a whole number from 0/],
    [['button', 'kick'], /Allowed choices are press, hold, release/],
    [['demo', '--size', 'big'], /such as 800x480/],
    [['demo', '--port', '70000'], /a whole number from 0 to 65535/],
    [['demo', '--language', 'fr'], /Allowed choices are ru, en/],
  ];
  it('tells of misuse, exit 64', async () => {
    for (const [args, line] of misuses) {
      const { status, stdout, stderr } = await kalitka(args);
      assert.match(stderr, line);
      assert.doesNotMatch(stderr, /^\s+at /m);
      assert.deepEqual([status, stdout], [64, ''], args.join(' '));
    }
  });

  describe('with a configuration that is no good', () => {
    const commands = [
      'run',
      'check',
      'status',
      'watch',
      'answer',
      'screenshot x.png',
      'touch 1 1',
      'button press',
    ];
    const all = (line: RegExp, status: number) =>
      Promise.all(
        commands.map(async (command) => {
          failed(await kalitka([...command.split(' '), '--config', config()]), status, line);
        }),
      );

    it('exits 66 where it is missing', () =>
      all(/panel\.toml: no such file; a new one: kalitka check --defaults/, 66));

    it('exits 78 where it says what it may not', async () => {
      await configure('rotaton = 90\n');
      await all(/^kalitka: .*panel\.toml:9: display\.rotaton: unknown key; did you mean "rotation"\?/, 78);
    });

    it('prints all mistakes, a line each', async () => {
      await configure('rotation = 1\n[log]\nlevel = 5\n');
      const { status, stderr } = await kalitka(['check', '-c', config()]);
      assert.equal(status, 78);
      assert.equal(stderr.trimEnd().split('\n').length, 2);
      for (const line of stderr.trimEnd().split('\n')) assert.match(line, /^kalitka: .*panel\.toml:\d+: /);
    });

    it('exits 77 where this user may not read it', async () => {
      await chmod(await configure(), 0);
      const args = [process.execPath, program, 'check', '-c', config()];
      // root may read everything unless it lets go of that
      const unprivileged = ['setpriv', '--bounding-set=-dac_override,-dac_read_search'];
      const [command = '', ...rest] = process.getuid?.() === 0 ? [...unprivileged, ...args] : args;
      const child = spawn(command, rest, { stdio: ['ignore', 'ignore', 'pipe'] });
      let stderr = '';
      child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
      const [status] = (await once(child, 'close')) as [number];
      assert.match(stderr, /^kalitka: .*: this user may not read it\n$/);
      assert.equal(status, 77);
    });

    it('says what this version cannot do yet, exit 78', async () => {
      await configure();
      const text = await readFile(config(), 'utf8');
      await writeFile(
        config(),
        text.replace('"memory"', '"drm"').replace('login', 'transport = "tls"\nlogin'),
      );
      for (const command of ['run', 'check']) {
        failed(
          await kalitka([command, '-c', config()]),
          78,
          /^kalitka: .*:3: sip\.transport: "tls" is not in this version yet; use "udp"/,
          /^kalitka: .*:9: display\.driver: "drm" is not in this version yet; use "memory"/,
        );
      }
    });
  });

  it('checks a good configuration, with warnings beside', async () => {
    await configure();
    assert.deepEqual(await kalitka(['check', '-c', config()]), {
      status: 0,
      stdout: `${config()}: good\n`,
      stderr: '',
    });
    await writeFile(path('password'), PASSWORD, { mode: 0o644 });
    await configure('', `password_file = "${path('password')}"`);
    const { status, stderr } = await kalitka(['check', '-c', config()]);
    assert.equal(status, 0);
    assert.match(stderr, /^kalitka: warning: .*:4: sip\.password_file: everybody .* chmod o-r .*password\n$/);
  });

  it('prints a configuration that passes its own check, and its JSON Schema', async () => {
    const { stdout } = await kalitka(['check', '--defaults']);
    await writeFile(path('password'), PASSWORD, { mode: 0o600 });
    await writeFile(
      config(),
      stdout
        .replace('/etc/kalitka/password', path('password'))
        .replace('#driver = "drm"', 'driver = "memory"'),
    );
    assert.equal((await kalitka(['check', '-c', config()])).status, 0);
    const schema = JSON.parse((await kalitka(['check', '--schema'])).stdout) as { properties: object };
    assert.ok('sip' in schema.properties);
  });

  it('exits 69 where no panel runs', async () => {
    await configure();
    const commands = [
      'status',
      'watch',
      'answer',
      'decline',
      'hangup',
      'silence',
      'retry',
      'open',
      'screenshot x',
      'touch 1 1',
      'button press',
    ];
    for (const command of commands) {
      failed(
        await kalitka([...command.split(' '), '-c', config()]),
        69,
        /^kalitka: no panel is running: nothing answers on .*c\.sock; start it with "kalitka run"/,
      );
    }
  });

  describe('with a running panel', () => {
    let panel: FakePanel;
    let server: ControlServer;
    beforeEach(async () => {
      await configure();
      panel = new FakePanel();
      server = new ControlServer({ path: path('c.sock'), handler: panel, log: silentLog });
      await server.start();
    });
    afterEach(() => server.stop());
    const run = (...args: string[]): Promise<Outcome> => kalitka([...args, '-c', config()]);
    const done = { status: 0, stdout: '', stderr: '' };

    it('tells what it does, for people and for programs', async () => {
      const { stdout } = await run('status', '--json');
      assert.deepEqual(JSON.parse(stdout), panel.current);
      const { status, stdout: text } = await run('status');
      assert.equal(status, 0);
      assert.match(text, /^Line {5}registered, sip\.example\.org, for \d+ /m);
      assert.match(text, /^Call {5}none$/m);
    });

    it('follows its status, and ends with it', async () => {
      const child = spawn(process.execPath, [program, 'watch', '-c', config()], {
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const states: string[] = [];
      let text = '';
      for await (const data of child.stdout) {
        text += String(data);
        const lines = text.split('\n');
        text = lines.pop() ?? '';
        for (const line of lines) states.push((JSON.parse(line) as FakePanel['current']).call.state);
        if (states.length === 1) panel.ring();
        if (states.length === 2) await server.stop();
      }
      const exit = once(child, 'close');
      assert.deepEqual(states, ['idle', 'ringing']);
      assert.deepEqual((await exit)[0], 69);
    });

    it('passes on what a person wants', async () => {
      panel.ring();
      for (const args of ['answer', 'decline', 'silence', 'hangup', 'retry', 'open', 'open Lift', 'open 1']) {
        assert.deepEqual(await run(...args.split(' ')), done);
      }
      for (const args of ['touch answer', 'touch 10 20', 'button press', 'button hold', 'button release']) {
        assert.deepEqual(await run(...args.split(' ')), done);
      }
      assert.deepEqual(panel.done, [
        ...['answer', 'decline', 'silence', 'hangup', 'retry', 'open 0', 'open 1', 'open 1'],
        ...['touch answer', 'down 10 20', 'up 10 20', 'pressed', 'released', 'pressed', 'released'],
      ]);
    });

    it('exits 1 where the panel says no, and passes on why', async () => {
      failed(await run('answer'), 1, /^kalitka: nothing rings$/);
      failed(await run('touch', 'hangup'), 1, /^kalitka: the present screen has no button "hangup"$/);
      panel.simulated = false;
      failed(await run('button', 'press'), 1, /^kalitka: the button is real/);
    });

    it('exits 64 for what there is not, 75 for what may come', async () => {
      failed(await run('open', 'Garage'), 64, /^kalitka: no such lock; there are: 0 "Gate", 1 "Lift"$/);
      failed(await run('touch', '800', '10'), 64, /^kalitka: the screen has 800x480 px$/);
      panel.change({ face: { state: 'starting', restarts: 1, pid: null, screen: null } });
      failed(await run('touch', '1', '1'), 75, /^kalitka: the screen is starting; try again$/);
    });

    it('saves the screen', async () => {
      assert.deepEqual(await run('screenshot', path('s.png')), done);
      assert.equal(await readFile(path('s.png'), 'utf8'), 'a picture');
      assert.equal((await run('screenshot', '-')).stdout, 'a picture');
      failed(
        await run('screenshot', path('none', 's.png')),
        73,
        /^kalitka: cannot write .*: there is no folder/,
      );
    });

    it('is quiet where nobody reads its output', async () => {
      panel.change({ version: 'x'.repeat(500_000) });
      const child = spawn(process.execPath, [program, 'status', '--json', '-c', config()], {
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let stderr = '';
      child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
      child.stdout.destroy();
      const [status] = (await once(child, 'close')) as [number];
      assert.deepEqual([status, stderr], [0, '']);
    });

    it('shows where an unexpected error came from only when asked', async () => {
      panel.status = () => 5 as never;
      failed(
        await run('status'),
        70,
        /^kalitka: unexpected error: .* \(a mistake in the program: run it again with --debug/,
      );
      assert.match((await run('status', '--debug')).stderr, /^\s+at /m);
    });
  });

  it('never prints the password, whatever it is asked', async () => {
    const outputs: string[] = [];
    const collect = async (...args: string[]): Promise<void> => {
      const { stdout, stderr } = await kalitka([...args, '-c', config(), '--debug']);
      outputs.push(`${args.join(' ')}: ${stdout}${stderr}`);
    };
    const accounts = [
      `password = "${PASSWORD}"`,
      `password = '${PASSWORD}`,
      `password = ${PASSWORD}`,
      `password = ["${PASSWORD}"]`,
      `pasword = "${PASSWORD}"`,
      `password = "${PASSWORD}"\npassword_file = "/nowhere"`,
      `password_file = "${PASSWORD}"`,
    ];
    for (const account of accounts) {
      await configure('', account);
      // a panel that would run is none of this test's
      const commands = account === accounts[0] ? ['check', 'status'] : ['check', 'status', 'run'];
      await Promise.all(commands.map((command) => collect(command)));
    }
    await writeFile(path('password'), `${PASSWORD}\n${PASSWORD}\n`);
    await configure('', `password_file = "${path('password')}"`);
    await collect('check');
    await configure();
    await collect('doctor');
    const server = new ControlServer({ path: path('c.sock'), handler: new FakePanel(), log: silentLog });
    await server.start();
    try {
      for (const command of ['status', 'status --json', 'answer', 'touch 1 1', 'button press', 'doctor']) {
        await collect(...command.split(' '));
      }
    } finally {
      await server.stop();
    }
    assert.equal(outputs.length, 28);
    for (const output of outputs) assert.ok(!output.includes(PASSWORD), output);
  });
});
