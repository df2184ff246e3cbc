import assert from 'node:assert/strict';
import { createServer, type Server, type Socket } from 'node:net';
import { ControlClient } from '../../src/control/client.js';
import { ControlServer } from '../../src/control/server.js';
import { silentLog } from '../../src/system/log.js';
import { FakeClock, settle } from '../support/fake-clock.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { FakePanel, someStatus } from './fake-panel.js';

describe('The control client', () => {
  const path = temporaryFolder();
  let panel: FakePanel;
  let server: ControlServer;
  let client: ControlClient;

  beforeEach(async () => {
    panel = new FakePanel();
    server = new ControlServer({ path: path('c.sock'), handler: panel, log: silentLog });
    await server.start();
    client = new ControlClient({ path: path('c.sock') });
  });
  afterEach(async () => {
    await client.stop();
    await server.stop();
  });

  it('asks, several things at once too', async () => {
    await client.start();
    const [status, shot] = await Promise.all([
      client.request('status', {}),
      client.request('screenshot', {}),
    ]);
    assert.deepEqual(status, someStatus());
    assert.equal(Buffer.from(shot.png, 'base64').toString(), 'a picture');
  });

  it("rejects with the panel's code and message", async () => {
    await client.start();
    await assert.rejects(client.request('answer', {}), { code: 'NO_CALL', message: 'nothing rings' });
  });

  it('watches', async () => {
    await client.start();
    const states: string[] = [];
    let third = (): void => undefined;
    const seen = new Promise<void>((resolve) => (third = resolve));
    await client.watch(({ call }) => {
      if (states.push(call.state) === 3) third();
    });
    panel.ring();
    panel.ring('talking');
    await seen;
    assert.deepEqual(states, ['idle', 'ringing', 'talking']);
  });

  it('tells where no panel runs', async () => {
    const lost = new ControlClient({ path: path('none.sock') });
    await assert.rejects(lost.start(), { code: 'CONTROL_NOT_RUNNING' });
    await lost.stop();
  });

  it('rejects what is under way when the panel goes away, and what comes after', async () => {
    panel.png = new Promise(() => undefined);
    await client.start();
    const shot = assert.rejects(client.request('screenshot', {}), { code: 'CONTROL_CLOSED' });
    await settle();
    await server.stop();
    await shot;
    await client.ended;
    await assert.rejects(client.request('status', {}), { code: 'CONTROL_CLOSED' });
  });

  describe('with a peer that is no panel', () => {
    let peer: Server;
    let onConnection: (socket: Socket) => void;
    const sockets: Socket[] = [];
    beforeEach(async () => {
      peer = createServer((socket) => {
        sockets.push(socket);
        onConnection(socket);
      });
      await new Promise<void>((resolve) => peer.listen(path('peer.sock'), () => resolve()));
    });
    afterEach(async () => {
      for (const socket of sockets.splice(0)) socket.destroy();
      await new Promise((resolve) => peer.close(resolve));
    });

    it('gives up waiting', async () => {
      onConnection = () => undefined;
      const clock = new FakeClock();
      client = new ControlClient({ path: path('peer.sock'), timeoutMs: 1000, clock });
      await client.start();
      const answer = assert.rejects(client.request('status', {}), { code: 'CONTROL_TIMEOUT' });
      await clock.advance(1000);
      await answer;
    });

    it('takes no nonsense', async () => {
      onConnection = (socket) => void socket.once('data', () => socket.write('hello\n'));
      client = new ControlClient({ path: path('peer.sock') });
      await client.start();
      await assert.rejects(client.request('status', {}), {
        code: 'CONTROL_CLOSED',
        message: /makes no sense/,
      });
    });
  });
});
