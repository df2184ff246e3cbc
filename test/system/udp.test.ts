// The machine's datagram sockets, on loopback.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { systemUdp } from '../../src/system/udp.js';

const LOOPBACK = '127.0.0.1';

describe('system: UDP', () => {
  it('sends what was handed over just before the socket is closed', async () => {
    let arrived: (text: string) => void = () => undefined;
    const arrival = new Promise<string>((resolve) => (arrived = resolve));
    const to = await systemUdp.bind({ address: LOOPBACK, port: 0 }, (data) => arrived(data.toString()));
    const from = await systemUdp.bind({ address: LOOPBACK, port: 0 }, () => undefined);
    from.send(Buffer.from('goodbye'), to.local);
    from.close();
    from.close();
    assert.equal(await arrival, 'goodbye');
    to.close();
  });

  it('holds the burst of a key frame while the program is busy', async () => {
    const burst = 150;
    let count = 0;
    let all: () => void = () => undefined;
    const arrival = new Promise<void>((resolve) => (all = resolve));
    const to = await systemUdp.bind({ address: LOOPBACK, port: 0 }, () => {
      if (++count === burst) all();
    });
    const from = await systemUdp.bind({ address: LOOPBACK, port: 0 }, () => undefined);
    // all of them before the event loop turns once
    for (let i = 0; i < burst; i++) from.send(Buffer.alloc(1200), to.local);
    await arrival;
    from.close();
    to.close();
  });

  it('counts what cannot be sent and throws nothing', async () => {
    const socket = await systemUdp.bind({ address: LOOPBACK, port: 0 }, () => undefined);
    const data = Buffer.from('x');
    for (const port of [0, 70_000]) socket.send(data, { address: LOOPBACK, port });
    assert.equal(socket.sendErrors, 2);
    socket.send(data, { address: 'not an address', port: 9 });
    socket.send(data, { address: '::1', port: 9 });
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(socket.sendErrors, 4);
    socket.close();
    socket.send(data, { address: LOOPBACK, port: 9 });
    assert.equal(socket.sendErrors, 5);
  });

  it('refuses an address that is not here, and a port that is taken', async () => {
    const descriptors = () => readdirSync('/proc/self/fd').length;
    const before = descriptors();
    await assert.rejects(
      systemUdp.bind({ address: '192.0.2.1', port: 0 }, () => undefined),
      { code: 'UDP_BIND' },
    );
    const first = await systemUdp.bind({ address: LOOPBACK, port: 0 }, () => undefined);
    await assert.rejects(
      systemUdp.bind(first.local, () => undefined),
      { code: 'UDP_BIND' },
    );
    first.close();
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(descriptors(), before, 'a socket that failed is closed');
  });

  it('knows the address toward a destination', async () => {
    assert.equal(await systemUdp.localAddressToward({ address: LOOPBACK, port: 9 }), LOOPBACK);
  });
});
