// The panel's line against a server made of the same parts: what a person would notice.
import assert from 'node:assert/strict';
import type { SipEndpoint } from '../../src/sip/endpoint.js';
import type { SipLine } from '../../src/sip/line.js';
import type { OutgoingCall } from '../../src/sip/outgoing-call.js';
import { login, TestRegistrar, World } from './world.js';

describe('SipLine', () => {
  let world: World;
  let registrar: TestRegistrar;
  let server: SipEndpoint;
  let line: SipLine;

  beforeEach(async () => {
    world = new World();
    registrar = new TestRegistrar();
    server = world.endpoint({ onRegister: registrar.handle });
    line = world.line();
    await server.start();
    await line.start();
    await world.clock.advance(100);
  });

  afterEach(async () => {
    const stopping = Promise.all([line.stop(), server.stop()]);
    await world.clock.advance(2000);
    await stopping;
    world.end();
    assert.equal(world.clock.running, 0, 'a timer is left');
    assert.equal(world.network.open, 0, 'a socket is left');
  });

  const ring = async (): Promise<OutgoingCall> => {
    const call = server.dial(registrar.bindings.get(login)!, { from: { displayName: 'Gate', user: '100' } });
    await world.clock.advance(20);
    return call;
  };

  it('registers with the digest of the real server', () => {
    assert.equal(world.lineState, 'registered');
    assert.match(registrar.bindings.get(login) ?? '', /^sip:12345-\w+@192\.0\.2\.10:\d+$/);
  });

  it('takes a call: rings, answers, talks, hangs up', async () => {
    const call = await ring();
    assert.deepEqual(
      world.events.filter((e) => e.type === 'call-incoming'),
      [
        {
          type: 'call-incoming',
          call: world.call,
          caller: { name: 'Gate', uri: 'sip:100@server.example' },
          video: true,
        },
      ],
    );
    line.answer(world.call);
    await world.clock.advance(20);
    assert.deepEqual(
      world.events.slice(-2).map((e) => e.type),
      ['call-media', 'call-established'],
    );
    line.hangup(world.call);
    await world.clock.advance(20);
    assert.deepEqual(world.ends, ['local']);
    assert.equal(call.ended, true);
  });
});
