// Our own offers, the answers to them, and what must hold for every pair of both.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { answer } from '../../src/sdp/answer.js';
import { panelCapabilities, stationCapabilities, type LocalSession } from '../../src/sdp/capabilities.js';
import type { Direction } from '../../src/sdp/media.js';
import { acceptAnswer, createOffer } from '../../src/sdp/offer.js';
import { KalitkaError } from '../../src/system/errors.js';
import { baresip, basIp, browser, chanSip, linphone } from './real-world.js';

const ours: LocalSession = {
  address: '192.0.2.10',
  audioPort: 40_000,
  videoPort: 40_002,
  sessionId: 7,
  version: 1,
};
const theirs: LocalSession = {
  address: '192.0.2.1',
  audioPort: 50_000,
  videoPort: 50_002,
  sessionId: 9,
  version: 1,
};
const sections = (sdp: string): string[] => sdp.split('\r\n').filter((line) => line.startsWith('m='));
const mirror: Record<Direction, Direction> = {
  sendrecv: 'sendrecv',
  sendonly: 'recvonly',
  recvonly: 'sendonly',
  inactive: 'inactive',
};

describe('our offer', () => {
  it('of a station is taken by a panel, both seeing the same session', () => {
    const offer = createOffer(theirs, stationCapabilities);
    const { sdp, negotiated } = answer(offer, ours, panelCapabilities);
    const accepted = acceptAnswer(offer, sdp);
    assert.equal(negotiated.video?.direction, 'recvonly');
    assert.equal(accepted.video?.direction, 'sendonly');
    assert.equal(accepted.audio?.remote.port, ours.audioPort);
    assert.equal(negotiated.audio?.remote.port, theirs.audioPort);
    assert.deepEqual(accepted.audio.telephoneEvent, { send: 101, receive: 101 });
  });

  it('keeps the sections of the session in their places', () => {
    const before = answer(browser, ours, panelCapabilities).sdp;
    const offer = createOffer({ ...ours, version: 2 }, panelCapabilities, before);
    assert.deepEqual(
      sections(offer).map((line) => line.replace(/ RTP.*| UDP.*/, '')),
      ['m=audio 40000', 'm=video 40002', 'm=application 0'],
    );
  });

  it('without video in a session that had it switches the section off, and on again', () => {
    const both = createOffer(ours, stationCapabilities);
    const audioOnly = createOffer(ours, { ...stationCapabilities, video: null }, both);
    assert.deepEqual(sections(audioOnly), ['m=audio 40000 RTP/AVP 0 8 101', 'm=video 0 RTP/AVP 102']);
    assert.equal(sections(createOffer(ours, stationCapabilities, audioOnly))[1], 'm=video 40002 RTP/AVP 102');
  });

  it('on hold sends sound and wants none', () => {
    const offer = createOffer({ ...ours, hold: true }, panelCapabilities);
    const { negotiated } = answer(offer, theirs, stationCapabilities);
    assert.equal(negotiated.audio?.direction, 'recvonly');
    assert.equal(negotiated.video?.direction, 'inactive');
  });
});

describe('answer to our offer', () => {
  const offer = createOffer(ours, panelCapabilities);
  const reply = (...lines: string[]): string =>
    ['v=0', 'o=- 1 1 IN IP4 192.0.2.1', 's=-', 'c=IN IP4 192.0.2.1', 't=0 0', ...lines, ''].join('\r\n');

  it('may number the payload types its own way', () => {
    const { audio, video } = acceptAnswer(
      offer,
      reply(
        'm=audio 50000 RTP/AVP 8 96',
        'a=rtpmap:96 telephone-event/8000',
        'm=video 50002 RTP/AVP 120',
        'a=rtpmap:120 H264/90000',
        'a=fmtp:120 profile-level-id=42e01e;packetization-mode=1',
      ),
    );
    assert.equal(audio?.codec, 'PCMA');
    assert.deepEqual(audio.telephoneEvent, { send: 96, receive: 101 });
    assert.equal(video?.sendPayloadType, 120);
    assert.equal(video.receivePayloadType, 102);
  });

  it('may leave the parameters out when it keeps our number', () => {
    const { video } = acceptAnswer(
      offer,
      reply('m=audio 0 RTP/AVP 0', 'm=video 50002 RTP/AVP 103', 'a=rtpmap:103 H264/90000'),
    );
    assert.equal(video?.packetizationMode, 0);
    assert.equal(video.receivePayloadType, 103);
  });

  const wrong: [string, string, string][] = [
    ['has fewer sections', reply('m=audio 50000 RTP/AVP 0'), 'SDP_INVALID'],
    ['has them in another order', reply('m=video 1 RTP/AVP 102', 'm=audio 1 RTP/AVP 0'), 'SDP_INVALID'],
    ['takes nothing', reply('m=audio 0 RTP/AVP 0', 'm=video 0 RTP/AVP 102'), 'SDP_NO_COMMON_MEDIA'],
    [
      'takes what was not offered',
      reply('m=audio 5 RTP/AVP 18', 'm=video 0 RTP/AVP 102'),
      'SDP_NO_COMMON_MEDIA',
    ],
  ];
  for (const [what, text, code] of wrong) {
    it(`is refused when it ${what}`, () => {
      assert.throws(
        () => acceptAnswer(offer, text),
        (error) => error instanceof KalitkaError && error.code === code,
      );
    });
  }
});

describe('offer and answer, for all of them', () => {
  const audio = fc.record({
    type: fc.constant('audio'),
    port: fc.constantFrom(0, 5000),
    list: fc.constantFrom('0', '8', '8 0', '18', '9 18 0'),
    way: fc.constantFrom('sendrecv', 'sendonly', 'recvonly', 'inactive'),
  });
  const video = fc.record({
    type: fc.constant('video'),
    port: fc.constantFrom(0, 6000),
    list: fc.integer({ min: 96, max: 127 }).map(String),
    way: fc.constantFrom('sendrecv', 'sendonly', 'recvonly', 'inactive'),
  });
  const other = fc.record({
    type: fc.constantFrom('application', 'text', 'image'),
    port: fc.constant(7000),
    list: fc.constant('*'),
    way: fc.constant('sendrecv'),
  });
  const offers = fc.array(fc.oneof(audio, video, other), { minLength: 1, maxLength: 5 }).map((media) => ({
    media,
    text: [
      'v=0',
      'o=- 1 1 IN IP4 192.0.2.1',
      's=-',
      'c=IN IP4 192.0.2.1',
      't=0 0',
      ...media.flatMap(({ type, port, list, way }) => [
        `m=${type} ${port} RTP/AVP ${list}`,
        ...(type === 'video' ? [`a=rtpmap:${list} H264/90000`] : []),
        `a=${way}`,
      ]),
      '',
    ].join('\r\n'),
  }));

  it('the answer has the sections of the offer, and both sides read it alike', () => {
    fc.assert(
      fc.property(offers, ({ media, text }) => {
        let made;
        try {
          made = answer(text, ours, panelCapabilities);
        } catch (error) {
          return error instanceof KalitkaError && error.code === 'SDP_NO_COMMON_MEDIA';
        }
        const answered = sections(made.sdp);
        assert.equal(answered.length, media.length);
        answered.forEach((line, i) => {
          assert.ok(line.startsWith(`m=${media[i]?.type} `));
          if (media[i]?.port === 0) assert.match(line, /^m=\w+ 0 /);
        });
        const { negotiated } = made;
        if (!negotiated.audio && !negotiated.video) return true;
        const accepted = acceptAnswer(text, made.sdp);
        for (const kind of ['audio', 'video'] as const) {
          assert.equal(accepted[kind] === null, negotiated[kind] === null);
          const [a, b] = [accepted[kind], negotiated[kind]];
          if (!a || !b) continue;
          assert.equal(a.direction, mirror[b.direction]);
          assert.equal(a.sendPayloadType, b.receivePayloadType);
          assert.equal(a.codec, b.codec);
        }
        return true;
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  it('no text, however broken, throws anything but a typed error', () => {
    const real = [chanSip, baresip, linphone, basIp, browser];
    const broken = fc
      .tuple(
        fc.constantFrom(...real),
        fc.array(fc.tuple(fc.nat(2000), fc.nat(40), fc.string({ maxLength: 12 })), { maxLength: 6 }),
      )
      .map(([text, cuts]) => cuts.reduce((t, [at, n, put]) => t.slice(0, at) + put + t.slice(at + n), text));
    fc.assert(
      fc.property(fc.oneof(broken, fc.string({ maxLength: 300 })), (text) => {
        for (const run of [
          () => void answer(text, ours, panelCapabilities),
          () => void acceptAnswer(createOffer(ours, panelCapabilities), text),
        ]) {
          try {
            run();
          } catch (error) {
            if (!(error instanceof KalitkaError)) throw error;
          }
        }
      }),
      { seed: 2, numRuns: 2000 },
    );
  });
});
