// DTMF digits as the door station hears them: each pressed key once, whatever the network did to its packets.
import assert from 'node:assert/strict';
import { buildTelephoneEvent, eventOfDigit } from '../../src/rtp/telephone-event.js';
import { CallBench, FACE, SOUND, TestSource } from './call-bench.js';

/** The packets of one digit of 160 ms, as our own sender makes them. */
function digitPackets(far: TestSource, digit: string): Buffer[] {
  const event = eventOfDigit(digit)!;
  const durations = [160, 320, 480, 640, 800, 960, 1120, 1280, 1280, 1280, 1280];
  const packets = durations.map((duration, i) =>
    far.packet(buildTelephoneEvent({ event, end: i >= 8, volume: 10, duration }), {
      marker: i === 0,
      more: true,
      payloadType: 101,
    }),
  );
  far.timestamp = (far.timestamp + 260 * 8) >>> 0;
  return packets;
}

describe('rtp: digits received', () => {
  const cases: [string, (packets: Buffer[]) => Buffer[], [string, number][]][] = [
    ['a whole digit', (p) => p, [['#', 160]]],
    ['each packet twice', (p) => p.flatMap((x) => [x, x]), [['#', 160]]],
    ['the first packets lost', (p) => p.slice(5), [['#', 160]]],
    ['only one end packet', (p) => p.slice(-1), [['#', 160]]],
    ['all end packets lost', (p) => p.slice(0, 8), [['#', 160]]],
    ['one single update', (p) => p.slice(3, 4), [['#', 80]]],
    [
      'an end packet before an update',
      (p) => [...p.slice(0, 7), ...p.slice(8), ...p.slice(7, 8)],
      [['#', 160]],
    ],
  ];
  for (const [what, wire, expected] of cases) {
    it(`tells a digit once: ${what}`, async () => {
      const bench = await new CallBench().open();
      for (const packet of wire(digitPackets(new TestSource(1, 0, 160), '#'))) {
        await bench.farAudio(packet);
        await bench.clock.advance(20);
      }
      await bench.clock.advance(1000);
      assert.deepEqual(bench.digits, expected);
      await bench.session.close();
    });
  }

  it('tells the same digit twice when it was pressed twice, though the ends of the first were lost', async () => {
    const bench = await new CallBench().open();
    const far = new TestSource(1, 0, 160);
    const wire = [...digitPackets(far, '1').slice(0, 8), ...digitPackets(far, '1')];
    for (const packet of wire) await bench.farAudio(packet);
    assert.deepEqual(bench.digits, [
      ['1', 160],
      ['1', 160],
    ]);
    await bench.session.close();
  });

  it('tells digits after the SSRC and its timestamps began anew', async () => {
    const bench = await new CallBench().open();
    const early = new TestSource(1, 0, 160, { timestamp: 5_000_000 });
    const late = new TestSource(2, 0, 160, { timestamp: 160 });
    for (const packet of [...digitPackets(early, 'A'), ...digitPackets(late, 'D')])
      await bench.farAudio(packet);
    assert.deepEqual(bench.digits, [
      ['A', 160],
      ['D', 160],
    ]);
    await bench.session.close();
  });

  it('takes a straggler of an earlier digit for what it is', async () => {
    const bench = await new CallBench().open();
    const far = new TestSource(1, 0, 160);
    const [first, second] = [digitPackets(far, '1'), digitPackets(far, '2')];
    for (const packet of [...first, ...second, first[4]!]) await bench.farAudio(packet);
    await bench.clock.advance(1000);
    assert.deepEqual(
      bench.digits.map(([digit]) => digit),
      ['1', '2'],
    );
    await bench.session.close();
  });

  it('keeps events from the face, which could not play them, and counts no loss for them', async () => {
    const bench = await new CallBench().open();
    bench.session.relayTo(FACE);
    const far = new TestSource(1, 0, 160);
    await bench.farAudio(far.packet(SOUND));
    for (const packet of digitPackets(far, '5')) await bench.farAudio(packet);
    await bench.farAudio(far.packet(SOUND));
    assert.equal(bench.relayed(FACE.audioPort).length, 2);
    assert.equal(bench.session.stats().audio!.lost, 0);
    await bench.session.close();
  });

  it('passes over events that are no digits, and payloads too short for one', async () => {
    const bench = await new CallBench().open();
    const far = new TestSource(1, 101, 160);
    const flash = buildTelephoneEvent({ event: 16, end: true, volume: 0, duration: 800 });
    await bench.farAudio(far.packet(flash));
    await bench.farAudio(far.packet(Buffer.from([11, 0x80])));
    assert.deepEqual(bench.digits, []);
    await bench.session.close();
  });
});
