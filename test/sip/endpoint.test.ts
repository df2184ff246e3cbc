// Two endpoints of our own kind: what the simulated server can do to a panel, and the panel to it.
import assert from 'node:assert/strict';
import { stationCapabilities } from '../../src/sdp/capabilities.js';
import { readInfoDigit } from '../../src/sip/door-code.js';
import type { SipEndpoint } from '../../src/sip/endpoint.js';
import type { DialOptions, OutgoingCall } from '../../src/sip/outgoing-call.js';
import type { SipLine } from '../../src/sip/line.js';
import { KalitkaError } from '../../src/system/errors.js';
import { login, TestRegistrar, World } from './world.js';

describe('SipEndpoint', () => {
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
    assert.ok(
      [...world.medias.values()].every((media) => media.closed),
      'media is left',
    );
    assert.deepEqual(
      world.log.lines.filter((l) => l.includes('handler failed')),
      [],
    );
  });

  const wait = (ms = 20): Promise<void> => world.clock.advance(ms);
  const ring = async (options: DialOptions = {}): Promise<OutgoingCall> => {
    const call = server.dial(registrar.bindings.get(login)!, options);
    await wait();
    return call;
  };
  const talk = async (options: DialOptions = {}): Promise<OutgoingCall> => {
    const call = await ring(options);
    line.answer(world.call);
    await wait();
    assert.equal(world.events.at(-1)?.type, 'call-established');
    return call;
  };
  const panelMedia = () => world.medias.get(world.call)!;

  it('registers with the digest of the real server', () => {
    assert.equal(world.lineState, 'registered');
    assert.match(registrar.bindings.get(login) ?? '', /^sip:12345-\w+@192\.0\.2\.10:\d+$/);
  });

  it('calls as somebody else', async () => {
    await ring({ from: { displayName: 'Подъезд 2', user: '200' } });
    const incoming = world.events.find((e) => e.type === 'call-incoming');
    assert.deepEqual(incoming?.caller, { name: 'Подъезд 2', uri: 'sip:200@server.example' });
    assert.equal(incoming.video, true);
  });

  it('tells the caller that it rings, is answered, and is over', async () => {
    const told: string[] = [];
    const call = server.dial(registrar.bindings.get(login)!);
    call.listener = {
      ringing: () => told.push('ringing'),
      media: ({ video }) => told.push(`media ${video?.direction}`),
      established: () => told.push('established'),
      ended: (end) => told.push(end),
    };
    await wait();
    line.answer(world.call);
    await wait();
    line.hangup(world.call);
    await wait();
    assert.deepEqual(told, ['ringing', 'media sendonly', 'established', 'remote']);
  });

  it('gives up because somebody else answered', async () => {
    const call = await ring();
    call.hangup('SIP;cause=200;text="Call completed elsewhere"');
    await wait();
    assert.deepEqual(world.ends, ['elsewhere']);
  });

  it('calls without an offer', async () => {
    const call = await talk({ offerless: true });
    assert.equal(call.negotiated?.video?.direction, 'sendonly');
    assert.equal(panelMedia().last?.video?.direction, 'recvonly');
  });

  it('puts on hold and takes up again', async () => {
    const call = await talk();
    const held = call.reinvite({ hold: true });
    await wait();
    assert.equal(await held, 200);
    assert.equal(panelMedia().last?.audio?.direction, 'recvonly');
    const again = call.reinvite({ hold: false });
    await wait();
    assert.equal(await again, 200);
    assert.equal(panelMedia().last?.audio?.direction, 'sendrecv');
  });

  it('moves its ports and drops its video', async () => {
    const call = await talk();
    const moved = call.reinvite({
      local: { address: '192.0.2.1', audioPort: 61_000, videoPort: 61_002 },
      capabilities: { ...stationCapabilities, video: null },
    });
    await wait();
    assert.equal(await moved, 200);
    assert.equal(panelMedia().last?.audio?.remote.port, 61_000);
    assert.equal(panelMedia().last?.video, null);
  });

  it('leaves the call as it was when a change is refused', async () => {
    const call = await talk();
    const before = panelMedia().last;
    const refused = call.reinvite({
      hold: true,
      capabilities: { audio: [], telephoneEvent: true, video: null },
    });
    await wait();
    assert.equal(await refused, 488);
    assert.equal(panelMedia().last, before);
    const next = call.reinvite({});
    await wait();
    assert.equal(await next, 200);
    assert.equal(panelMedia().last?.audio?.direction, 'sendrecv', 'the refused hold is forgotten');
  });

  it('refuses two changes at once', async () => {
    const call = await talk();
    const first = call.reinvite({ hold: true });
    const second = call.reinvite({ hold: false });
    await wait();
    assert.deepEqual(await Promise.all([first, second]), [200, 491]);
  });

  it('receives the digits of an INFO', async () => {
    const call = await talk();
    const digits: unknown[] = [];
    call.listener.info = (type, body) => {
      const digit = readInfoDigit(type, body);
      if (digit) digits.push(digit);
      return digit !== null;
    };
    line.sendCode(world.call, 1, { digits: '#', mode: 'info', durationMs: 160, gapMs: 100 });
    await wait();
    assert.deepEqual(digits, [{ digit: '#', durationMs: 160 }]);
    assert.deepEqual(world.events.at(-1), {
      type: 'code',
      call: world.call,
      lock: 1,
      sent: true,
      detail: null,
    });
  });

  it('a code under way when the call ends is not sent', async () => {
    const call = await talk();
    call.listener.info = () => true;
    line.sendCode(world.call, 0, { digits: '1234', mode: 'info', durationMs: 160, gapMs: 100 });
    await wait(300);
    call.hangup();
    await wait();
    const code = world.events.find((e) => e.type === 'code');
    assert.equal(code?.sent, false);
  });

  it('ends what is under way when the program stops, without a socket or timer left', async () => {
    const call = await talk();
    await ring();
    const stopping = line.stop();
    await wait(1100);
    await stopping;
    assert.deepEqual(world.ends, ['local', 'local']);
    assert.equal(call.ended, true);
    assert.deepEqual([...registrar.bindings], []);
  });

  it('takes 16 calls at a time and no more', async () => {
    for (let i = 0; i < 17; i++) await ring();
    assert.equal(world.events.filter((e) => e.type === 'call-incoming').length, 16);
    assert.deepEqual(world.ends, []);
  });

  it('can be started again after it was stopped in the middle of an attempt', async () => {
    world.network.fate = () => ({ arrivals: [] });
    line.retry();
    await wait();
    const stopping = line.stop();
    await wait(1100);
    await stopping;
    world.network.fate = () => ({ arrivals: [1] });
    await line.start();
    await wait();
    assert.equal(world.lineState, 'registered');
  });

  it('leaves no timer after a call that was changed and ended within its first half second', async () => {
    const call = await talk();
    const held = call.reinvite({ hold: true });
    await wait();
    await held;
    line.hangup(world.call);
    await wait();
    const stopping = line.stop();
    await wait(50);
    await stopping;
    await server.stop();
    assert.equal(world.clock.running, 0);
  });

  it('says that it is stopped', async () => {
    await server.stop();
    await server.stop();
    assert.throws(
      () => server.dial('sip:1@192.0.2.10'),
      (e) => e instanceof KalitkaError && e.code === 'SIP_STOPPED',
    );
  });
});
