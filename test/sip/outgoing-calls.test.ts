// Calls that the panel places, and what it makes of each answer.
import assert from 'node:assert/strict';
import type { CallEnd } from '../../src/panel/ports.js';
import type { SipLine } from '../../src/sip/line.js';
import { answer } from '../../src/sdp/answer.js';
import { stationCapabilities } from '../../src/sdp/capabilities.js';
import { ChanSip } from './chan-sip.js';
import { body, header, kind, respond } from './raw-peer.js';
import { World } from './world.js';

const here = { address: '192.0.2.1', audioPort: 50_000, videoPort: 50_002, sessionId: 1, version: 1 };
const contact = 'Contact: <sip:100@192.0.2.1:5060>';

describe('outgoing calls', () => {
  let world: World;
  let server: ChanSip;
  let line: SipLine;
  /** What the server does with an INVITE. */
  let onInvite: (text: string) => string[];

  beforeEach(async () => {
    world = new World();
    server = new ChanSip(world);
    onInvite = () => [];
    server.onMessage = (text) => {
      if (kind(text) === 'CANCEL') return [respond(text, 200), respond(server.last('INVITE'), 487)];
      return kind(text) === 'INVITE' ? onInvite(text) : server.answer(text);
    };
    await server.start();
    line = world.line();
    await line.start();
    await world.clock.advance(100);
  });

  afterEach(async () => {
    const stopping = line.stop();
    await world.clock.advance(2000);
    await stopping;
    server.stop();
    world.end();
    assert.ok(
      [...world.medias.values()].every((media) => media.closed),
      'sockets are left',
    );
    assert.equal(world.clock.running, 0, 'a timer is left');
    assert.equal(world.network.open, 0, 'a socket is left');
    assert.deepEqual(
      world.log.lines.filter((l) => l.includes('handler failed')),
      [],
    );
  });

  const wait = (ms = 10): Promise<void> => world.clock.advance(ms);
  const types = (): string[] => world.events.slice(2).map((e) => e.type);
  const accept = (text: string, lines: string[] = []): string => {
    const lineSdp = ['Content-Type: application/sdp', contact, ...lines];
    return respond(text, 200, lineSdp, answer(body(text), here, stationCapabilities).sdp);
  };

  it('are established by the 200, confirmed by an ACK, once', async () => {
    onInvite = (text) => [respond(text, 180, [contact]), accept(text)];
    line.dial('700');
    await wait();
    assert.match(server.last('INVITE'), /^INVITE sip:700@server\.example SIP\/2\.0\r\n/);
    assert.deepEqual(types(), ['call-media', 'call-established']);
    server.say(accept(server.last('INVITE')));
    await wait();
    assert.equal(server.all('ACK').length, 2, 'a copy of the 200 gets a copy of the ACK');
    assert.deepEqual(types(), ['call-media', 'call-established']);
    assert.match(server.last('ACK'), /^ACK sip:100@192\.0\.2\.1:5060 SIP\/2\.0\r\n/);
  });

  it('answer a challenge, once', async () => {
    onInvite = (text) =>
      header(text, 'Proxy-Authorization')
        ? [accept(text)]
        : [respond(text, 407, ['Proxy-Authenticate: Digest realm="asterisk", nonce="n"'])];
    line.dial('700');
    await wait();
    assert.deepEqual(
      server.all('INVITE').map((text) => header(text, 'CSeq')),
      ['1 INVITE', '2 INVITE'],
    );
    assert.equal(new Set(server.all('INVITE').map((text) => header(text, 'Call-ID'))).size, 1);
    assert.deepEqual(types(), ['call-media', 'call-established']);
  });

  const refusals: [number, CallEnd][] = [
    [486, 'busy'],
    [600, 'busy'],
    [603, 'declined'],
    [480, 'unanswered'],
    [404, 'failed'],
    [302, 'failed'],
    [503, 'failed'],
    [401, 'failed'],
  ];
  for (const [status, end] of refusals) {
    it(`that get ${status} end as ${end}`, async () => {
      onInvite = (text) => [respond(text, status)];
      const call = line.dial('700');
      await wait();
      assert.deepEqual(world.events.slice(2), [
        { type: 'call-ended', call, end, detail: `${status} Whatever` },
      ]);
      assert.equal(server.all('ACK').length, 1);
    });
  }

  it('that nobody answers to at all end after 32 s', async () => {
    line.dial('700');
    await wait(33_000);
    assert.deepEqual(world.ends, ['failed']);
    assert.equal(server.all('INVITE').length, 7);
  });

  it('that ring for three minutes are cancelled', async () => {
    onInvite = (text) => [respond(text, 180, [contact])];
    line.dial('700');
    await wait(181_000);
    assert.deepEqual(world.ends, ['unanswered']);
    assert.equal(server.all('CANCEL').length, 1);
  });

  it('given up while ringing are cancelled, and end at once', async () => {
    onInvite = (text) => [respond(text, 180, [contact])];
    const call = line.dial('700');
    await wait();
    line.hangup(call);
    assert.deepEqual(world.ends, ['local']);
    await wait();
    assert.equal(server.all('CANCEL').length, 1);
    assert.equal(server.all('ACK').length, 1);
  });

  it('given up before anything came are cancelled as soon as that is allowed', async () => {
    const call = line.dial('700');
    await wait();
    line.hangup(call);
    await wait();
    assert.equal(server.all('CANCEL').length, 0);
    server.say(respond(server.last('INVITE'), 180, [contact]));
    await wait();
    assert.equal(server.all('CANCEL').length, 1);
  });

  it('answered in the moment they were given up are confirmed and ended', async () => {
    onInvite = (text) => [respond(text, 180, [contact])];
    const call = line.dial('700');
    await wait();
    server.onMessage = (text) => server.answer(text);
    line.hangup(call);
    server.say(accept(server.last('INVITE')));
    await wait();
    assert.equal(server.all('ACK').length, 1);
    assert.equal(server.all('BYE').length, 1);
    assert.deepEqual(world.ends, ['local']);
  });

  it('that fork and are answered twice keep the first and end the second', async () => {
    onInvite = (text) => [accept(text), accept(text).replace('as208dacc9', 'as999')];
    line.dial('700');
    await wait();
    assert.equal(server.all('ACK').length, 2);
    assert.match(header(server.last('BYE'), 'To'), /as999/);
    assert.deepEqual(world.ends, []);
  });

  it('take media before the answer', async () => {
    onInvite = (text) => [accept(text).replace('200 Whatever', '183 Session Progress')];
    line.dial('700');
    await wait();
    assert.deepEqual(types(), ['call-media']);
    server.say(respond(server.last('INVITE'), 200, [contact]));
    await wait();
    assert.deepEqual(types(), ['call-media', 'call-media', 'call-established']);
  });

  it('answered with what was not offered are confirmed, ended, and failed', async () => {
    onInvite = (text) => [
      respond(text, 200, [contact, 'Content-Type: application/sdp'], 'v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\n'),
    ];
    line.dial('700');
    await wait();
    assert.deepEqual(world.ends, ['failed']);
    assert.equal(server.all('BYE').length, 1);
  });

  it('to what is no address fail, and say why', async () => {
    const call = line.dial('sip:not an address');
    await wait();
    const [event] = world.events.slice(2);
    assert.ok(event?.type === 'call-ended' && event.call === call && event.end === 'failed');
    assert.match(event.detail ?? '', /no address to call/);
  });
});
