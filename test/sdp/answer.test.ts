// What we answer to offers as real stations make them.
import assert from 'node:assert/strict';
import { answer } from '../../src/sdp/answer.js';
import { panelCapabilities, type LocalSession } from '../../src/sdp/capabilities.js';
import type { Negotiated } from '../../src/sdp/media.js';
import { KalitkaError } from '../../src/system/errors.js';
import { baresip, basIp, browser, chanSip, linphone } from './real-world.js';

const local: LocalSession = {
  address: '192.0.2.10',
  audioPort: 40_000,
  videoPort: 40_002,
  sessionId: 7,
  version: 3,
};
const take = (offer: string, session = local): { sdp: string; negotiated: Negotiated } =>
  answer(offer, session, panelCapabilities);
const sections = (sdp: string): string[] => sdp.split('\r\n').filter((line) => line.startsWith('m='));
const refused = (offer: string, code: string): void => {
  assert.throws(
    () => take(offer),
    (error) => error instanceof KalitkaError && error.code === code,
  );
};
/** An offer with these lines behind a usual head. */
const offer = (...lines: string[]): string =>
  ['v=0', 'o=- 1 1 IN IP4 192.0.2.1', 's=-', 'c=IN IP4 192.0.2.1', 't=0 0', ...lines, ''].join('\r\n');
const h264 = (fmtp: string, way = 'sendonly'): string =>
  offer(
    'm=video 6000 RTP/AVP 99',
    'a=rtpmap:99 H264/90000',
    ...(fmtp ? [`a=fmtp:99 ${fmtp}`] : []),
    `a=${way}`,
  );

describe('answer to an offer', () => {
  it('takes PCMU, telephone-event and H.264 of chan_sip', () => {
    const { sdp, negotiated } = take(chanSip);
    assert.deepEqual(sections(sdp), ['m=audio 40000 RTP/AVP 0 101', 'm=video 40002 RTP/AVP 102']);
    assert.deepEqual(negotiated, {
      audio: {
        remote: { address: '203.0.113.5', port: 17_340, rtcpPort: 17_341 },
        direction: 'sendrecv',
        sendPayloadType: 0,
        receivePayloadType: 0,
        clockRate: 8000,
        codec: 'PCMU',
        ptime: 20,
        telephoneEvent: { send: 101, receive: 101 },
      },
      video: {
        remote: { address: '203.0.113.5', port: 13_892, rtcpPort: 13_893 },
        direction: 'recvonly',
        sendPayloadType: 102,
        receivePayloadType: 102,
        clockRate: 90_000,
        codec: 'H264',
        packetizationMode: 1,
        parameterSets: null,
        feedback: { pli: false, fir: false, announced: false },
      },
    });
    assert.match(sdp, /^o=- 7 3 IN IP4 192\.0\.2\.10\r$/m);
    assert.match(sdp, /^a=fmtp:102 profile-level-id=42801f;packetization-mode=1\r$/m);
  });

  it('prefers packetization mode 1 and keeps the audio order of baresip', () => {
    const { sdp, negotiated } = take(baresip);
    assert.deepEqual(sections(sdp), ['m=audio 40000 RTP/AVP 8 96', 'm=video 40002 RTP/AVP 98']);
    assert.equal(negotiated.video?.packetizationMode, 1);
    assert.deepEqual(negotiated.video.feedback, { pli: true, fir: false, announced: true });
    assert.match(sdp, /^a=rtcp-fb:98 nack pli\r$/m);
  });

  it('finds G.711 and mode 0 behind the codecs of linphone, in its own profile', () => {
    const { sdp, negotiated } = take(linphone);
    assert.deepEqual(sections(sdp), ['m=audio 40000 RTP/AVPF 0 101', 'm=video 40002 RTP/AVPF 103']);
    assert.equal(negotiated.video?.packetizationMode, 0);
    assert.deepEqual(negotiated.video.feedback, { pli: true, fir: true, announced: true });
  });

  it('takes Main profile, parameter sets and media-level addresses of a BAS-IP panel', () => {
    const { negotiated } = take(basIp);
    assert.equal(negotiated.audio?.telephoneEvent, null);
    assert.equal(negotiated.audio.remote.address, '10.10.0.7');
    assert.equal(negotiated.video?.parameterSets, 'Z00AH5WoFAFuQA==,aO48gA==');
  });

  it('refuses in their places what it does not have: encrypted video, data', () => {
    const { sdp, negotiated } = take(browser);
    assert.deepEqual(sections(sdp), [
      'm=audio 40000 RTP/AVP 0',
      'm=video 0 UDP/TLS/RTP/SAVPF 102',
      'm=application 0 UDP/DTLS/SCTP webrtc-datachannel',
    ]);
    assert.equal(negotiated.video, null);
    assert.doesNotMatch(sdp, /BUNDLE|rtcp-mux/);
    assert.equal(negotiated.audio?.remote.rtcpPort, 9);
  });

  it('takes the first of two audio streams only', () => {
    const { sdp } = take(offer('m=audio 5000 RTP/AVP 0', 'm=audio 5002 RTP/AVP 8'));
    assert.deepEqual(sections(sdp), ['m=audio 40000 RTP/AVP 0', 'm=audio 0 RTP/AVP 8']);
  });

  it('echoes any dynamic number', () => {
    for (const number of [96, 99, 127]) {
      const { negotiated } = take(offer(`m=video 6000 RTP/AVP ${number}`, `a=rtpmap:${number} H264/90000`));
      assert.equal(negotiated.video?.receivePayloadType, number);
      assert.equal(negotiated.video.sendPayloadType, number);
    }
  });

  const ways: [string, string, string, string | undefined, boolean][] = [
    // offered audio, answered audio, answered video (offered sendrecv), c= of the offer, hold
    ['sendrecv', 'sendrecv', 'recvonly', undefined, false],
    ['sendonly', 'recvonly', 'recvonly', undefined, true],
    ['recvonly', 'sendonly', 'recvonly', undefined, false],
    ['inactive', 'inactive', 'recvonly', undefined, true],
    ['sendrecv', 'recvonly', 'recvonly', '0.0.0.0', true],
    ['recvonly', 'inactive', 'recvonly', '0.0.0.0', true],
  ];
  for (const [offered, audio, video, address, hold] of ways) {
    it(`answers ${offered}${address ? ` to ${address}` : ''} with ${audio}`, () => {
      const text = offer(
        'm=audio 5000 RTP/AVP 0',
        ...(address ? [`c=IN IP4 ${address}`] : []),
        `a=${offered}`,
        'm=video 6000 RTP/AVP 99',
        'a=rtpmap:99 H264/90000',
      );
      const { negotiated } = take(text);
      assert.equal(negotiated.audio?.direction, audio);
      assert.equal(negotiated.video?.direction, video);
      assert.equal(['recvonly', 'inactive'].includes(negotiated.audio.direction), hold);
    });
  }

  it('takes a direction at session level for all streams that have none', () => {
    const { negotiated } = take(offer('a=inactive', 'm=audio 5000 RTP/AVP 0', 'm=audio 0 RTP/AVP 8'));
    assert.equal(negotiated.audio?.direction, 'inactive');
  });

  it('answers a session whose streams are all switched off in kind', () => {
    const { sdp, negotiated } = take(offer('m=audio 0 RTP/AVP 0', 'm=video 0 RTP/AVP 99'));
    assert.deepEqual(sections(sdp), ['m=audio 0 RTP/AVP 0', 'm=video 0 RTP/AVP 99']);
    assert.deepEqual(negotiated, { audio: null, video: null });
  });

  it('speaks IPv6', () => {
    const v6 = { ...local, address: '2001:db8::10' };
    const { sdp, negotiated } = take(chanSip.replaceAll('IN IP4 203.0.113.5', 'IN IP6 2001:db8::5'), v6);
    assert.match(sdp, /^c=IN IP6 2001:db8::10\r$/m);
    assert.equal(negotiated.audio?.remote.address, '2001:db8::5');
  });

  const packetTimes: [string[], number][] = [
    [[], 20],
    [['a=ptime:30'], 30],
    [['a=ptime:5'], 20],
    [['a=ptime:60', 'a=maxptime:40'], 40],
    [['a=maxptime:150'], 20],
  ];
  for (const [lines, ptime] of packetTimes) {
    it(`sends packets of ${ptime} ms for ${lines.join(' ') || 'no wish'}`, () => {
      assert.equal(take(offer('m=audio 5000 RTP/AVP 0', ...lines)).negotiated.audio?.ptime, ptime);
    });
  }

  const profiles: [string, string | null][] = [
    ['profile-level-id=42e01f;packetization-mode=1', 'profile-level-id=42e01f;packetization-mode=1'],
    ['profile-level-id=640033;packetization-mode=1', 'profile-level-id=640028;packetization-mode=1'],
    [
      'profile-level-id=42e00b;packetization-mode=1;level-asymmetry-allowed=1',
      'profile-level-id=42e028;packetization-mode=1;level-asymmetry-allowed=1',
    ],
    ['packetization-mode=1', 'packetization-mode=1'],
    ['', ''],
    ['profile-level-id=42e01f;packetization-mode=2', null],
    ['profile-level-id=6e001f;packetization-mode=1', null],
    ['profile-level-id=f4001f;packetization-mode=1', null],
    ['profile-level-id=42e0;packetization-mode=1', null],
  ];
  for (const [offered, answered] of profiles) {
    it(`answers H.264 ${offered || 'without parameters'} with ${answered ?? 'a refusal'}`, () => {
      if (answered === null) {
        refused(h264(offered), 'SDP_NO_COMMON_MEDIA');
        return;
      }
      const fmtp = /^a=fmtp:99 (.*)\r$/m.exec(take(h264(offered)).sdp)?.[1] ?? '';
      assert.equal(fmtp, answered);
    });
  }

  const garbage: [string, string, string][] = [
    ['nothing', '', 'SDP_INVALID'],
    ['text', 'hello', 'SDP_INVALID'],
    ['another version', chanSip.replace('v=0', 'v=1'), 'SDP_INVALID'],
    ['no origin', chanSip.replace(/^o=.*\r\n/m, ''), 'SDP_INVALID'],
    ['no media', offer(), 'SDP_INVALID'],
    ['an m= line that cannot be read', offer('m=audio x RTP/AVP 0'), 'SDP_INVALID'],
    ['a port out of range', offer('m=audio 70000 RTP/AVP 0'), 'SDP_INVALID'],
    ['only codecs we lack', offer('m=audio 5000 RTP/AVP 18 9'), 'SDP_NO_COMMON_MEDIA'],
    ['a host name as address', chanSip.replaceAll('203.0.113.5', 'door.example'), 'SDP_NO_COMMON_MEDIA'],
    [
      'a multicast address',
      chanSip.replaceAll('c=IN IP4 203.0.113.5', 'c=IN IP4 224.2.1.1/127'),
      'SDP_NO_COMMON_MEDIA',
    ],
    ['no address', chanSip.replace(/^c=.*\r\n/m, ''), 'SDP_NO_COMMON_MEDIA'],
    ['something endless', chanSip + 'a=x\r\n'.repeat(20_000), 'SDP_INVALID'],
  ];
  for (const [what, text, code] of garbage) {
    it(`refuses ${what}`, () => refused(text, code));
  }
});
