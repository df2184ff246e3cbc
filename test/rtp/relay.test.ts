// Media goes both ways between the far end and the local process, under one numbering of ours.
import assert from 'node:assert/strict';
import { CallBench, FACE, FAR, IDR, OUR_ADDRESS, SLICE, SOUND, TestSource, videoOf } from './call-bench.js';

describe('rtp: relay', () => {
  it('offers even RTP ports whose RTCP neighbours are open too', async () => {
    const bench = await new CallBench().open(null);
    assert.equal(bench.audioPort % 2, 0);
    assert.equal(bench.videoPort % 2, 0);
    for (const port of [bench.audioPort, bench.audioPort + 1, bench.videoPort, bench.videoPort + 1]) {
      await assert.rejects(bench.network.bind({ address: OUR_ADDRESS, port }, () => undefined));
    }
    await bench.session.close();
  });

  it('passes sound and picture of the far end on unchanged', async () => {
    const bench = await new CallBench().open();
    bench.session.relayTo(FACE);
    const sound = new TestSource(1, 0, 160).packet(SOUND);
    const picture = new TestSource(2, 102, 3600).packet(IDR, { marker: true });
    await bench.farAudio(sound);
    await bench.farVideo(picture);
    assert.deepEqual(bench.relayed(FACE.audioPort), [sound]);
    assert.deepEqual(bench.relayed(FACE.videoPort), [picture]);
    await bench.session.close();
  });

  it('sends the local encoder under one SSRC and a running sequence, also when the encoder is a new one', async () => {
    const bench = await new CallBench().open();
    const first = new TestSource(0xaaaa, 96, 160);
    const second = new TestSource(0xbbbb, 97, 160, { sequence: 7, timestamp: 12 });
    for (const source of [first, second]) {
      for (let i = 0; i < 5; i++) {
        await bench.localAudio(source.packet(SOUND));
        await bench.clock.advance(20);
      }
    }
    const sent = bench.sent(bench.audioPort);
    assert.equal(sent.length, 10);
    assert.equal(new Set(sent.map(({ header }) => header.ssrc)).size, 1);
    sent.forEach(({ header, to, payload }, i) => {
      assert.deepEqual(to, { address: FAR.address, port: FAR.audio });
      assert.deepEqual(payload, SOUND);
      assert.equal(header.payloadType, 0);
      assert.equal(header.marker, i === 0);
      assert.equal(header.sequence, (sent[0]!.header.sequence + i) & 0xffff);
      assert.equal(header.timestamp, (sent[0]!.header.timestamp + 160 * i) >>> 0);
    });
    await bench.session.close();
  });

  it('keeps its timeline when a new encoder has the SSRC of the old one', async () => {
    const bench = await new CallBench().open();
    const start = bench.clock.steady();
    for (const timestamp of [1_000_000, 50]) {
      const source = new TestSource(0xaaaa, 96, 160, { sequence: 1, timestamp });
      for (let i = 0; i < 5; i++) {
        await bench.localAudio(source.packet(SOUND));
        await bench.clock.advance(20);
      }
      await bench.clock.advance(1500);
    }
    const sent = bench.sent(bench.audioPort);
    for (const { at, header } of sent) {
      assert.equal((header.timestamp - sent[0]!.header.timestamp) >>> 0, (at - start) * 8);
    }
    assert.deepEqual(
      sent.map(({ header }) => header.marker),
      [true, false, false, false, false, true, false, false, false, false],
      'sound after a silence begins with a marker',
    );
    await bench.session.close();
  });

  it('keeps markers and timestamps of frames in video that it sends', async () => {
    const bench = await new CallBench().open();
    bench.session.apply({ audio: null, video: videoBothWays() });
    const source = new TestSource(5, 96, 3600);
    await bench.localVideo(source.packet(IDR, { more: true }));
    await bench.localVideo(source.packet(IDR, { marker: true }));
    await bench.clock.advance(40);
    await bench.localVideo(source.packet(SLICE, { marker: true }));
    const sent = bench.sent(bench.videoPort).map(({ header }) => header);
    assert.deepEqual(
      sent.map(({ marker }) => marker),
      [false, true, true],
    );
    assert.deepEqual(
      sent.map(({ timestamp }) => (timestamp - sent[0]!.timestamp) >>> 0),
      [0, 0, 3600],
    );
    assert.deepEqual(
      sent.map(({ payloadType }) => payloadType),
      [102, 102, 102],
    );
    await bench.session.close();
  });

  it('shows the far end what was lost between the local encoder and us', async () => {
    const bench = await new CallBench().open();
    bench.session.apply({ audio: null, video: videoBothWays() });
    const source = new TestSource(5, 96, 3600);
    await bench.localVideo(source.packet(IDR));
    source.packet(SLICE);
    await bench.localVideo(source.packet(SLICE));
    const [a, b] = bench.sent(bench.videoPort).map(({ header }) => header.sequence);
    assert.equal((b! - a!) & 0xffff, 2);
    await bench.session.close();
  });

  it('leaves no socket and no timer', async () => {
    const bench = await new CallBench().open();
    bench.session.relayTo(FACE);
    await bench.farVideo(new TestSource(2, 102, 3600).packet(SLICE));
    await bench.session.close();
    await bench.session.close();
    assert.equal(bench.network.open, 0);
    await bench.clock.advance(0);
    assert.equal(bench.clock.running, 0);
  });
});

function videoBothWays() {
  return { ...videoOf(), direction: 'sendrecv' as const };
}
