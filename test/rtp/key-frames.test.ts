// A picture as soon as can be, and again whenever it breaks: key frames kept, and key frames asked for.
import assert from 'node:assert/strict';
import { buildRtcp } from '../../src/rtp/rtcp-packet.js';
import { CallBench, FACE, FAR, IDR, OUR_ADDRESS, SLICE, SPS, TestSource, videoOf } from './call-bench.js';

const PPS = Buffer.from([0x68, 0xce, 0x3c, 0x80]);

async function showing() {
  const bench = await new CallBench().open();
  bench.session.relayTo(FACE);
  return { bench, far: new TestSource(2, 102, 3600) };
}

/** `n` frames of one packet each, 40 ms apart. */
async function play(bench: CallBench, far: TestSource, n: number, payload = SLICE) {
  for (let i = 0; i < n; i++) {
    await bench.farVideo(far.packet(payload, { marker: true }));
    await bench.clock.advance(40);
  }
}

const askedAfter = (bench: CallBench, start: number) => bench.keyFramesAsked().map(({ at }) => at - start);

describe('rtp: key frames asked for', () => {
  it('asks with the first packet where the picture begins without one, then twice a second, then seldom', async () => {
    const { bench, far } = await showing();
    const start = bench.clock.steady();
    await play(bench, far, 200);
    assert.deepEqual(askedAfter(bench, start), [0, 500, 1000, 1500, 2500, 4500]);
    await bench.session.close();
  });

  it('asks for none where it begins with one, and stops asking when one comes', async () => {
    for (const beginning of [[IDR], [SPS, PPS, IDR], [Buffer.from([0x09, 0x10]), SPS, PPS, IDR]]) {
      const { bench, far } = await showing();
      for (const payload of beginning) await bench.farVideo(far.packet(payload, { more: true }));
      await play(bench, far, 50);
      assert.deepEqual(bench.keyFramesAsked(), []);
      await bench.session.close();
    }
    const { bench, far } = await showing();
    await play(bench, far, 2);
    await play(bench, far, 1, IDR);
    await play(bench, far, 50);
    assert.equal(bench.keyFramesAsked().length, 1);
    await bench.session.close();
  });

  it('asks within 20 ms of a loss, once, and not again before half a second', async () => {
    const { bench, far } = await showing();
    await play(bench, far, 5, IDR);
    const start = bench.clock.steady();
    for (let i = 0; i < 20; i++) {
      far.packet(SLICE); // lost
      await bench.farVideo(far.packet(SLICE));
      await bench.clock.advance(40);
    }
    assert.deepEqual(askedAfter(bench, start), [20, 520]);
    assert.equal(bench.session.stats().video!.lost, 20);
    await bench.session.close();
  });

  it('does not take reordering for loss', async () => {
    const { bench, far } = await showing();
    await play(bench, far, 1, IDR);
    for (let i = 0; i < 20; i++) {
      const [a, b] = [far.packet(SLICE), far.packet(SLICE)];
      await bench.farVideo(b);
      await bench.clock.advance(5);
      await bench.farVideo(a);
      await bench.clock.advance(35);
    }
    assert.deepEqual(bench.keyFramesAsked(), []);
    assert.equal(bench.session.stats().video!.lost, 0);
    await bench.session.close();
  });

  it('asks again at once when another SSRC begins without a key frame', async () => {
    const { bench, far } = await showing();
    await play(bench, far, 1, IDR);
    await play(bench, far, 10);
    const start = bench.clock.steady();
    await play(bench, new TestSource(3, 102, 3600, { sequence: 5, timestamp: 0 }), 1);
    assert.deepEqual(askedAfter(bench, start), [0]);
    await bench.session.close();
  });

  it('does not let a request for the SSRC before hold one up for the next', async () => {
    const { bench, far } = await showing();
    const start = bench.clock.steady();
    await play(bench, far, 3);
    await play(bench, new TestSource(3, 102, 3600, { sequence: 5, timestamp: 0 }), 3);
    assert.deepEqual(askedAfter(bench, start), [0, 120]);
    await bench.session.close();
  });

  it('asks when the decoder wants one, at most twice a second', async () => {
    const { bench, far } = await showing();
    await play(bench, far, 1, IDR);
    await play(bench, far, 20);
    const start = bench.clock.steady();
    for (let i = 0; i < 10; i++) {
      bench.session.requestKeyFrame();
      await play(bench, far, 1);
    }
    await bench.clock.advance(100);
    assert.deepEqual(askedAfter(bench, start), [0, 500]);
    await bench.session.close();
  });

  const feedbacks: [string, { pli: boolean; fir: boolean; announced: boolean }, string[]][] = [
    ['PLI where both are announced', { pli: true, fir: true, announced: true }, ['pli']],
    ['FIR where only that is', { pli: false, fir: true, announced: true }, ['fir']],
    ['both where nothing is', { pli: false, fir: false, announced: false }, ['pli', 'fir']],
  ];
  for (const [what, feedback, kinds] of feedbacks) {
    it(`uses ${what}`, async () => {
      const bench = await new CallBench().open({ audio: null, video: videoOf({ feedback }) });
      await bench.farVideo(new TestSource(2, 102, 3600).packet(SLICE));
      assert.deepEqual(bench.keyFramesAsked()[0]!.kinds, kinds);
      await bench.session.close();
    });
  }

  it('names the far end, itself, and each request: a compound that begins with a report', async () => {
    const bench = await new CallBench().open({
      audio: null,
      video: videoOf({ feedback: { pli: false, fir: false, announced: false } }),
    });
    await play(bench, new TestSource(0xcafe, 102, 3600), 20);
    const requests = bench
      .reports(bench.videoPort)
      .filter(({ packets }) => packets.some((p) => p.type === 'pli'));
    assert.equal(requests.length, 2);
    const sequences = requests.map(({ packets, to }) => {
      assert.deepEqual(to, { address: FAR.address, port: FAR.video + 1 });
      const [report, name, pli, fir] = packets;
      assert.ok(report?.type === 'rr' && name?.type === 'sdes' && pli?.type === 'pli' && fir?.type === 'fir');
      assert.equal(report.reports[0]!.ssrc, 0xcafe);
      assert.equal(pli.media, 0xcafe);
      assert.equal(fir.entries[0]!.ssrc, 0xcafe);
      assert.equal(new Set([report.ssrc, name.ssrc, pli.ssrc, fir.ssrc]).size, 1);
      return fir.entries[0]!.sequence;
    });
    assert.equal((sequences[1]! - sequences[0]!) & 0xff, 1);
    await bench.session.close();
  });

  it('tells of the far end’s requests for ours, a repeated FIR once', async () => {
    const bench = await new CallBench().open({ audio: null, video: videoOf({ direction: 'sendrecv' }) });
    await bench.localVideo(new TestSource(5, 96, 3600).packet(IDR));
    const { ssrc } = bench.sent(bench.videoPort)[0]!.header;
    const from = { address: FAR.address, port: FAR.video + 1 };
    const ask = (...packets: Parameters<typeof buildRtcp>[0]) =>
      bench.arrive(
        buildRtcp([{ type: 'rr', ssrc: 9, reports: [] }, ...packets]),
        from,
        bench.videoPort + 1,
        OUR_ADDRESS,
      );
    await ask({ type: 'pli', ssrc: 9, media: ssrc });
    assert.equal(bench.keyFrameRequests, 1);
    const fir = (sequence: number) => ({ type: 'fir' as const, ssrc: 9, entries: [{ ssrc, sequence }] });
    await ask(fir(3));
    await ask(fir(3));
    assert.equal(bench.keyFrameRequests, 2);
    await ask(fir(4));
    assert.equal(bench.keyFrameRequests, 3);
    await ask({ type: 'pli', ssrc: 9, media: (ssrc ^ 1) >>> 0 });
    assert.equal(bench.keyFrameRequests, 3, 'one that means another stream is not for us');
    await bench.session.close();
  });
});

describe('rtp: video before the face is ready', () => {
  it('is kept from the last key frame on and handed over in order', async () => {
    const bench = await new CallBench().open();
    const far = new TestSource(2, 102, 3600);
    const send = async (payload: Buffer, options = {}) => {
      const data = far.packet(payload, options);
      await bench.farVideo(data);
      return data;
    };
    await send(SLICE);
    await send(IDR);
    await send(SLICE);
    const kept = [await send(SPS, { more: true }), await send(PPS, { more: true }), await send(IDR)];
    for (let i = 0; i < 40; i++) kept.push(await send(SLICE));
    bench.session.relayTo(FACE);
    // while the kept ones are still on their way new ones must not overtake them
    kept.push(await send(SLICE));
    await bench.clock.advance(10);
    kept.push(await send(SLICE));
    assert.deepEqual(bench.relayed(FACE.videoPort), kept);
    assert.equal(bench.keyFramesAsked().length, 1, 'for the beginning without one only');
    await bench.session.close();
  });

  it('keeps parameter sets that came with a timestamp of their own', async () => {
    const bench = await new CallBench().open();
    const far = new TestSource(2, 102, 3600);
    const kept = [far.packet(SPS), far.packet(PPS), far.packet(IDR), far.packet(SLICE)];
    for (const data of kept) await bench.farVideo(data);
    bench.session.relayTo(FACE);
    assert.deepEqual(bench.relayed(FACE.videoPort), kept);
    await bench.session.close();
  });

  it('is handed over whole though the next key frame comes meanwhile', async () => {
    const bench = await new CallBench().open();
    const far = new TestSource(2, 102, 3600);
    const kept = [far.packet(IDR), ...Array.from({ length: 60 }, () => far.packet(SLICE)), far.packet(IDR)];
    for (const data of kept.slice(0, -1)) await bench.farVideo(data);
    bench.session.relayTo(FACE);
    await bench.farVideo(kept.at(-1)!);
    await bench.clock.advance(10);
    assert.deepEqual(bench.relayed(FACE.videoPort), kept);
    await bench.session.close();
  });

  it('is given up when it grows too large, and begun anew with the next key frame', async () => {
    const bench = await new CallBench().open();
    const far = new TestSource(2, 102, 3600);
    const big = (type: number) => Buffer.concat([Buffer.from([type]), Buffer.alloc(60_000)]);
    await bench.farVideo(far.packet(big(0x65)));
    for (let i = 0; i < 40; i++) await bench.farVideo(far.packet(big(0x41)));
    const { dropped } = bench.session.stats().video!;
    assert.ok(dropped['face-not-ready'] > 0);
    bench.session.relayTo(FACE);
    await bench.clock.advance(20);
    assert.deepEqual(bench.relayed(FACE.videoPort), []);
    assert.equal(bench.keyFramesAsked().length, 1, 'the face needs another one now');
    await bench.session.close();
  });

  it('asks for a key frame at once when a new face takes over', async () => {
    const { bench, far } = await showing();
    await play(bench, far, 1, IDR);
    await play(bench, far, 10);
    const start = bench.clock.steady();
    bench.session.relayTo({ audioPort: 9100, videoPort: 9102 });
    assert.deepEqual(askedAfter(bench, start), [0]);
    const key = far.packet(IDR);
    await bench.farVideo(key);
    assert.deepEqual(bench.relayed(9102), [key]);
    await bench.session.close();
  });

  it('asks also when the new face has got the ports of the old one', async () => {
    const { bench, far } = await showing();
    await play(bench, far, 1, IDR);
    const start = bench.clock.steady();
    bench.session.relayTo(FACE);
    assert.deepEqual(askedAfter(bench, start), [0]);
    await bench.session.close();
  });

  it('keeps what comes between two faces for the second one', async () => {
    const { bench, far } = await showing();
    await play(bench, far, 1, IDR);
    bench.session.relayTo({ audioPort: null, videoPort: null });
    await play(bench, far, 3);
    const key = far.packet(IDR);
    await bench.farVideo(key);
    bench.session.relayTo({ audioPort: 9100, videoPort: 9102 });
    await bench.clock.advance(10);
    assert.deepEqual(bench.relayed(9102), [key]);
    await bench.session.close();
  });

  it('does not ask before anything came', async () => {
    const bench = await new CallBench().open();
    bench.session.relayTo(FACE);
    bench.session.requestKeyFrame();
    await bench.clock.advance(1000);
    assert.deepEqual(bench.keyFramesAsked(), []);
    const start = bench.clock.steady();
    await bench.farVideo(new TestSource(2, 102, 3600).packet(SLICE));
    assert.deepEqual(askedAfter(bench, start), [0]);
    await bench.session.close();
  });
});
