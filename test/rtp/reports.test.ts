// RTCP on the wire: who reports when, what the figures say, and how a call says goodbye.
import assert from 'node:assert/strict';
import { Reception } from '../../src/rtp/reception.js';
import { buildRtcp, type RtcpPacket } from '../../src/rtp/rtcp-packet.js';
import { reportInterval } from '../../src/rtp/rtcp-session.js';
import { parseRtp } from '../../src/rtp/rtp-packet.js';
import { audioOf, CallBench, FAR, seeded, SOUND, TestSource, videoOf } from './call-bench.js';

const FAR_RTCP = { address: FAR.address, port: FAR.audio + 1 };
const AUDIO_ONLY = { audio: audioOf(), video: null };

const kinds = (packets: RtcpPacket[]) => packets.map(({ type }) => type);

describe('rtp: reports', () => {
  it('reports at once, then at random intervals of 1.8 to 5.5 s, each compound with our name', async () => {
    const bench = await new CallBench().open(AUDIO_ONLY);
    const start = bench.clock.steady();
    await bench.clock.advance(120_000);
    const reports = bench.reports(bench.audioPort);
    assert.equal(reports[0]!.at, start);
    const gaps = reports.slice(1).map(({ at }, i) => at - reports[i]!.at);
    for (const gap of gaps) assert.ok(gap >= 1800 && gap <= 5600, String(gap));
    assert.ok(Math.max(...gaps) - Math.min(...gaps) > 500, 'not in step');
    const names = new Set(reports.map(({ packets }) => packets.find((p) => p.type === 'sdes')?.cname));
    assert.equal(names.size, 1);
    assert.ok([...names][0]);
    await bench.session.close();
  });

  it('spaces reports so that the mean is the reduced minimum, and never under half of it', () => {
    const random = seeded(7);
    const intervals = Array.from({ length: 20_000 }, () => reportInterval(80, random));
    const mean = intervals.reduce((a, b) => a + b) / intervals.length;
    assert.ok(Math.abs(mean - 4500 / 1.21828) < 50, String(mean));
    assert.ok(Math.min(...intervals) >= 2250 / 1.2183);
    assert.ok(reportInterval(10_000, () => 0) >= 400, 'a fast stream does not report all the time');
  });

  it('sends RR while it sends nothing, SR with its counts and the time once it does', async () => {
    const bench = await new CallBench().open(AUDIO_ONLY);
    assert.deepEqual(kinds(bench.reports(bench.audioPort)[0]!.packets), ['rr', 'sdes']);
    const mine = new TestSource(5, 96, 160);
    for (let i = 0; i < 500; i++) {
      await bench.localAudio(mine.packet(SOUND));
      await bench.clock.advance(20);
    }
    const { at, packets } = bench.reports(bench.audioPort).at(-1)!;
    const [sr] = packets;
    assert.ok(sr?.type === 'sr');
    const sent = bench.sent(bench.audioPort).filter((packet) => packet.at <= at);
    assert.equal(sr.packets, sent.length);
    assert.equal(sr.octets, 160 * sent.length);
    assert.equal(sr.ssrc, sent[0]!.header.ssrc);
    const last = sent.at(-1)!;
    assert.equal((sr.rtpTimestamp - last.header.timestamp) >>> 0, Math.round((at - last.at) * 8));
    const wall = (sr.ntp.seconds - 2_208_988_800 + 2 ** 32) % 2 ** 32;
    assert.ok(Math.abs(wall * 1000 + (sr.ntp.fraction / 2 ** 32) * 1000 - (at + bench.clock.wallOffset)) < 1);
    await bench.session.close();
  });

  it('does not let a clock that is set in the call into the reports', async () => {
    const bench = await new CallBench().open(AUDIO_ONLY);
    await bench.localAudio(new TestSource(5, 96, 160).packet(SOUND));
    await bench.clock.advance(6000);
    const before = bench.reports(bench.audioPort).at(-1)!;
    bench.clock.wallOffset += 3_600_000;
    await bench.localAudio(new TestSource(5, 96, 160).packet(SOUND));
    await bench.clock.advance(6000);
    const after = bench.reports(bench.audioPort).at(-1)!;
    const seconds = ({ packets: [sr] }: typeof after) => (sr?.type === 'sr' ? sr.ntp.seconds : Number.NaN);
    assert.ok(Math.abs(seconds(after) - seconds(before) - (after.at - before.at) / 1000) <= 1);
    await bench.session.close();
  });

  it('reports loss and jitter of what it receives, and when the last SR came', async () => {
    const bench = await new CallBench().open(AUDIO_ONLY);
    const far = new TestSource(77, 0, 160, { sequence: 65_000 });
    const sr: RtcpPacket = {
      type: 'sr',
      ssrc: 77,
      ntp: { seconds: 0x1234_5678, fraction: 0x9abc_def0 },
      rtpTimestamp: 0,
      packets: 0,
      octets: 0,
      reports: [],
    };
    for (let i = 0; i < 1000; i++) {
      const packet = far.packet(SOUND);
      if (i % 4 !== 3) await bench.farAudio(packet);
      if (i === 900) await bench.arrive(buildRtcp([sr]), FAR_RTCP, bench.audioPort + 1);
      await bench.clock.advance(20);
    }
    const { at, packets } = bench.reports(bench.audioPort).at(-1)!;
    const [rr] = packets;
    assert.ok(rr?.type === 'rr');
    const [block] = rr.reports;
    assert.ok(block);
    assert.equal(block.ssrc, 77);
    assert.ok(Math.abs(block.fractionLost - 64) <= 3, `a quarter: ${block.fractionLost}`);
    assert.ok(block.lost > 150 && block.lost <= 250);
    assert.ok(block.highestSequence > 0x1_0000, 'one cycle of the sequence numbers');
    assert.equal(block.jitter, 0);
    assert.equal(block.lastSr, 0x5678_9abc);
    const srAt = bench.network.traffic.find(({ to }) => to.port === bench.audioPort + 1)!.at;
    assert.equal(block.delaySinceLastSr, Math.round(((at - srAt) * 65_536) / 1000));
    assert.equal(bench.session.stats().audio!.lost, 249);
    await bench.session.close();
  });

  it('knows the round trip and our loss from the far end’s report', async () => {
    const bench = await new CallBench().open(AUDIO_ONLY);
    await bench.localAudio(new TestSource(5, 96, 160).packet(SOUND));
    await bench.clock.advance(6000);
    const { at, packets } = bench.reports(bench.audioPort).at(-1)!;
    const [sr] = packets;
    assert.ok(sr?.type === 'sr');
    await bench.clock.advance(750);
    // the far end kept it for all but 30 ms
    const kept = Math.round(((bench.clock.steady() - at - 30) * 65_536) / 1000);
    const report = {
      ssrc: sr.ssrc,
      fractionLost: 0,
      lost: 3,
      highestSequence: 0,
      jitter: 0,
      lastSr: ((sr.ntp.seconds << 16) | (sr.ntp.fraction >>> 16)) >>> 0,
      delaySinceLastSr: kept,
    };
    await bench.arrive(
      buildRtcp([{ type: 'rr', ssrc: 77, reports: [report] }]),
      FAR_RTCP,
      bench.audioPort + 1,
    );
    const { roundTripMs, remoteLost } = bench.session.stats().audio!;
    assert.ok(roundTripMs !== null && Math.abs(roundTripMs - 30) < 1, String(roundTripMs));
    assert.equal(remoteLost, 3);
    await bench.session.close();
  });

  it('passes over reports on, and by, somebody else', async () => {
    const bench = await new CallBench().open(AUDIO_ONLY);
    await bench.farAudio(new TestSource(77, 0, 160).packet(SOUND));
    const block = {
      ssrc: 1,
      fractionLost: 9,
      lost: 9,
      highestSequence: 0,
      jitter: 0,
      lastSr: 5,
      delaySinceLastSr: 0,
    };
    const ntp = { seconds: 1, fraction: 0 };
    const sr: RtcpPacket = {
      type: 'sr',
      ssrc: 78,
      ntp,
      rtpTimestamp: 0,
      packets: 0,
      octets: 0,
      reports: [block],
    };
    await bench.arrive(buildRtcp([sr]), FAR_RTCP, bench.audioPort + 1);
    await bench.clock.advance(6000);
    const [rr] = bench.reports(bench.audioPort).at(-1)!.packets;
    assert.ok(rr?.type === 'rr');
    assert.equal(rr.reports[0]!.lastSr, 0, 'that SR was not by the source we hear');
    const { remoteLost, roundTripMs } = bench.session.stats().audio!;
    assert.deepEqual([remoteLost, roundTripMs], [null, null]);
    await bench.session.close();
  });

  it('says BYE when the call ends, and when a stream is dropped, to where that stream was', async () => {
    const bench = await new CallBench().open({ audio: audioOf(), video: videoOf() });
    await bench.clock.advance(3000);
    bench.session.apply(AUDIO_ONLY);
    const video = bench.reports(bench.videoPort).at(-1)!;
    assert.deepEqual(kinds(video.packets), ['rr', 'sdes', 'bye']);
    assert.deepEqual(video.to, { address: FAR.address, port: FAR.video + 1 });
    await bench.clock.advance(10_000);
    await bench.session.close();
    assert.deepEqual(kinds(bench.reports(bench.audioPort).at(-1)!.packets), ['rr', 'sdes', 'bye']);
    assert.equal(
      bench.reports(bench.videoPort).at(-1)!.at,
      video.at,
      'a stream that is off says nothing more',
    );
  });

  it('counts no loss for packets of another payload type, such as comfort noise', async () => {
    const bench = await new CallBench().open(AUDIO_ONLY);
    const far = new TestSource(77, 0, 160);
    for (let i = 0; i < 10; i++) await bench.farAudio(far.packet(SOUND, { payloadType: i % 2 ? 13 : 0 }));
    assert.equal(bench.session.stats().audio!.lost, 0);
    await bench.session.close();
  });

  it('tells loss, reordering, and a new beginning apart', () => {
    const reception = new Reception(8000);
    const take = (ssrc: number, sequence: number) =>
      reception.take(parseRtp(new TestSource(ssrc, 0, 160, { sequence }).packet(SOUND))!, 0);
    const plain = { fresh: false, skipped: 0, late: false };
    assert.deepEqual(take(1, 65_534), { ...plain, fresh: true });
    assert.deepEqual(take(1, 65_535), plain);
    assert.deepEqual(take(1, 2), { ...plain, skipped: 2 });
    assert.deepEqual(take(1, 1), { ...plain, late: true });
    assert.deepEqual(take(1, 2), { ...plain, late: true }, 'a duplicate');
    assert.deepEqual(take(1, 30_000), { ...plain, fresh: true }, 'a jump');
    assert.deepEqual(take(2, 30_001), { ...plain, fresh: true });
  });

  it('measures jitter as RFC 3550 does', () => {
    const reception = new Reception(8000);
    const far = new TestSource(1, 0, 160);
    let now = 0;
    // every other packet 10 ms late: D is 10 ms each time, and J nears it
    for (let i = 0; i < 400; i++) {
      reception.take(parseRtp(far.packet(SOUND))!, now + (i % 2 ? 10 : 0));
      now += 20;
    }
    assert.ok(Math.abs(reception.totals().jitterMs - 10) < 0.1);
  });
});

describe('rtp: keep-alive', () => {
  const keepAlives = (bench: CallBench, port: number) =>
    bench.sent(port, { keepAlives: true }).filter(({ payload }) => payload.length === 0);

  it('shows the server our video port at once, though we have no video to send', async () => {
    const bench = await new CallBench().open({ audio: audioOf(), video: videoOf() });
    const start = bench.clock.steady();
    await bench.clock.advance(100);
    const sent = keepAlives(bench, bench.videoPort);
    assert.deepEqual(
      sent.map(({ at }) => at - start),
      [0, 20, 40, 60],
    );
    sent.forEach(({ header, to }, i) => {
      assert.deepEqual(to, { address: FAR.address, port: FAR.video });
      assert.equal(header.sequence, (sent[0]!.header.sequence + i) & 0xffff);
      assert.notEqual(header.payloadType, 102, 'no decoder shall take it for video');
      assert.ok(header.payloadType >= 96);
    });
    await bench.clock.advance(60_000);
    const later = keepAlives(bench, bench.videoPort).slice(4);
    assert.deepEqual(
      later.map(({ at }) => at - start),
      [15_060, 30_060, 45_060, 60_060],
    );
    await bench.session.close();
  });

  it('is not sent beside media', async () => {
    const bench = await new CallBench().open(AUDIO_ONLY);
    const mine = new TestSource(5, 96, 160);
    for (let i = 0; i < 2000; i++) {
      await bench.localAudio(mine.packet(SOUND));
      await bench.clock.advance(20);
    }
    assert.equal(keepAlives(bench, bench.audioPort).length, 0);
    await bench.clock.advance(16_000);
    assert.equal(
      keepAlives(bench, bench.audioPort).length,
      1,
      'the microphone is off: the binding stays open',
    );
    await bench.session.close();
  });
});
