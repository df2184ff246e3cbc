// Registering: what the server sees on the wire, and what a person reads on the screen.
import assert from 'node:assert/strict';
import type { SipLine } from '../../src/sip/line.js';
import { header, kind, RawPeer, respond } from './raw-peer.js';
import { password, World } from './world.js';

const hour = 3_600_000;
const challenge = 'WWW-Authenticate: Digest algorithm=MD5, realm="asterisk", nonce="1234abcd"';
const contactOf = (request: string): string => /^Contact: <([^>]*)>/im.exec(request)?.[1] ?? '';

describe('registration', () => {
  let world: World;
  let peer: RawPeer;
  let line: SipLine;

  beforeEach(async () => {
    world = new World();
    peer = new RawPeer(world);
    await peer.start();
    line = world.line();
  });

  afterEach(async () => {
    const stopping = line.stop();
    await world.clock.advance(2000);
    await stopping;
    peer.stop();
    world.end();
    assert.equal(world.clock.running, 0, 'a timer is left');
    assert.equal(world.network.open, 0, 'a socket is left');
    const secrets = peer.heard.flatMap((text) => /response="([^"]*)"/.exec(text)?.[1] ?? []);
    for (const secret of [password, ...secrets])
      assert.doesNotMatch(world.log.lines.join('\n'), new RegExp(secret));
  });

  const begin = async (ms = 100): Promise<void> => {
    await line.start();
    await world.clock.advance(ms);
  };
  const registers = (): string[] => peer.all('REGISTER');
  const withCredentials = (): string[] =>
    registers().filter((text) => /^(Proxy-)?Authorization:/im.test(text));
  /** A registrar that takes any credentials and grants so many seconds. */
  const granting =
    (expires = 300, extra: (request: string) => string[] = () => []) =>
    (request: string): string[] => {
      if (kind(request) !== 'REGISTER') return [];
      if (!header(request, 'Authorization')) return [respond(request, 401, [challenge])];
      const own = `Contact: <${contactOf(request)}>;expires=${expires}`;
      return [respond(request, 200, [...extra(request), own])];
    };

  it('asks for the configured interval and is registered', async () => {
    peer.onMessage = granting();
    await begin();
    assert.deepEqual(
      world.events.map((e) => e.type === 'line' && e.state),
      ['registering', 'registered'],
    );
    assert.equal(header(registers()[0] ?? '', 'Expires'), '300');
    assert.equal(registers().length, 2);
  });

  it('tells a wrong password after one try, and then keeps silent for a day', async () => {
    peer.onMessage = (request) => [
      respond(request, 401, [challenge.replace('1234', `${registers().length}`)]),
    ];
    await begin();
    assert.equal(world.lineState, 'refused:wrong-password');
    assert.equal(withCredentials().length, 1);
    await world.clock.advance(24 * hour);
    assert.equal(registers().length, 2);
  });

  it('tries a stale nonce once more, and never sends credentials a third time', async () => {
    peer.onMessage = (request) => [respond(request, 401, [`${challenge}, stale=true`])];
    await begin();
    assert.equal(world.lineState, 'refused:wrong-password');
    assert.equal(withCredentials().length, 2);
    await world.clock.advance(hour);
    assert.equal(withCredentials().length, 2);
  });

  it('registers with a nonce that went stale', async () => {
    let nonces = 0;
    peer.onMessage = (request) => {
      nonces += 1;
      if (nonces === 1) return [respond(request, 401, [challenge])];
      if (nonces === 2) return [respond(request, 401, [`${challenge.replace('1234', '5678')}, stale=true`])];
      return granting()(request);
    };
    await begin();
    assert.equal(world.lineState, 'registered');
    assert.match(registers().at(-1) ?? '', /nonce="5678abcd"/);
  });

  it('answers a proxy and the registrar behind it', async () => {
    peer.onMessage = (request) => {
      if (!header(request, 'Proxy-Authorization')) {
        return [respond(request, 407, [challenge.replace('WWW', 'Proxy').replace('asterisk', 'proxy')])];
      }
      return granting()(request);
    };
    await begin();
    assert.equal(world.lineState, 'registered');
    const last = registers().at(-1) ?? '';
    assert.match(last, /^Proxy-Authorization: .*realm="proxy"/im);
    assert.match(last, /^Authorization: .*realm="asterisk"/im);
  });

  it('takes the strongest of several challenges and counts the uses of a nonce', async () => {
    const sha = 'WWW-Authenticate: Digest realm="r", nonce="n", algorithm=SHA-256, qop="auth"';
    peer.onMessage = (request) =>
      header(request, 'Authorization')
        ? granting(60)(request)
        : [respond(request, 401, [challenge, sha, 'WWW-Authenticate: Nonsense'])];
    await begin();
    assert.equal(world.lineState, 'registered');
    await world.clock.advance(60_000);
    const counts = withCredentials().map((text) => /algorithm=SHA-256,.*nc=(\d+)/.exec(text)?.[1]);
    assert.deepEqual(counts.slice(0, 2), ['00000001', '00000002']);
  });

  const refusals: [number, string][] = [
    [403, 'forbidden'],
    [404, 'unknown-account'],
    [604, 'unknown-account'],
  ];
  for (const [status, reason] of refusals) {
    it(`stops at ${status}, tries "Try again" at once, and by itself not for half an hour`, async () => {
      peer.onMessage = (request) => [respond(request, status)];
      await begin();
      assert.equal(world.lineState, `refused:${reason}`);
      line.retry();
      await world.clock.advance(100);
      assert.equal(registers().length, 2);
      await world.clock.advance(29 * 60_000);
      assert.equal(registers().length, 2);
      peer.onMessage = granting();
      await world.clock.advance(2 * 60_000);
      assert.equal(world.lineState, 'registered');
    });
  }

  it('"Try again" mends a refused login', async () => {
    peer.onMessage = (request) => [respond(request, 401, [challenge])];
    await begin();
    peer.onMessage = granting();
    line.retry();
    await world.clock.advance(100);
    assert.equal(world.lineState, 'registered');
  });

  it('repeats an unanswered REGISTER, gives up after 32 s, comes back when the server does', async () => {
    await begin(31_000);
    assert.equal(world.lineState, 'registering');
    const times = world.sent('192.0.2.10', 'REGISTER').map((t) => t.at);
    const gaps = times.slice(1).map((at, i) => at - (times[i] ?? 0));
    assert.deepEqual(gaps, [500, 1000, 2000, 4000, 4000, 4000, 4000, 4000, 4000]);
    await world.clock.advance(2000);
    assert.equal(world.lineState, 'offline:no-answer');
    peer.onMessage = granting();
    await world.clock.advance(2000);
    assert.equal(world.lineState, 'registered');
  });

  it('backs off up to a minute, never longer, never in step', async () => {
    peer.onMessage = (request) => [respond(request, 503)];
    await begin(3 * hour);
    assert.equal(world.lineState, 'offline:server-error');
    const times = world.sent('192.0.2.10', 'REGISTER').map((t) => t.at);
    const gaps = times.slice(1).map((at, i) => at - (times[i] ?? 0));
    assert.ok(gaps[0]! >= 1000 && gaps[0]! < 1100, `${gaps[0]}`);
    assert.ok(
      gaps.every((gap) => gap <= 60_100),
      'longer than a minute',
    );
    const late = gaps.slice(10);
    assert.ok(late.every((gap) => gap >= 30_000) && new Set(late).size > late.length / 2, 'no jitter');
  });

  it('waits as long as Retry-After says', async () => {
    peer.onMessage = (request) => [respond(request, 503, ['Retry-After: 120 (maintenance)'])];
    await begin(119_000);
    assert.equal(registers().length, 1);
    await world.clock.advance(2000);
    assert.equal(registers().length, 2);
  });

  it('asks for more time when the interval is too brief', async () => {
    peer.onMessage = (request) =>
      Number(header(request, 'Expires')) < 900 && Number(header(request, 'Expires')) > 0
        ? [respond(request, 423, ['Min-Expires: 900'])]
        : granting(900)(request);
    await begin();
    assert.equal(world.lineState, 'registered');
    assert.equal(header(registers().at(-1) ?? '', 'Expires'), '900');
  });

  it('registers again at 50 to 80 % of what was granted, with the same Call-ID and rising CSeq', async () => {
    peer.onMessage = granting(100);
    await begin(hour);
    const times = world.sent('192.0.2.10', 'REGISTER').map((t) => t.at);
    // challenge and answer come in pairs
    const starts = times.filter((_, i) => i % 2 === 0);
    const gaps = starts.slice(1).map((at, i) => at - (starts[i] ?? 0));
    assert.ok(
      gaps.every((gap) => gap >= 50_000 && gap <= 80_100),
      `${Math.min(...gaps)} to ${Math.max(...gaps)}`,
    );
    assert.equal(new Set(registers().map((text) => header(text, 'Call-ID'))).size, 1);
    const numbers = registers().map((text) => parseInt(header(text, 'CSeq'), 10));
    assert.deepEqual(
      numbers,
      [...numbers.keys()].map((i) => i + 1),
    );
    assert.deepEqual(world.events.length, 2, "a refresh is nobody's business");
  });

  it('finds its own contact among others, even if a NAT-minded registrar rewrote it', async () => {
    peer.onMessage = (request) => {
      const rewritten = contactOf(request).replace(/@.*/, '@198.51.100.7:61000');
      return header(request, 'Authorization')
        ? [
            respond(request, 200, [
              'Contact: <sip:tablet@192.0.2.99>;expires=9999',
              `Contact: <${rewritten}>;expires=60`,
            ]),
          ]
        : [respond(request, 401, [challenge])];
    };
    await begin(49_000);
    assert.equal(world.lineState, 'registered');
    assert.equal(registers().length, 4, 'refreshed before 60 s are over');
  });

  it('behind NAT gives the address the server sees, and takes the other one away', async () => {
    peer.onMessage = (request) =>
      granting()(request).map((text) => text.replace(/;rport/, ';received=198.51.100.7;rport=61000'));
    await begin();
    assert.equal(world.lineState, 'registered');
    const first = registers()[1] ?? '';
    const last = registers().at(-1) ?? '';
    assert.match(contactOf(last), /@198\.51\.100\.7:61000$/);
    assert.ok(last.includes(`Contact: <${contactOf(first)}>;expires=0`));
    const count = registers().length;
    await world.clock.advance(100_000);
    assert.equal(registers().length, count, 'once is enough');
  });

  it('goes offline when a refresh fails, and comes back', async () => {
    peer.onMessage = granting(60);
    await begin();
    peer.onMessage = () => [];
    await world.clock.advance(90_000);
    assert.equal(world.lineState, 'offline:no-answer');
    peer.onMessage = granting(60);
    await world.clock.advance(100_000);
    assert.equal(world.lineState, 'registered');
  });

  it('says that there is no network, and registers soon after it came', async () => {
    world.network.down = true;
    peer.onMessage = granting();
    await begin(60_000);
    assert.equal(world.lineState, 'offline:no-network');
    world.network.down = false;
    await world.clock.advance(10_100);
    assert.equal(world.lineState, 'registered');
  });

  it('notices an unplugged cable within half a minute', async () => {
    peer.onMessage = granting();
    await begin();
    world.network.down = true;
    await world.clock.advance(30_000);
    assert.equal(world.lineState, 'offline:no-network');
  });

  it('says that the name is not found', async () => {
    world.addresses = [];
    await begin();
    assert.equal(world.lineState, 'offline:server-not-found');
  });

  it('tries the next address of a server whose first is silent', async () => {
    world.addresses = ['192.0.2.77', '192.0.2.1'];
    peer.onMessage = granting();
    await begin(40_000);
    assert.equal(world.lineState, 'registered');
  });

  it('moves to a new address of its own, and leaves nothing on the old one', async () => {
    peer.onMessage = granting();
    await begin();
    world.network.localAddress = '192.0.2.50';
    await world.clock.advance(26_000);
    assert.equal(world.lineState, 'registered');
    assert.match(contactOf(registers().at(-1) ?? ''), /@192\.0\.2\.50:/);
    assert.equal(world.network.open, 2, 'the server and one socket of ours');
  });

  it('keeps a NAT binding open between registrations', async () => {
    peer.onMessage = granting();
    await begin(60_000);
    const sent = world.sent('192.0.2.10', '\r\n').map((t) => t.at);
    assert.equal(sent.length, 2);
  });

  it('takes its contact away at stop', async () => {
    peer.onMessage = granting();
    await begin();
    const stopping = line.stop();
    await world.clock.advance(100);
    await stopping;
    assert.equal(header(registers().at(-1) ?? '', 'Expires'), '0');
    assert.equal(world.lineState, 'offline');
  });

  it('does not wait longer than a second for a server that is gone', async () => {
    peer.onMessage = granting();
    await begin();
    peer.onMessage = () => [];
    let stopped = false;
    const stopping = line.stop().then(() => (stopped = true));
    await world.clock.advance(1001);
    assert.equal(stopped, true);
    await stopping;
  });
});
