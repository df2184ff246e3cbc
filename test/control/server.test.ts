import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, stat, symlink, writeFile } from 'node:fs/promises';
import { ControlServer } from '../../src/control/server.js';
import { KalitkaError } from '../../src/system/errors.js';
import { silentLog } from '../../src/system/log.js';
import { FakeClock, settle } from '../support/fake-clock.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { FakePanel, someStatus } from './fake-panel.js';
import { RawClient } from './raw-client.js';

describe('The control socket', () => {
  const path = temporaryFolder();
  const socket = (): string => path('control.sock');
  let panel: FakePanel;
  let clock: FakeClock;
  let server: ControlServer;
  let clients: RawClient[] = [];

  const make = (): ControlServer =>
    new ControlServer({ path: socket(), handler: panel, log: silentLog, clock });
  const connect = async (): Promise<RawClient> => {
    const client = await RawClient.connect(socket());
    clients.push(client);
    return client;
  };
  const failsWith = (code: string, text: RegExp) => (error: unknown) => {
    assert.ok(error instanceof KalitkaError, String(error));
    assert.equal(error.code, code);
    assert.match(error.message, text);
    return true;
  };

  beforeEach(() => {
    panel = new FakePanel();
    clock = new FakeClock();
    server = make();
    clients = [];
  });
  afterEach(async () => {
    for (const client of clients) client.socket.destroy();
    await server.stop();
    assert.equal(clock.running, 0, 'a timer was left');
    assert.equal(panel.changes.listenerCount('change'), 0);
  });

  describe('its file', () => {
    it('is for the owner and the group, whatever the umask, and gone at the end', async () => {
      const umask = process.umask(0);
      let afterwards = -1;
      try {
        await server.start();
      } finally {
        afterwards = process.umask(umask);
      }
      assert.equal(afterwards, 0);
      assert.equal((await stat(socket())).mode & 0o777, 0o660);
      await server.stop();
      await assert.rejects(stat(socket()), { code: 'ENOENT' });
      await server.stop();
      await server.start();
      assert.ok((await (await connect()).ask({ id: 1, command: 'status' }))?.ok);
    });

    it('is refused while another panel answers there, which notices nothing', async () => {
      await server.start();
      await assert.rejects(
        make().start(),
        failsWith('CONTROL_IN_USE', /another panel is running .*control\.sock/),
      );
      assert.ok((await (await connect()).ask({ id: 1, command: 'status' }))?.ok);
    });

    it('is taken over from a panel that was killed', async () => {
      const script = `require('net').createServer().listen(${JSON.stringify(socket())}, () => console.log('up'))`;
      const other = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
      await once(other.stdout, 'data');
      other.kill('SIGKILL');
      await once(other, 'exit');
      assert.ok((await stat(socket())).isSocket());
      await server.start();
      assert.ok((await (await connect()).ask({ id: 1, command: 'status' }))?.ok);
    });

    it('gets its folder where only that is missing', async () => {
      server = new ControlServer({ path: path('run', 'c.sock'), handler: panel, log: silentLog, clock });
      await server.start();
      assert.ok((await stat(path('run', 'c.sock'))).isSocket());
    });

    it('is never something else that was there', async () => {
      await writeFile(socket(), 'precious');
      await assert.rejects(server.start(), failsWith('CONTROL_LISTEN', /something else of that name/));
      await mkdir(path('folder'));
      await symlink(path('folder'), path('link'));
      for (const name of ['folder', 'link']) {
        const other = new ControlServer({ path: path(name), handler: panel, log: silentLog, clock });
        await assert.rejects(other.start(), failsWith('CONTROL_LISTEN', /something else of that name/));
      }
    });

    it('that cannot be made is told with the reason', async () => {
      const at = (where: string) =>
        new ControlServer({ path: where, handler: panel, log: silentLog, clock }).start();
      await assert.rejects(
        at(path('a', 'b', 'c.sock')),
        failsWith('CONTROL_LISTEN', /the folder .*b cannot be made/),
      );
      await assert.rejects(
        at(path('x'.repeat(200))),
        failsWith('CONTROL_LISTEN', /cannot make the control socket/),
      );
      await assert.rejects(
        at('/proc/self/c.sock'),
        failsWith('CONTROL_LISTEN', /cannot make the control socket/),
      );
      await writeFile(path('file'), '');
      await chmod(path('file'), 0o600);
      await assert.rejects(at(path('file', 'c.sock')), failsWith('CONTROL_LISTEN', /cannot be made/));
    });
  });

  describe('its language', () => {
    let client: RawClient;
    beforeEach(async () => {
      await server.start();
      client = await connect();
    });

    it('answers with the id of the request, a number, a text or none', async () => {
      assert.deepEqual(await client.ask({ id: 1, command: 'status' }), {
        id: 1,
        ok: true,
        result: someStatus(),
      });
      assert.equal((await client.ask({ id: 'a', command: 'status' }))?.id, 'a');
      assert.equal((await client.ask({ command: 'status' }))?.id, null);
    });

    const refusals: [string, object | string, string, RegExp][] = [
      ['no JSON', 'status\n', 'BAD_REQUEST', /not JSON/],
      ['half of one', '{"id": 1,\n', 'BAD_REQUEST', /not JSON/],
      ['no object', '[1]\n', 'BAD_REQUEST', /not an object/],
      ['null', 'null\n', 'BAD_REQUEST', /not an object/],
      ['bytes that are no text', '\xff\xfe\x00\n', 'BAD_REQUEST', /not JSON/],
      ['no command', { id: 1 }, 'BAD_REQUEST', /"command" is missing/],
      ['a command that is no text', { id: 1, command: 5 }, 'BAD_REQUEST', /"command" is missing/],
      ['an id that is none', { id: { a: 1 }, command: 'status' }, 'BAD_REQUEST', /"id"/],
      ['a command unknown', { id: 1, command: 'explode' }, 'UNKNOWN_COMMAND', /there are: status, watch/],
      ['a command of JavaScript', { id: 1, command: '__proto__' }, 'UNKNOWN_COMMAND', /there are/],
      ['a field too many', { id: 1, command: 'answer', now: true }, 'BAD_REQUEST', /answer takes nothing/],
      ['a touch outside', { id: 1, command: 'touch', x: 800, y: 0 }, 'BAD_REQUEST', /800x480/],
      ['a touch nowhere', { id: 1, command: 'touch', x: 1 }, 'BAD_REQUEST', /"x" and "y"/],
      ['a touch in between', { id: 1, command: 'touch', x: 1.5, y: 0 }, 'BAD_REQUEST', /"x" and "y"/],
      ['another action', { id: 1, command: 'touch', action: 'explode' }, 'BAD_REQUEST', /answer, decline/],
      ['another edge', { id: 1, command: 'button', edge: 'up' }, 'BAD_REQUEST', /pressed or released/],
      ['answering nobody', { id: 1, command: 'answer' }, 'NO_CALL', /nothing rings/],
      ['declining nobody', { id: 1, command: 'decline' }, 'NO_CALL', /nothing rings/],
      ['silencing nobody', { id: 1, command: 'silence' }, 'NO_CALL', /nothing rings/],
      ['hanging up nothing', { id: 1, command: 'hangup' }, 'NO_CALL', /no call/],
      ['opening for nobody', { id: 1, command: 'open' }, 'NO_CALL', /nobody is at the door/],
      ['a lock that is not there', { id: 1, command: 'open', lock: 2 }, 'NO_LOCK', /0 "Gate", 1 "Lift"/],
      ['a lock below', { id: 1, command: 'open', lock: -1 }, 'NO_LOCK', /no such lock/],
      ['a lock by another name', { id: 1, command: 'open', lock: 'gate' }, 'NO_LOCK', /no such lock/],
    ];
    for (const [what, request, code, message] of refusals) {
      it(`refuses ${what}, and goes on`, async () => {
        const answer = await client.ask(request);
        assert.equal(answer?.ok, false);
        assert.equal(answer.code, code);
        assert.match(String(answer.message), message);
        assert.deepEqual(panel.done, []);
        assert.equal((await client.ask({ id: 2, command: 'status' }))?.ok, true);
      });
    }

    it('carries out what the call allows', async () => {
      panel.ring();
      client.send(
        { command: 'answer' },
        { command: 'decline' },
        { command: 'silence' },
        { command: 'hangup' },
        { command: 'retry' },
        { command: 'open' },
        { command: 'open', lock: 'Lift' },
        { command: 'button', edge: 'pressed' },
        { command: 'button', edge: 'released' },
        { command: 'touch', action: 'answer' },
        { command: 'touch', x: 799, y: 479, pressed: true },
        { command: 'touch', x: 799, y: 479, pressed: false },
      );
      for (let i = 0; i < 12; i++)
        assert.deepEqual(await client.next(), { id: null, ok: true, result: null });
      assert.deepEqual(panel.done, [
        'answer',
        'decline',
        'silence',
        'hangup',
        'retry',
        'open 0',
        'open 1',
        'pressed',
        'released',
        'touch answer',
        'down 799 479',
        'up 799 479',
      ]);
      panel.ring('talking');
      assert.equal((await client.ask({ command: 'answer' }))?.code, 'NO_CALL');
      assert.equal((await client.ask({ command: 'hangup' }))?.ok, true);
      panel.ring('ending');
      assert.equal((await client.ask({ command: 'hangup' }))?.code, 'NO_CALL');
    });

    it('opens a lock that can be dialled while nobody is at the door', async () => {
      assert.equal((await client.ask({ command: 'open', lock: 1 }))?.ok, true);
      assert.deepEqual(panel.done, ['open 1']);
    });

    it('taps where no more is said: down, and up a moment later', async () => {
      client.send({ id: 1, command: 'touch', x: 5, y: 6 });
      while (panel.done.length === 0) await settle();
      assert.deepEqual(panel.done, ['down 5 6']);
      await clock.advance(80);
      assert.equal((await client.next())?.ok, true);
      assert.deepEqual(panel.done, ['down 5 6', 'up 5 6']);
    });

    it('sends the screen as PNG', async () => {
      const answer = await client.ask({ id: 1, command: 'screenshot' });
      const { png } = answer?.result as { png: string };
      assert.equal(Buffer.from(png, 'base64').toString(), 'a picture');
    });

    it('tells what the screen cannot do', async () => {
      assert.equal((await client.ask({ command: 'touch', action: 'hangup' }))?.code, 'NO_BUTTON');
      panel.simulated = false;
      assert.equal((await client.ask({ command: 'button', edge: 'pressed' }))?.code, 'NOT_SIMULATED');
      panel.change({ face: { state: 'failed', restarts: 3, pid: null, screen: null } });
      for (const request of [{ command: 'screenshot' }, { command: 'touch', x: 1, y: 1 }]) {
        assert.equal((await client.ask(request))?.code, 'FACE_DOWN');
      }
    });

    it('does not wait for a screen that hangs', async () => {
      panel.png = new Promise(() => undefined);
      client.send({ id: 1, command: 'screenshot' });
      while (clock.running === 0) await settle();
      await clock.advance(5_000);
      assert.equal((await client.next())?.code, 'TIMEOUT');
    });

    it('says only that it failed where the panel itself has a fault', async () => {
      panel.screenshot = () => Promise.reject(new Error('password is 6789'));
      assert.deepEqual(await client.ask({ id: 1, command: 'screenshot' }), {
        id: 1,
        ok: false,
        code: 'INTERNAL',
        message: 'this failed inside the panel; its log says why',
      });
    });

    it('takes a request in pieces, and one without its line end before the client falls silent', async () => {
      client.send('{"id": 1, "comm');
      await settle();
      client.send('and": "status"}\r\n\n{"id": 2, "command": "status"}');
      client.socket.end();
      assert.equal((await client.next())?.id, 1);
      assert.equal((await client.next())?.id, 2);
      assert.equal(await client.next(), null);
    });

    it('ends a connection whose line never ends', async () => {
      client.send('x'.repeat(5000));
      const answer = await client.next();
      assert.equal(answer?.code, 'BAD_REQUEST');
      assert.match(String(answer.message), /at most 4096 bytes/);
      assert.equal(await client.next(), null);
      assert.equal((await (await connect()).ask({ command: 'status' }))?.ok, true);
    });
  });

  describe('its watchers', () => {
    beforeEach(() => server.start());

    it('get the status, then every change of it, each of them, beside other clients', async () => {
      const [one, two, other] = [await connect(), await connect(), await connect()];
      assert.deepEqual(await one.ask({ id: 7, command: 'watch' }), { id: 7, ok: true, result: someStatus() });
      assert.equal((await two.ask({ id: 8, command: 'watch' }))?.ok, true);
      panel.ring();
      panel.ring('answering');
      // no change but for the uptime
      panel.change({ uptime: 6 });
      panel.ring('talking');
      for (const [client, id] of [
        [one, 7],
        [two, 8],
      ] as const) {
        for (const state of ['ringing', 'answering', 'talking']) {
          const line = await client.next();
          assert.equal(line?.id, id);
          assert.equal(line.event, 'status');
          assert.equal((line.result as { call: { state: string } }).call.state, state);
        }
        assert.equal((await client.ask({ id: 9, command: 'status' }))?.id, 9);
      }
      assert.equal((await other.ask({ id: 1, command: 'status' }))?.id, 1);
    });

    it('that do not read get the newest status when they do, and cost no memory', async () => {
      const slow = await connect();
      assert.equal((await slow.ask({ id: 1, command: 'watch' }))?.ok, true);
      slow.socket.pause();
      const before = process.memoryUsage().arrayBuffers;
      for (let i = 0; i < 20_000; i++) {
        panel.change({ visits: { total: i, missed: 0, unwritten: 0 } });
        if (i % 1000 === 0) await settle();
      }
      assert.ok(process.memoryUsage().arrayBuffers - before < 4 * 2 ** 20);
      slow.socket.resume();
      let lines = 0;
      for (let total = -1; total < 19_999; lines++) {
        const line = await slow.next();
        total = (line?.result as { visits: { total: number } }).visits.total;
      }
      assert.ok(lines < 10_000, `${lines} lines`);
    });

    it('that never read are dropped', async () => {
      const stuck = await connect();
      assert.equal((await stuck.ask({ id: 1, command: 'watch' }))?.ok, true);
      stuck.socket.pause();
      for (let i = 0; clock.running === 0; i++) {
        panel.change({ visits: { total: i, missed: 0, unwritten: 0 } });
        if (i % 100 === 0) await settle();
      }
      await clock.advance(30_000);
      const end = once(stuck.socket, 'end');
      stuck.socket.resume();
      await end;
      // the server goes on and its place is free
      assert.equal((await (await connect()).ask({ command: 'status' }))?.ok, true);
    });

    it('that leave are forgotten', async () => {
      for (let i = 0; i < 40; i++) {
        const client = await RawClient.connect(socket());
        assert.equal((await client.ask({ id: 1, command: 'watch' }))?.ok, true);
        client.socket.destroy();
        await once(client.socket, 'close');
        panel.change({ visits: { total: i, missed: 0, unwritten: 0 } });
        await settle();
      }
    });
  });

  it('serves sixteen at once and tells the next', async () => {
    await server.start();
    for (let i = 0; i < 16; i++) assert.equal((await (await connect()).ask({ command: 'status' }))?.ok, true);
    const late = await connect();
    assert.equal((await late.next())?.code, 'TOO_MANY_CLIENTS');
    assert.equal(await late.next(), null);
    clients[0]?.socket.destroy();
    // its place is free as soon as the server has noticed
    for (let answer = null; answer?.ok !== true;) answer = await (await connect()).ask({ command: 'status' });
  });

  it('lets go of everybody when the panel stops', async () => {
    await server.start();
    const [idle, watching] = [await connect(), await connect()];
    assert.equal((await watching.ask({ id: 1, command: 'watch' }))?.ok, true);
    await server.stop();
    assert.equal(await idle.next(), null);
    assert.equal(await watching.next(), null);
  });
});
