// Where media goes, and whose media is taken: symmetric RTP, and strangers who would like the call.
import assert from 'node:assert/strict';
import { buildRtcp } from '../../src/rtp/rtcp-packet.js';
import { audioOf, bothOf, CallBench, FACE, FAR, OUR_ADDRESS, SOUND, TestSource } from './call-bench.js';

const NAT = { address: '203.0.113.7', port: 31_000 };
const STRANGER = { address: '203.0.113.66', port: 6666 };

/** A call whose far end is behind a NAT: its packets come from elsewhere than its description says. */
async function latchedCall() {
  const bench = await new CallBench().open();
  bench.session.relayTo(FACE);
  const far = new TestSource(77, 0, 160);
  await bench.farAudio(far.packet(SOUND), NAT);
  return { bench, far };
}

/** Sends one local packet and tells where it went. */
async function whereTo(bench: CallBench, mine: TestSource) {
  await bench.localAudio(mine.packet(SOUND));
  return bench.sent(bench.audioPort).at(-1)!.to;
}

describe('rtp: latching', () => {
  const mine = () => new TestSource(5, 96, 160);

  it('sends to the described address until media comes from elsewhere, then there', async () => {
    const bench = await new CallBench().open();
    const source = mine();
    assert.deepEqual(await whereTo(bench, source), { address: FAR.address, port: FAR.audio });
    await bench.farAudio(new TestSource(77, 0, 160).packet(SOUND), NAT);
    assert.deepEqual(await whereTo(bench, source), NAT);
    assert.deepEqual(bench.session.stats().audio!.remote, NAT);
    await bench.session.close();
  });

  it('does not latch to garbage, to another payload type or to another version', async () => {
    const bench = await new CallBench().open();
    await bench.farAudio(Buffer.from('garbage that is long enough'), STRANGER);
    await bench.farAudio(new TestSource(1, 3, 160).packet(SOUND), STRANGER);
    const wrongVersion = new TestSource(1, 0, 160).packet(SOUND);
    wrongVersion[0] = 0x40;
    await bench.farAudio(wrongVersion, STRANGER);
    assert.deepEqual(await whereTo(bench, mine()), { address: FAR.address, port: FAR.audio });
    const { dropped, received } = bench.session.stats().audio!;
    assert.equal(received, 0);
    assert.equal(dropped.malformed, 2);
    assert.equal(dropped['payload-type'], 1);
    await bench.session.close();
  });

  it('does not latch to port 0, to which nothing can be sent', async () => {
    const bench = await new CallBench().open();
    await bench.farAudio(new TestSource(1, 0, 160).packet(SOUND), { ...NAT, port: 0 });
    assert.deepEqual(await whereTo(bench, mine()), { address: FAR.address, port: FAR.audio });
    await bench.session.close();
  });

  it('takes nothing from a stranger while the latched source is heard', async () => {
    const { bench, far } = await latchedCall();
    const stranger = new TestSource(666, 0, 160);
    for (let i = 0; i < 250; i++) {
      await bench.clock.advance(20);
      await bench.farAudio(far.packet(SOUND), NAT);
      await bench.farAudio(stranger.packet(SOUND), STRANGER);
    }
    assert.deepEqual(await whereTo(bench, mine()), NAT);
    assert.equal(bench.relayed(FACE.audioPort).length, 251);
    assert.equal(bench.session.stats().audio!.dropped.stranger, 250);
    await bench.session.close();
  });

  it('follows another source once the latched one has been silent for three seconds', async () => {
    const { bench } = await latchedCall();
    const other = new TestSource(88, 0, 160);
    await bench.clock.advance(2999);
    await bench.farAudio(other.packet(SOUND), STRANGER);
    assert.deepEqual(await whereTo(bench, mine()), NAT);
    await bench.clock.advance(1);
    await bench.farAudio(other.packet(SOUND), STRANGER);
    assert.deepEqual(await whereTo(bench, mine()), STRANGER);
    await bench.session.close();
  });

  it('follows the same stream at once when a NAT gives it another port', async () => {
    const { bench, far } = await latchedCall();
    await bench.clock.advance(20);
    const moved = { ...NAT, port: 31_999 };
    await bench.farAudio(far.packet(SOUND), moved);
    assert.deepEqual(await whereTo(bench, mine()), moved);
    await bench.session.close();
  });

  it('comes back to the described address as soon as media comes from there', async () => {
    const bench = await new CallBench().open();
    await bench.farAudio(new TestSource(666, 0, 160).packet(SOUND), STRANGER);
    await bench.farAudio(new TestSource(77, 0, 160).packet(SOUND));
    assert.deepEqual(await whereTo(bench, mine()), { address: FAR.address, port: FAR.audio });
    await bench.session.close();
  });

  it('keeps the latch when a re-INVITE says the same again, and lets go when it says another address', async () => {
    const { bench } = await latchedCall();
    bench.session.apply({ ...bothOf(), audio: audioOf({ ptime: 30 }) });
    assert.deepEqual(await whereTo(bench, mine()), NAT);
    const remote = { address: '198.51.100.9', port: 5000, rtcpPort: 5001 };
    bench.session.apply({ ...bothOf(), audio: audioOf({ remote }) });
    assert.deepEqual(await whereTo(bench, mine()), { address: remote.address, port: remote.port });
    const { to } = bench.reports(bench.audioPort).at(-1)!;
    assert.deepEqual(to, { address: remote.address, port: remote.rtcpPort }, 'RTCP moves with it');
    await bench.session.close();
  });

  it('goes on when the server changes the SSRC on the same port', async () => {
    const bench = await new CallBench().open();
    bench.session.relayTo(FACE);
    const first = new TestSource(1, 0, 160, { sequence: 100 });
    const second = new TestSource(2, 0, 160, { sequence: 40_000, timestamp: 0 });
    for (let i = 0; i < 10; i++) {
      await bench.farAudio((i < 5 ? first : second).packet(SOUND, { marker: i === 5 }));
      await bench.clock.advance(20);
    }
    const { received, lost, ssrcChanges } = bench.session.stats().audio!;
    assert.deepEqual({ received, lost, ssrcChanges }, { received: 10, lost: 0, ssrcChanges: 1 });
    assert.equal(bench.relayed(FACE.audioPort).length, 10);
    await bench.session.close();
  });

  it('sends RTCP beside where media really comes from, and then to where RTCP really comes from', async () => {
    const { bench } = await latchedCall();
    const port = bench.audioPort;
    await bench.clock.advance(20_000);
    assert.deepEqual(bench.reports(port).at(-1)!.to, { ...NAT, port: NAT.port + 1 });
    const natRtcp = { ...NAT, port: 45_678 };
    const report = buildRtcp([{ type: 'rr', ssrc: 77, reports: [] }]);
    await bench.arrive(report, natRtcp, port + 1, OUR_ADDRESS);
    await bench.clock.advance(20_000);
    assert.deepEqual(bench.reports(port).at(-1)!.to, natRtcp);
    await bench.session.close();
  });

  it('takes no RTCP from an address that sends no media', async () => {
    const { bench } = await latchedCall();
    const report = buildRtcp([{ type: 'rr', ssrc: 666, reports: [] }]);
    await bench.arrive(report, STRANGER, bench.audioPort + 1, OUR_ADDRESS);
    assert.equal(bench.session.stats().audio!.dropped['rtcp-stranger'], 1);
    await bench.session.close();
  });
});
