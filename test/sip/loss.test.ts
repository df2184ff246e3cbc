// A bad network: a tenth of all datagrams lost each way, some doubled, some late. Nothing may be lost for it.
import assert from 'node:assert/strict';
import type { SipEndpoint } from '../../src/sip/endpoint.js';
import type { OutgoingCall } from '../../src/sip/outgoing-call.js';
import { login, seeded, TestRegistrar, World } from './world.js';

describe('with a tenth of the datagrams lost each way', () => {
  let world: World;
  let registrar: TestRegistrar;
  let server: SipEndpoint;

  beforeEach(async () => {
    world = new World();
    registrar = new TestRegistrar();
    server = world.endpoint({ onRegister: registrar.handle });
    await server.start();
    const random = seeded(7);
    world.network.fate = () => {
      if (random() < 0.1) return { arrivals: [] };
      const late = 1 + random() * 30;
      return { arrivals: random() < 0.05 ? [late, late + 15] : [late] };
    };
  });

  afterEach(async () => {
    await server.stop();
    world.end();
    assert.equal(world.clock.running, 0, 'a timer is left');
    assert.equal(world.network.open, 0, 'a socket is left');
    assert.deepEqual(
      world.log.lines.filter((l) => l.includes('handler failed')),
      [],
    );
  });

  it('100 of 100 registrations succeed at the first attempt', async () => {
    for (let i = 0; i < 100; i++) {
      world.events.length = 0;
      registrar.bindings.clear();
      const line = world.line();
      await line.start();
      await world.clock.advance(30_000);
      assert.deepEqual(
        world.events.map((e) => e.type === 'line' && e.state),
        ['registering', 'registered'],
        `registration ${i}`,
      );
      const stopping = line.stop();
      await world.clock.advance(1500);
      await stopping;
    }
  });

  it('100 of 100 calls are established, send their code and end on both sides', async () => {
    const line = world.line();
    await line.start();
    await world.clock.advance(30_000);
    for (let i = 0; i < 100; i++) {
      world.events.length = 0;
      const binding = registrar.bindings.get(login) ?? '';
      const told: string[] = [];
      const call: OutgoingCall = server.dial(binding);
      call.listener = {
        established: () => told.push('established'),
        info: () => told.push('info') > 0,
        ended: (end) => told.push(end),
      };
      await world.clock.advance(20_000);
      const types = (): string[] => world.events.map((e) => e.type);
      assert.deepEqual(types(), ['call-incoming'], `call ${i} rings once`);
      line.answer(world.call);
      await world.clock.advance(20_000);
      assert.deepEqual(types(), ['call-incoming', 'call-media', 'call-established'], `call ${i}`);
      line.sendCode(world.call, 0, { digits: '#', mode: 'info', durationMs: 160, gapMs: 100 });
      await world.clock.advance(20_000);
      const code = world.events.at(-1);
      assert.ok(code?.type === 'code' && code.sent, `the code of call ${i}`);
      if (i % 2 === 0) line.hangup(world.call);
      else call.hangup();
      await world.clock.advance(20_000);
      assert.deepEqual(told, ['established', 'info', i % 2 === 0 ? 'remote' : 'local'], `call ${i}`);
      assert.deepEqual(world.ends, [i % 2 === 0 ? 'local' : 'remote']);
    }
    const stopping = line.stop();
    await world.clock.advance(1500);
    await stopping;
    assert.ok([...world.medias.values()].every((media) => media.closed));
  });
});
