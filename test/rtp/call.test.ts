// A call's media over its life: re-INVITE, hold, a far end that vanishes, garbage, and a clean end.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { buildRtcp } from '../../src/rtp/rtcp-packet.js';
import { buildTelephoneEvent } from '../../src/rtp/telephone-event.js';
import type { Log } from '../../src/system/log.js';
import {
  audioOf,
  bothOf,
  CallBench,
  FACE,
  FAR,
  IDR,
  LOOPBACK,
  OUR_ADDRESS,
  SLICE,
  SOUND,
  TestSource,
  videoOf,
} from './call-bench.js';

describe('rtp: re-INVITE', () => {
  it('moves a stream to other ports and payload types at once, on the same numbering of ours', async () => {
    const bench = await new CallBench().open();
    bench.session.relayTo(FACE);
    const mine = new TestSource(5, 96, 160);
    await bench.localAudio(mine.packet(SOUND));
    const remote = { address: '198.51.100.2', port: 7000, rtcpPort: 7001 };
    const moved = audioOf({ remote, codec: 'PCMA', sendPayloadType: 8, receivePayloadType: 8 });
    bench.session.apply({ audio: moved, video: videoOf() });
    await bench.clock.advance(20);
    await bench.localAudio(mine.packet(SOUND));
    const [before, after] = bench.sent(bench.audioPort);
    assert.deepEqual(after!.to, { address: remote.address, port: remote.port });
    assert.equal(after!.header.payloadType, 8);
    assert.equal(after!.header.ssrc, before!.header.ssrc);
    assert.equal(after!.header.sequence, (before!.header.sequence + 1) & 0xffff);
    await bench.farAudio(new TestSource(1, 0, 160).packet(SOUND), remote);
    assert.equal(bench.relayed(FACE.audioPort).length, 0, 'the old payload type is no longer agreed on');
    await bench.farAudio(new TestSource(1, 8, 160).packet(SOUND), remote);
    assert.equal(bench.relayed(FACE.audioPort).length, 1);
    await bench.session.close();
  });

  it('changes nothing when it says the same again', async () => {
    const bench = await new CallBench().open();
    await bench.clock.advance(1000);
    const before = bench.network.traffic.length;
    bench.session.apply(bothOf());
    assert.equal(bench.network.traffic.length, before);
    await bench.session.close();
  });

  it('drops video and takes it up again on the same ports', async () => {
    const bench = await new CallBench().open();
    bench.session.relayTo(FACE);
    const far = new TestSource(2, 102, 3600);
    await bench.farVideo(far.packet(IDR));
    bench.session.apply({ audio: audioOf(), video: null });
    await bench.farVideo(far.packet(SLICE));
    assert.equal(bench.session.stats().video, null);
    assert.equal(bench.relayed(FACE.videoPort).length, 1);
    const asked = bench.keyFramesAsked().length;
    bench.session.apply(bothOf());
    await bench.farVideo(far.packet(SLICE));
    assert.equal(bench.relayed(FACE.videoPort).length, 2);
    assert.equal(bench.keyFramesAsked().length, asked + 1, 'the picture needs a key frame to go on');
    await bench.session.close();
  });

  it('sends and takes nothing while the call is held, whichever way that is said', async () => {
    const remote = { address: '0.0.0.0', port: FAR.audio, rtcpPort: FAR.audio + 1 };
    for (const held of [audioOf({ direction: 'inactive' }), audioOf({ remote })]) {
      const bench = await new CallBench().open({ audio: held, video: null });
      bench.session.relayTo(FACE);
      await bench.localAudio(new TestSource(5, 96, 160).packet(SOUND));
      await bench.farAudio(new TestSource(1, 0, 160).packet(SOUND));
      assert.deepEqual(bench.sent(bench.audioPort), []);
      assert.deepEqual(bench.relayed(FACE.audioPort), []);
      assert.equal(bench.session.stats().audio!.dropped['not-sending'], 1);
      bench.session.apply({ audio: audioOf(), video: null });
      await bench.localAudio(new TestSource(5, 96, 160).packet(SOUND));
      assert.equal(bench.sent(bench.audioPort).length, 1);
      await bench.session.close();
    }
  });
});

describe('rtp: a description with an address that is none', () => {
  for (const remote of [
    { address: 'door.example', port: 4000, rtcpPort: 4001 },
    { address: FAR.address, port: 0, rtcpPort: 1 },
    { address: FAR.address, port: 70_000, rtcpPort: 70_001 },
    { address: FAR.address, port: 65_534.5, rtcpPort: 65_536 },
  ]) {
    it(`${remote.address} ${remote.port}: nothing is sent, and digits are refused`, async () => {
      const bench = await new CallBench().open({ audio: audioOf({ remote }), video: null });
      await bench.localAudio(new TestSource(5, 96, 160).packet(SOUND));
      const timing = { durationMs: 160, gapMs: 100 };
      await assert.rejects(bench.session.sendDigits('#', timing), { code: 'RTP_ON_HOLD' });
      await bench.session.close();
      assert.deepEqual(
        bench.network.traffic.filter(({ from }) => from.address === OUR_ADDRESS),
        [],
      );
    });
  }
});

describe('rtp: a far end that vanishes', () => {
  it('is told once, twenty seconds after its last packet', async () => {
    const bench = await new CallBench().open();
    await bench.clock.advance(10_000);
    await bench.farVideo(new TestSource(2, 102, 3600).packet(IDR));
    await bench.clock.advance(19_999);
    assert.equal(bench.silences, 0);
    await bench.clock.advance(1);
    assert.equal(bench.silences, 1);
    await bench.clock.advance(100_000);
    assert.equal(bench.silences, 1);
    await bench.session.close();
  });

  it('is not taken for gone while anything of it comes: RTCP, comfort noise', async () => {
    const bench = await new CallBench({ silentAfterMs: 5000 }).open();
    const noise = new TestSource(3, 13, 160);
    for (let i = 0; i < 10; i++) {
      await bench.clock.advance(3000);
      const report = buildRtcp([{ type: 'rr', ssrc: 1, reports: [] }]);
      const rtcp = { address: FAR.address, port: FAR.video + 1 };
      if (i % 2) await bench.arrive(report, rtcp, bench.videoPort + 1);
      else await bench.farAudio(noise.packet(Buffer.from([60])));
    }
    assert.equal(bench.silences, 0);
    await bench.session.close();
  });

  it('is not kept alive by a re-INVITE', async () => {
    const bench = await new CallBench().open();
    await bench.clock.advance(15_000);
    bench.session.apply({ audio: audioOf({ ptime: 30 }), video: null });
    await bench.clock.advance(5000);
    assert.equal(bench.silences, 1);
    await bench.session.close();
  });

  it('is not kept alive by strangers', async () => {
    const bench = await new CallBench({ silentAfterMs: 5000 }).open();
    await bench.farAudio(new TestSource(1, 0, 160).packet(SOUND));
    for (let i = 0; i < 3; i++) {
      await bench.clock.advance(2000);
      await bench.farAudio(Buffer.from('not a packet at all'), { address: FAR.address, port: FAR.audio });
      await bench.arrive(Buffer.from([0x80]), { address: '203.0.113.66', port: 1 }, bench.audioPort + 1);
    }
    assert.equal(bench.silences, 1);
    await bench.session.close();
  });

  it('may be silent while it is held, and has its time again afterwards', async () => {
    const bench = await new CallBench().open();
    await bench.clock.advance(15_000);
    bench.session.apply({ audio: audioOf({ direction: 'inactive' }), video: null });
    await bench.clock.advance(100_000);
    assert.equal(bench.silences, 0);
    bench.session.apply(bothOf());
    await bench.clock.advance(19_999);
    assert.equal(bench.silences, 0);
    await bench.clock.advance(1);
    assert.equal(bench.silences, 1);
    await bench.session.close();
  });
});

describe('rtp: garbage', () => {
  it('does not upset a call, whatever comes to whichever port from wherever', async () => {
    const sources = [
      { address: FAR.address, port: FAR.audio },
      { address: FAR.address, port: FAR.video + 1 },
      { address: '203.0.113.66', port: 6666 },
    ];
    const header = fc.constantFrom(
      '',
      '8000',
      '8065',
      '80e6',
      'b066',
      '81c8',
      '81ce',
      '84ce',
      '8fca',
      '80cb',
    );
    const datagram = fc.record({
      data: fc
        .tuple(header, fc.uint8Array({ maxLength: 120 }))
        .map(([head, rest]) => Buffer.concat([Buffer.from(head, 'hex'), rest])),
      from: fc.constantFrom(...sources),
      port: fc.nat({ max: 5 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(datagram, { minLength: 20, maxLength: 60 }), async (datagrams) => {
        const bench = await new CallBench().open();
        bench.session.relayTo(FACE);
        const { audio, video } = bench.session.localPorts;
        const ports = [
          bench.audioPort,
          bench.audioPort + 1,
          bench.videoPort,
          bench.videoPort + 1,
          audio,
          video,
        ];
        for (const { data, from, port } of datagrams) {
          bench.network.send(data, from, { address: port < 4 ? OUR_ADDRESS : LOOPBACK, port: ports[port]! });
        }
        await bench.clock.advance(700);
        // it still works: the described far end is heard, and digits leave
        const sound = new TestSource(4321, 0, 160).packet(SOUND);
        await bench.farAudio(sound);
        assert.deepEqual(bench.relayed(FACE.audioPort).at(-1), sound);
        const done = bench.session.sendDigits('#', { durationMs: 160, gapMs: 100 });
        await bench.clock.advance(200);
        await done;
        const stats = bench.session.stats();
        assert.equal(stats.audio!.dropped.failure + stats.video!.dropped.failure, 0);
        await bench.session.close();
        await bench.clock.advance(0);
        assert.equal(bench.clock.running, 0);
        assert.equal(bench.network.open, 0);
      }),
      { numRuns: 60 },
    );
  });

  it('fills no log: one line for each reason and source in a minute', async () => {
    const lines: string[] = [];
    const log: Log = {
      debug: () => undefined,
      info: (message: string) => void lines.push(message),
      warn: () => undefined,
      error: () => undefined,
      child: () => log,
    };
    const bench = await new CallBench({ log }).open();
    for (let i = 0; i < 500; i++) {
      await bench.farAudio(Buffer.from([i & 0xff]), { address: `203.0.113.${i % 2}`, port: 1000 + i });
    }
    assert.equal(lines.length, 2);
    await bench.clock.advance(60_000);
    await bench.farAudio(Buffer.from([1]), { address: '203.0.113.0', port: 5 });
    assert.equal(lines.length, 3);
    for (let i = 0; i < 2000; i++) {
      await bench.farAudio(Buffer.from([1]), { address: `10.0.${i >> 8}.${i & 0xff}`, port: 5 });
    }
    assert.ok(lines.length < 100, 'also when every packet has another source');
    await bench.session.close();
  });

  it('goes on when what it calls back throws, and says so', async () => {
    const errors: (string | undefined)[] = [];
    const log: Log = {
      debug: () => undefined,
      info: () => undefined,
      warn: () => undefined,
      error: (_message, fields) => void errors.push(String(fields?.error)),
      child: () => log,
    };
    const fail = (what: string) => () => {
      throw new Error(what);
    };
    const bench = await new CallBench({
      log,
      onDigit: fail('digit'),
      onKeyFrameRequest: fail('key frame'),
      onSilent: fail('silent'),
    }).open({ audio: audioOf(), video: videoOf({ direction: 'sendrecv' }) });
    await bench.localVideo(new TestSource(5, 96, 3600).packet(IDR));
    const { ssrc } = bench.sent(bench.videoPort)[0]!.header;
    const pli = buildRtcp([{ type: 'pli', ssrc: 9, media: ssrc }]);
    await bench.arrive(pli, { address: FAR.address, port: FAR.video + 1 }, bench.videoPort + 1);
    const event = buildTelephoneEvent({ event: 11, end: false, volume: 10, duration: 160 });
    await bench.farAudio(new TestSource(6, 101, 160).packet(event));
    await bench.clock.advance(21_000);
    assert.deepEqual(errors, ['key frame', 'digit', 'silent']);
    await bench.session.close();
  });
});

describe('rtp: sockets', () => {
  it('are all closed again when one of them cannot be had', async () => {
    for (let had = 0; had < 6; had++) {
      const bench = new CallBench();
      const { network } = bench;
      const bind = network.bind.bind(network);
      let left = had;
      network.bind = async (local, onDatagram) => {
        network.down = left-- <= 0;
        return bind(local, onDatagram);
      };
      await assert.rejects(bench.session.open(OUR_ADDRESS), { code: 'UDP_BIND' });
      assert.equal(network.open, 0);
    }
  });

  it('are closed when the call ends while they are being opened', async () => {
    const bench = new CallBench();
    const opening = bench.session.open(OUR_ADDRESS);
    await bench.session.close();
    await assert.rejects(opening, { code: 'RTP_CLOSED' });
    assert.equal(bench.network.open, 0);
  });

  it('are found though the neighbours of the first ones are taken', async () => {
    const bench = new CallBench();
    for (const port of [20_005, 20_007]) {
      await bench.network.bind({ address: OUR_ADDRESS, port }, () => undefined);
    }
    await bench.open();
    assert.equal(bench.audioPort % 2, 0);
    await bench.session.close();
    assert.equal(bench.network.open, 2);
  });
});
