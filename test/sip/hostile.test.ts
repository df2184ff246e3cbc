// Datagrams that nobody should send: none of them may ring, answer a stranger, or end the process.
import assert from 'node:assert/strict';
import { SourceFilter } from '../../src/sip/source-filter.js';
import type { SipLine } from '../../src/sip/line.js';
import { KalitkaError } from '../../src/system/errors.js';
import { ChanSip } from './chan-sip.js';
import { header } from './raw-peer.js';
import { seeded, serverAt, World } from './world.js';

describe('what the network may send', () => {
  let world: World;
  let server: ChanSip;
  let line: SipLine;

  beforeEach(async () => {
    world = new World();
    server = new ChanSip(world);
    await server.start();
    line = world.line({ allow: ['198.51.100.0/24', '2001:db8::/32'] });
    await line.start();
    await world.clock.advance(100);
    server.heard.length = 0;
  });

  afterEach(async () => {
    const stopping = line.stop();
    await world.clock.advance(2000);
    await stopping;
    server.stop();
    world.end();
    assert.equal(world.clock.running, 0, 'a timer is left');
    assert.equal(world.network.open, 0, 'a socket is left');
  });

  const wait = (ms = 10): Promise<void> => world.clock.advance(ms);
  const rang = (): number => world.events.filter((e) => e.type === 'call-incoming').length;
  /** Still takes a call after whatever happened. */
  const stillWorks = async (): Promise<void> => {
    const before = rang();
    server.say(server.invite({ callId: 'proof', branch: 'proof', fromTag: 'proof' }));
    await wait();
    assert.equal(rang(), before + 1, 'it does not ring any more');
    assert.deepEqual(
      world.log.lines.filter((l) => l.includes('handler failed')),
      [],
    );
  };

  const set = (name: string, value: string | null) => (text: string) =>
    text.replace(new RegExp(`^${name}: .*\r\n`, 'im'), value === null ? '' : `${name}: ${value}\r\n`);
  const start = (line_: string) => (text: string) => text.replace(/^.*\r\n/, `${line_}\r\n`);

  const silent: [string, (text: string) => string][] = [
    ['no Via', set('Via', null)],
    ['a Via without branch', set('Via', 'SIP/2.0/UDP 192.0.2.1:5060')],
    ['a Via with an old branch', set('Via', 'SIP/2.0/UDP 192.0.2.1:5060;branch=1')],
    ['a Via of TCP', set('Via', 'SIP/2.0/TCP 192.0.2.1:5060;branch=z9hG4bK1')],
    ['no From', set('From', null)],
    ['two From', (text) => text.replace(/^(From: .*\r\n)/m, '$1$1')],
    ['a From of a telephone', set('From', '<tel:+123>;tag=1')],
    ['no To', set('To', null)],
    ['a To that is noise', set('To', '<<<>>>')],
    ['no Call-ID', set('Call-ID', null)],
    ['an empty Call-ID', set('Call-ID', '')],
    ['no CSeq', set('CSeq', null)],
    ['a CSeq that is no number', set('CSeq', 'abc INVITE')],
    ['a CSeq out of range', set('CSeq', '9999999999 INVITE')],
    ['a broken start line', start('INVITE sip:a@b')],
    ['no start line', start('')],
    ['only a start line', (text) => text.slice(0, text.indexOf('\r\n'))],
    ['a header without a colon', (text) => text.replace('Max-Forwards:', 'Max-Forwards')],
    ['zero bytes', (text) => text.replace('Gate', 'Ga\0te')],
    ['a broken Record-Route', (text) => text.replace('CSeq', 'Record-Route: <<>\r\nCSeq')],
  ];
  for (const [what, change] of silent) {
    it(`an INVITE with ${what} is dropped without an answer`, async () => {
      server.say(change(server.invite()));
      await wait();
      assert.deepEqual(server.heard, []);
      assert.equal(rang(), 0);
      await stillWorks();
    });
  }

  const answered: [string, (text: string) => string, number][] = [
    ['to a telephone number', start('INVITE tel:+4912345 SIP/2.0'), 416],
    ['to a sips: address', start('INVITE sips:1@192.0.2.10 SIP/2.0'), 416],
    ['of SIP/7.0', start('INVITE sip:1@192.0.2.10 SIP/7.0'), 505],
    ['whose CSeq names another method', set('CSeq', '102 BYE'), 400],
    ['without a From tag', set('From', '<sip:100@192.0.2.1>'), 400],
    ['without a Contact', set('Contact', null), 400],
    ['with a Contact that is no address', set('Contact', '*'), 400],
    ['shorter than it says', set('Content-Length', '5000'), 400],
    ['with a body of no type', (t) => set('Content-Type', null)(t).replace('v=0', 'x=0'), 400],
  ];
  for (const [what, change, status] of answered) {
    it(`an INVITE ${what} gets ${status}`, async () => {
      server.say(change(server.invite()));
      await wait();
      assert.equal(server.heard.length, 1);
      assert.match(server.heard[0] ?? '', new RegExp(`^SIP/2\\.0 ${status} `));
      assert.equal(rang(), 0);
      server.say(server.ack(server.heard[0] ?? ''));
      await stillWorks();
    });
  }

  const methods: [string, number, string[]][] = [
    ['OPTIONS', 200, []],
    ['MESSAGE', 405, []],
    ['SUBSCRIBE', 405, []],
    ['REFER', 405, []],
    ['PRACK', 405, []],
    ['UPDATE', 405, []],
    ['PUBLISH', 405, []],
    ['REGISTER', 405, []],
    ['NOTIFY', 200, ['Event: message-summary']],
    ['NOTIFY', 489, ['Event: check-sync']],
    ['BYE', 481, []],
    ['CANCEL', 481, []],
    ['FROBNICATE', 501, []],
  ];
  for (const [method, status, lines] of methods) {
    it(`${method} ${lines.join('')} outside of a call gets ${status}`, async () => {
      server.say(server.request(method, { lines }));
      await wait();
      assert.match(server.heard[0] ?? '', new RegExp(`^SIP/2\\.0 ${status} `));
      if ([200, 405, 501].includes(status) && method !== 'NOTIFY') {
        assert.equal(header(server.heard[0] ?? '', 'Allow'), 'INVITE, ACK, BYE, CANCEL, OPTIONS, INFO');
      }
      await stillWorks();
    });
  }

  const kept: [string, (text: string) => string | Buffer][] = [
    ['with bare LF', (text) => text.replace(/^[^]*?\r\n\r\n/, (head) => head.replaceAll('\r\n', '\n'))],
    [
      'with compact names',
      (text) =>
        text
          .replace('Via:', 'v:')
          .replace('From:', 'f:')
          .replace('To:', 't:')
          .replace('Call-ID:', 'i:')
          .replace('Contact:', 'm:')
          .replace('Content-Type:', 'c:')
          .replace('Content-Length:', 'l:'),
    ],
    ['with folded lines', (text) => text.replace('"Gate" <', '"Gate"\r\n  <')],
    ['with CRLFs before it', (text) => `\r\n\r\n${text}`],
    ['with a name in bare Cyrillic', (text) => text.replace('"Gate"', 'Калитка')],
    ['with a Via without a port or rport', (text) => text.replace(':5060;', ';').replace(';rport', '')],
    ['to somebody else: the server knows best', start('INVITE sip:999@192.0.2.10 SIP/2.0')],
    ['with more in the datagram than it says', (text) => `${text}garbage`],
    ['with a session description of no type', set('Content-Type', null)],
    ['with parameters in the type', set('Content-Type', 'Application/SDP;charset=utf-8')],
  ];
  for (const [what, change] of kept) {
    it(`an INVITE ${what} rings`, async () => {
      server.say(change(server.invite()).toString());
      await wait();
      assert.equal(rang(), 1);
      assert.equal(server.all('180').length, 1);
    });
  }

  it('a name is shown as written, without what could break a screen', async () => {
    server.say(server.invite().replace('"Gate"', '"Дверь \\"1\\" \u202e 🚪"'));
    await wait();
    const incoming = world.events.find((e) => e.type === 'call-incoming');
    assert.equal(incoming?.caller.name, 'Дверь "1"   🚪');
  });

  const responses: [string, (text: string) => string][] = [
    ['to nothing we asked', (text) => text],
    ['with a CSeq that is noise', set('CSeq', 'x')],
    ['to a method that begins like another', set('CSeq', '1 INVITEX')],
    ['with a Via of somebody else', set('Via', 'SIP/2.0/UDP 192.0.2.99:5060;branch=z9hG4bKx')],
    ['with two Via', (text) => text.replace(/^(Via: .*\r\n)/m, '$1$1')],
    ['with a status of no kind', (text) => text.replace('200', '999')],
  ];
  for (const [what, change] of responses) {
    it(`a response ${what} is dropped`, async () => {
      const contact = `${server.panel.address}:${server.panel.port}`;
      const text = [
        'SIP/2.0 200 OK',
        `Via: SIP/2.0/UDP ${contact};branch=z9hG4bKnothing`,
        'From: <sip:1@h>;tag=1',
        'To: <sip:2@h>;tag=2',
        'Call-ID: x',
        'CSeq: 1 REGISTER',
        '',
        '',
      ].join('\r\n');
      server.say(change(text));
      await wait();
      assert.deepEqual(server.heard, []);
      await stillWorks();
    });
  }

  it('keep-alives are taken silently', async () => {
    for (const text of ['', '\r\n', '\r\n\r\n', '\0\0\0\0']) server.say(text);
    await wait();
    assert.deepEqual(server.heard, []);
    assert.deepEqual(
      world.log.lines.filter((l) => l.includes('dropped')),
      [],
    );
  });

  it('a datagram of 17 kB is dropped', async () => {
    server.say(server.invite({ lines: [`Subject: ${'x'.repeat(17_000)}`] }));
    await wait();
    assert.deepEqual(server.heard, []);
    await stillWorks();
  });

  it('strangers get no answer at all, and one line in the log each minute', async () => {
    const stranger = { address: '203.0.113.66', port: 5060 };
    const knock = async (): Promise<void> => {
      for (let i = 0; i < 20; i++) {
        world.network.send(
          Buffer.from(server.request('OPTIONS', { branch: `s${i}` })),
          stranger,
          server.panel,
        );
      }
      await wait();
    };
    const toStranger = () => world.network.traffic.filter((t) => t.to.address === stranger.address).length;
    const logged = () => world.log.lines.filter((l) => l.includes(stranger.address)).length;
    await knock();
    await knock();
    assert.equal(logged(), 1);
    await wait(60_000);
    await knock();
    assert.equal(logged(), 2);
    assert.equal(toStranger(), 0);
  });

  it('those whom the configuration allows may call', async () => {
    world.network.send(Buffer.from(server.invite()), { address: '198.51.100.7', port: 5070 }, server.panel);
    await wait();
    assert.equal(rang(), 1);
    const answer = world.network.traffic.find((t) => t.to.address === '198.51.100.7');
    assert.equal(answer?.to.port, 5070, 'to where it came from');
  });

  it('1,500 mutilated messages neither throw nor stop it from working', async () => {
    const random = seeded(42);
    const pick = (n: number): number => Math.floor(random() * n);
    const texts = (): string[] => [
      server.invite({ callId: `f${pick(50)}`, branch: `f${pick(50)}`, fromTag: `t${pick(5)}` }),
      server.request('BYE', { toTag: 'x' }),
      server.request('CANCEL', { branch: `f${pick(50)}` }),
      server.request('INFO', { sdp: 'Signal=1', type: 'application/dtmf-relay' }),
      server.ack(server.heard.at(-1) ?? server.invite()),
      server.heard.at(-1)?.replace(/^\S+ \S+ \S+/, 'SIP/2.0 200 OK') ?? '',
    ];
    const junk = [
      '\r\n',
      ';',
      '<',
      '>',
      '"',
      ':',
      ',',
      '@',
      '%ff',
      '\0',
      '=',
      ' ',
      '\uffff',
      '9'.repeat(20),
      'sip:',
      '*',
    ];
    for (let i = 0; i < 1500; i++) {
      const all = texts();
      let data = Buffer.from(all[pick(all.length)] ?? '');
      for (let n = pick(4); n >= 0; n--) {
        const at = pick(data.length + 1);
        const put = random() < 0.5 ? Buffer.from(junk[pick(junk.length)] ?? '') : Buffer.from([pick(256)]);
        data = Buffer.concat([data.subarray(0, at), put, data.subarray(at + pick(8))]);
      }
      world.network.send(data, serverAt, server.panel);
      if (i % 20 === 0) await wait(5);
    }
    await wait(200_000);
    assert.deepEqual(
      world.log.lines.filter((l) => l.includes('handler failed')),
      [],
    );
    await stillWorks();
  });
});

describe('source filter', () => {
  it('knows addresses, ranges, and IPv4 in the clothes of IPv6', () => {
    const filter = new SourceFilter(['192.168.1.7', '10.0.0.0/8', 'fd00::/8']);
    filter.setServers(['203.0.113.5', '2001:db8::5']);
    const permitted = [
      '192.168.1.7',
      '::ffff:192.168.1.7',
      '10.255.0.1',
      'fd12::1',
      '203.0.113.5',
      '2001:DB8::5',
    ];
    const others = ['192.168.1.8', '11.0.0.1', '::ffff:11.0.0.1', 'fe80::1%eth0', '203.0.113.6', 'nonsense'];
    assert.deepEqual(
      permitted.filter((a) => !filter.permits(a)),
      [],
    );
    assert.deepEqual(
      others.filter((a) => filter.permits(a)),
      [],
    );
    filter.setServers([]);
    assert.equal(filter.permits('203.0.113.5'), false);
  });

  for (const range of ['', 'home', '10.0.0.0/33', '10.0.0.0/', '10.0.0.0/x', '300.1.1.1', 'fd00::/129']) {
    it(`refuses "${range}" as a range`, () => {
      assert.throws(
        () => new SourceFilter([range]),
        (e) => e instanceof KalitkaError && e.code === 'SIP_BAD_CIDR',
      );
    });
  }
});
