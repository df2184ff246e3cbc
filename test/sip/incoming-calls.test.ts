// Calls that come in, from a server that writes every byte by hand: each beginning, each end.
import assert from 'node:assert/strict';
import type { Code } from '../../src/panel/ports.js';
import type { SipLine } from '../../src/sip/line.js';
import { KalitkaError } from '../../src/system/errors.js';
import { chanSip as offer } from '../sdp/real-world.js';
import { ChanSip } from './chan-sip.js';
import { body, header } from './raw-peer.js';
import { World } from './world.js';

describe('incoming calls', () => {
  let world: World;
  let server: ChanSip;
  let line: SipLine;

  beforeEach(async () => {
    world = new World();
    server = new ChanSip(world);
    await server.start();
    line = world.line();
    await line.start();
    await world.clock.advance(100);
    assert.equal(world.lineState, 'registered');
  });

  afterEach(async () => {
    const calls = world.events.flatMap((e) => (e.type === 'call-incoming' ? [e.call] : []));
    const stopping = line.stop();
    await world.clock.advance(2000);
    await stopping;
    server.stop();
    world.end();
    for (const call of calls) {
      const ends = world.events.filter((e) => e.type === 'call-ended' && e.call === call);
      assert.equal(ends.length, 1, 'every call ends exactly once');
      const last = world.events.findLast((e) => 'call' in e && e.call === call && e.type !== 'code');
      assert.equal(last?.type, 'call-ended', 'and that is its last word');
      assert.equal(world.medias.get(call)?.closed, true, 'its sockets are closed');
    }
    assert.equal(world.clock.running, 0, 'a timer is left');
    assert.equal(world.network.open, 0, 'a socket is left');
    assert.deepEqual(
      world.log.lines.filter((l) => l.includes('handler failed')),
      [],
    );
  });

  const wait = (ms = 10): Promise<void> => world.clock.advance(ms);
  const talk = async (sdp = offer): Promise<string> => {
    server.say(server.invite({ sdp }));
    await wait();
    line.answer(world.call);
    await wait();
    const ok = server.last('200');
    server.say(server.ack(ok));
    await wait();
    return server.tag(ok);
  };
  const types = (): string[] => world.events.slice(2).map((e) => e.type);
  const codes = (): [boolean, string | null][] =>
    world.events.flatMap((e): [boolean, string | null][] => (e.type === 'code' ? [[e.sent, e.detail]] : []));
  const hash: Code = { digits: '#', mode: 'auto', durationMs: 160, gapMs: 100 };

  it('ring at once, are answered at once, and are told in order', async () => {
    server.say(server.invite());
    await wait();
    assert.equal(server.all('180').length, 1);
    assert.equal(server.all('100').length, 0);
    line.answer(world.call);
    await wait();
    assert.match(
      body(server.last('200')),
      /^m=audio \d+ RTP\/AVP 0 101\r\n[^]*^m=video \d+ RTP\/AVP 102\r$/m,
    );
    assert.deepEqual(types(), ['call-incoming', 'call-media'], 'not established before the ACK');
    server.say(server.ack(server.last('200')));
    await wait();
    assert.deepEqual(types(), ['call-incoming', 'call-media', 'call-established']);
    assert.deepEqual(
      world.events.find((e) => e.type === 'call-media'),
      { type: 'call-media', call: world.call, audio: 'PCMU', video: 'H264', onHold: false },
    );
  });

  it('repeat the 200 until the ACK comes, and not after it', async () => {
    server.say(server.invite());
    await wait();
    line.answer(world.call);
    await wait(3600);
    assert.equal(server.all('200').length, 4, 'at 0, 500, 1500, 3500 ms');
    server.say(server.ack(server.last('200')));
    await wait(30_000);
    assert.equal(server.all('200').length, 4);
  });

  it('end as failed, with a BYE, when the ACK never comes', async () => {
    server.say(server.invite());
    await wait();
    line.answer(world.call);
    await wait(33_000);
    assert.deepEqual(world.ends, ['failed']);
    assert.equal(server.all('BYE').length, 1);
  });

  it('end when the caller gives up', async () => {
    server.say(server.invite());
    await wait();
    server.say(server.request('CANCEL', { branch: 'invite-1' }));
    await wait();
    assert.deepEqual(world.ends, ['cancelled']);
    assert.equal(header(server.last('487'), 'CSeq'), '102 INVITE');
    assert.equal(header(server.last('200'), 'CSeq'), '102 CANCEL');
  });

  it('end when somebody else answered', async () => {
    server.say(server.invite());
    await wait();
    const reason = 'Reason: SIP;cause=200;text="Call completed elsewhere"';
    server.say(server.request('CANCEL', { branch: 'invite-1', lines: [reason] }));
    await wait();
    assert.deepEqual(world.ends, ['elsewhere']);
  });

  it('end by BYE before the answer too', async () => {
    server.say(server.invite());
    await wait();
    server.say(server.request('BYE', { cseq: 103, toTag: server.tag(server.last('180')) }));
    await wait();
    assert.deepEqual(world.ends, ['cancelled']);
    assert.equal(server.all('487').length, 1);
  });

  it('can be declined; the 486 is repeated until its ACK', async () => {
    server.say(server.invite());
    await wait();
    line.reject(world.call);
    await wait(3600);
    assert.equal(server.all('486').length, 4);
    server.say(server.ack(server.last('486')));
    await wait(30_000);
    assert.equal(server.all('486').length, 4);
    assert.deepEqual(world.ends, ['declined']);
  });

  it('do not ring again for a copy of an INVITE that was declined and confirmed', async () => {
    const invite = server.invite();
    server.say(invite);
    await wait();
    line.reject(world.call);
    await wait();
    server.say(server.ack(server.last('486')));
    await wait();
    for (let i = 0; i < 5; i++) {
      server.say(invite);
      await wait(500);
    }
    assert.equal(world.events.filter((e) => e.type === 'call-incoming').length, 1);
    assert.equal(server.all('180').length, 1);
  });

  it('repeat the 180 to a copy of the INVITE, as one call', async () => {
    server.say(server.invite());
    await wait();
    server.say(server.invite());
    await wait();
    assert.equal(server.all('180').length, 2);
    assert.equal(world.events.filter((e) => e.type === 'call-incoming').length, 1);
  });

  it('end after two minutes of ringing, or when the caller said so', async () => {
    server.say(server.invite());
    server.say(server.invite({ callId: 'call-2', branch: 'other', fromTag: 'as2', lines: ['Expires: 20'] }));
    await wait(21_000);
    assert.deepEqual(world.ends, ['unanswered']);
    assert.equal(header(server.last('487'), 'Call-ID'), 'call-2');
    await wait(100_000);
    assert.deepEqual(world.ends, ['unanswered', 'unanswered']);
    assert.equal(header(server.last('480'), 'Call-ID'), 'call-1');
  });

  it('end when the far end hangs up, and a copy of its BYE gets the same 200', async () => {
    const toTag = await talk();
    const bye = server.request('BYE', { cseq: 103, toTag });
    server.say(bye);
    await wait();
    assert.deepEqual(world.ends, ['remote']);
    const first = server.last('200');
    server.say(bye);
    await wait();
    assert.equal(server.all('200').length, 3);
    assert.equal(server.last('200'), first);
    assert.equal(server.all('481').length, 0);
  });

  it('end at once when we hang up, whether or not the far end answers', async () => {
    await talk();
    server.onMessage = () => [];
    line.hangup(world.call);
    assert.deepEqual(world.ends, ['local']);
    await wait(40_000);
    assert.ok(server.all('BYE').length > 5, 'it is repeated');
    assert.deepEqual(world.ends, ['local']);
  });

  it('hung up before the ACK: the BYE waits for it', async () => {
    server.say(server.invite());
    await wait();
    line.answer(world.call);
    await wait();
    line.hangup(world.call);
    await wait();
    assert.deepEqual(world.ends, ['local']);
    assert.equal(server.all('BYE').length, 0);
    server.say(server.ack(server.last('200')));
    await wait();
    assert.equal(server.all('BYE').length, 1);
  });

  it('answer a challenge to our BYE', async () => {
    await talk();
    server.onMessage = (text) =>
      text.startsWith('BYE') && !header(text, 'Authorization')
        ? [
            server
              .answer(text)[0]!
              .replace('200 Whatever', '401 No')
              .replace('\r\n\r\n', '\r\nWWW-Authenticate: Digest realm="r", nonce="n"\r\n\r\n'),
          ]
        : server.answer(text);
    line.hangup(world.call);
    await wait();
    const numbers = server.all('BYE').map((text) => header(text, 'CSeq'));
    assert.deepEqual(numbers, ['1 BYE', '2 BYE']);
  });

  it('two at a time are held apart', async () => {
    await talk();
    const first = world.call;
    server.say(server.invite({ callId: 'call-2', branch: 'two', fromTag: 'as2' }));
    await wait();
    line.reject(world.call);
    await wait();
    assert.equal(header(server.last('486'), 'Call-ID'), 'call-2');
    line.hangup(first);
    await wait();
    assert.equal(header(server.last('BYE'), 'Call-ID'), 'call-1');
    assert.deepEqual(world.ends, ['declined', 'local']);
  });

  it('fail when the sockets cannot be had', async () => {
    line = await replaceLine(() => {
      const media = world.media('refusing');
      media.refuses = new KalitkaError('UDP_BIND', 'no more sockets');
      return media;
    });
    server.say(server.invite({ callId: 'call-9', branch: 'nine', fromTag: 'as9' }));
    await wait();
    assert.deepEqual(world.events.at(-1), {
      type: 'call-ended',
      call: world.call,
      end: 'failed',
      detail: 'no more sockets',
    });
    assert.equal(server.all('500').length, 1);
    world.medias.set(world.call, world.medias.get('refusing')!);
  });

  const replaceLine = async (createMedia: (call: string) => ReturnType<World['media']>): Promise<SipLine> => {
    const stopping = line.stop();
    await wait(1100);
    await stopping;
    const next = world.line({ createMedia });
    await next.start();
    await wait(100);
    return next;
  };

  it('without an offer get ours in the 200, and take the answer from the ACK', async () => {
    server.say(server.invite({ sdp: '' }));
    await wait();
    line.answer(world.call);
    await wait();
    const ok = server.last('200');
    assert.match(body(ok), /^m=audio \d+ RTP\/AVP 0 8 101\r$/m);
    assert.match(body(ok), /^m=video \d+ RTP\/AVP 102 103 104\r$/m);
    assert.deepEqual(types(), ['call-incoming']);
    server.say(server.ack(ok, offer));
    await wait();
    assert.deepEqual(types(), ['call-incoming', 'call-media', 'call-established']);
  });

  it('without an offer and with an answer that fits nothing end as failed', async () => {
    server.say(server.invite({ sdp: '' }));
    await wait();
    line.answer(world.call);
    await wait();
    server.say(server.ack(server.last('200'), 'v=0\r\nnonsense\r\n'));
    await wait();
    assert.deepEqual(world.ends, ['failed']);
    assert.equal(server.all('BYE').length, 1);
  });

  const unusable: [string, string, number][] = [
    ['garbage', 'v=0\r\n', 488],
    [
      'only video codecs we lack',
      offer.replace(/m=audio [^]*m=video/, 'm=video').replace('H264', 'VP8'),
      488,
    ],
    ['only encrypted media', offer.replaceAll('RTP/AVP', 'RTP/SAVP'), 488],
  ];
  for (const [what, sdp, status] of unusable) {
    it(`that offer ${what} are refused with ${status} and ring nowhere`, async () => {
      server.say(server.invite({ sdp }));
      await wait();
      assert.equal(server.all(String(status)).length, 1);
      assert.equal(server.all('180').length, 0);
      assert.deepEqual(types(), []);
    });
  }

  it('with another body than a session description are refused with 415', async () => {
    server.say(server.request('INVITE', { sdp: 'hello', type: 'text/plain' }));
    await wait();
    assert.equal(header(server.last('415'), 'Accept'), 'application/sdp');
  });

  it('that require what we do not know are refused with 420', async () => {
    server.say(server.invite({ lines: ['Require: 100rel, precondition'] }));
    await wait();
    assert.equal(header(server.last('420'), 'Unsupported'), '100rel, precondition');
  });

  describe('re-INVITE', () => {
    const reinvite = async (toTag: string, sdp: string, cseq = 103): Promise<string> => {
      server.say(server.invite({ branch: `re-${cseq}`, cseq, toTag, sdp }));
      await wait();
      const response = server.heard.at(-1) ?? '';
      server.say(server.ack(response));
      await wait();
      return response;
    };
    const media = () => world.medias.get(world.call)!;

    it('moves the ports', async () => {
      const toTag = await talk();
      const response = await reinvite(
        toTag,
        offer.replace('17340', '20000').replace(/1183811731 IN/, '1183811732 IN'),
      );
      assert.equal(media().last?.audio?.remote.port, 20_000);
      assert.match(header(response, 'Contact'), /@192\.0\.2\.10:/);
      assert.equal(world.events.filter((e) => e.type === 'call-established').length, 1);
    });

    it('holds and takes up again, the version of our description going up with each change', async () => {
      const toTag = await talk();
      const versions = [/^o=\S+ \d+ (\d+)/m.exec(body(server.last('200')))?.[1]];
      for (const [i, way] of ['sendonly', 'sendonly', 'inactive', 'sendrecv'].entries()) {
        const response = await reinvite(toTag, offer.replace('a=sendrecv', `a=${way}`), 103 + i);
        versions.push(/^o=\S+ \d+ (\d+)/m.exec(body(response))?.[1]);
      }
      assert.deepEqual(versions, ['1', '2', '2', '3', '4']);
      assert.deepEqual(
        world.events.flatMap((e) => (e.type === 'call-media' ? [e.onHold] : [])),
        [false, true, true, true, false],
      );
    });

    it('drops video and brings it back', async () => {
      const toTag = await talk();
      await reinvite(toTag, offer.replace('m=video 13892', 'm=video 0'));
      assert.equal(media().last?.video, null);
      await reinvite(toTag, offer, 104);
      assert.equal(media().last?.video?.codec, 'H264');
    });

    it('changes the codec', async () => {
      const toTag = await talk();
      await reinvite(toTag, offer.replace('RTP/AVP 0 8 101', 'RTP/AVP 8 101'));
      assert.equal(media().last?.audio?.codec, 'PCMA');
    });

    it('without an offer gets ours', async () => {
      const toTag = await talk();
      server.say(server.invite({ branch: 're', cseq: 103, toTag, sdp: '' }));
      await wait();
      const ok = server.last('200');
      server.say(server.ack(ok, offer.replace('17340', '20000')));
      await wait();
      assert.equal(media().last?.audio?.remote.port, 20_000);
    });

    it('that cannot be used gets 488, and the call goes on as it was', async () => {
      const toTag = await talk();
      const before = media().last;
      const response = await reinvite(toTag, 'v=0\r\nnonsense');
      assert.match(response, /^SIP\/2\.0 488/);
      assert.equal(media().last, before);
      await reinvite(toTag, offer.replace('17340', '20000'), 104);
      assert.equal(media().last?.audio?.remote.port, 20_000);
      assert.deepEqual(world.ends, []);
    });

    it('that is never confirmed ends the call', async () => {
      const toTag = await talk();
      server.say(server.invite({ branch: 're', cseq: 103, toTag }));
      await wait(33_000);
      assert.deepEqual(world.ends, ['failed']);
      assert.equal(server.all('BYE').length, 1);
    });
  });

  describe('a door code', () => {
    const send = async (code: Partial<Code> = {}, ms = 1000): Promise<void> => {
      line.sendCode(world.call, 0, { ...hash, ...code });
      await wait(ms);
    };
    const withoutEvents = offer.replace('0 8 101', '0 8');

    it('leaves as RFC 4733 events where the far end takes them', async () => {
      await talk();
      await send();
      assert.deepEqual(world.medias.get(world.call)?.digits, [
        { digits: '#', timing: { durationMs: 160, gapMs: 100 } },
      ]);
      assert.deepEqual(codes(), [[true, null]]);
      assert.equal(server.all('INFO').length, 0);
    });

    it('leaves as INFO where it does not, digit by digit', async () => {
      await talk(withoutEvents);
      await send({ digits: '1#' });
      assert.deepEqual(server.all('INFO').map(body), [
        'Signal=1\r\nDuration=160\r\n',
        'Signal=#\r\nDuration=160\r\n',
      ]);
      assert.equal(header(server.last('INFO'), 'Content-Type'), 'application/dtmf-relay');
      const [first, second] = world.sent('192.0.2.10', 'INFO').map((t) => t.at);
      assert.ok(second! - first! >= 260);
      assert.deepEqual(codes(), [[true, null]]);
    });

    it('is not sent when the INFO is refused or unanswered', async () => {
      await talk();
      server.onMessage = (text) => server.answer(text).map((t) => t.replace('200 Whatever', '415 No'));
      await send({ mode: 'info' });
      server.onMessage = () => [];
      await send({ mode: 'info' }, 33_000);
      assert.deepEqual(codes(), [
        [false, 'the far end answered INFO with 415'],
        [false, 'the far end answered INFO with 408'],
      ]);
      assert.deepEqual(world.ends, []);
    });

    it('sent both ways needs only one of them', async () => {
      await talk();
      server.onMessage = (text) => server.answer(text).map((t) => t.replace('200 Whatever', '501 No'));
      await send({ mode: 'rfc4733+info' });
      assert.deepEqual(codes(), [[true, null]]);
    });

    const never: [string, Partial<Code>, string, RegExp][] = [
      ['by events nobody takes', { mode: 'rfc4733' }, withoutEvents, /does not take/],
      ['in the audio', { mode: 'inband' }, offer, /not supported/],
      ['on hold', {}, offer.replace('a=sendrecv', 'a=sendonly'), /on hold/],
      ['on hold by INFO', { mode: 'info' }, offer.replace('a=sendrecv', 'a=sendonly'), /on hold/],
    ];
    for (const [what, code, sdp, why] of never) {
      it(`is not sent ${what}, and says so`, async () => {
        await talk(sdp);
        await send(code);
        assert.equal(codes()[0]?.[0], false);
        assert.match(codes()[0]?.[1] ?? '', why);
      });
    }

    it('for a call that is over is not sent', async () => {
      await talk();
      line.hangup(world.call);
      await send();
      assert.equal(codes()[0]?.[0], false);
    });
  });

  it('answer INFO, and a copy of it, with the same 200', async () => {
    const toTag = await talk();
    const info = server.request('INFO', {
      cseq: 103,
      toTag,
      sdp: 'Signal=5\r\n',
      type: 'application/dtmf-relay',
    });
    server.say(info);
    await wait();
    const first = server.last('200');
    server.say(info);
    await wait(6000);
    server.say(info);
    await wait();
    assert.equal(header(first, 'CSeq'), '103 INFO');
    assert.equal(server.last('200'), first);
    assert.equal(server.all('500').length, 0);
  });

  it('refuse INFO they do not know with 415, UPDATE and REFER with 405', async () => {
    const toTag = await talk();
    server.say(server.request('INFO', { cseq: 103, toTag, sdp: 'x', type: 'text/plain' }));
    server.say(server.request('UPDATE', { cseq: 104, toTag, sdp: offer }));
    server.say(server.request('REFER', { cseq: 105, toTag }));
    await wait();
    assert.equal(server.all('415').length, 1);
    assert.equal(server.all('405').length, 2);
    assert.equal(header(server.last('405'), 'Allow'), 'INVITE, ACK, BYE, CANCEL, OPTIONS, INFO');
  });

  it('survive a lost network and end when our address changes', async () => {
    await talk();
    world.network.localAddress = '192.0.2.50';
    await wait(26_000);
    assert.deepEqual(world.ends, ['failed']);
    assert.equal(world.lineState, 'registered');
  });
});
