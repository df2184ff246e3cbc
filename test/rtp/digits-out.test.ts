// DTMF digits on the wire, packet by packet: what opens the gate.
import assert from 'node:assert/strict';
import { DigitSender } from '../../src/rtp/digit-sender.js';
import { parseTelephoneEvent } from '../../src/rtp/telephone-event.js';
import { audioOf, CallBench, SOUND, TestSource, type Sent } from './call-bench.js';

const TIMING = { durationMs: 160, gapMs: 100 };

const eventsOf = (sent: Sent[]) =>
  sent
    .filter(({ header }) => header.payloadType === 101)
    .map(({ at, header, payload }) => ({ at, ...header, ...parseTelephoneEvent(payload)! }));

describe('rtp: digits sent', () => {
  it('sends # for 160 ms: at once, marker once, timestamp frozen, three ends, nothing mixed in', async () => {
    const bench = await new CallBench().open();
    const source = new TestSource(9, 96, 160);
    await bench.localAudio(source.packet(SOUND));
    await bench.clock.advance(20);
    await bench.localAudio(source.packet(SOUND));
    await bench.clock.advance(7);
    const start = bench.clock.steady();
    let doneAt = 0;
    const done = bench.session.sendDigits('#', TIMING).then(() => (doneAt = bench.clock.steady()));
    assert.equal(eventsOf(bench.sent(bench.audioPort)).length, 1, 'the first packet leaves in the same tick');
    // the encoder goes on all the while
    for (let i = 0; i < 15; i++) {
      await bench.clock.advance(i === 0 ? 13 : 20);
      await bench.localAudio(source.packet(SOUND));
    }
    await done;
    const sent = bench.sent(bench.audioPort);
    const events = eventsOf(sent);
    assert.deepEqual(
      events.map(({ at }) => at - start),
      [0, 20, 40, 60, 80, 100, 120, 140, 160, 180, 200],
    );
    assert.deepEqual(
      events.map(({ duration }) => duration),
      [160, 320, 480, 640, 800, 960, 1120, 1280, 1280, 1280, 1280],
    );
    assert.deepEqual(
      events.map(({ marker }) => marker),
      [true, ...Array.from({ length: 10 }, () => false)],
    );
    assert.deepEqual(
      events.map(({ end }) => end),
      [...Array.from({ length: 8 }, () => false), true, true, true],
    );
    for (const event of events) {
      assert.equal(event.event, 11);
      assert.equal(event.volume, 10);
      assert.equal(event.timestamp, (sent[1]!.header.timestamp + 160) >>> 0, 'the next packet of sound');
    }
    assert.equal(doneAt - start, 200);
    // one SSRC, no gap in the numbers, and sound on both sides of the event only
    sent.forEach(({ header }, i) => {
      assert.equal(header.ssrc, sent[0]!.header.ssrc);
      assert.equal(header.sequence, (sent[0]!.header.sequence + i) & 0xffff);
    });
    const types = sent.map(({ header }) => header.payloadType);
    assert.deepEqual(types.slice(0, 13), [0, 0, ...Array.from({ length: 11 }, () => 101)]);
    assert.ok(types.length > 13 && types.slice(13).every((type) => type === 0));
    // the sound after it is the encoder's of that moment: 2 packets before, 10 replaced, the 11th of its timeline
    assert.equal((sent[13]!.header.timestamp - sent[0]!.header.timestamp) >>> 0, 160 * 12);
    assert.ok(((sent[13]!.header.timestamp - events[0]!.timestamp) | 0) >= 1280);
    await bench.session.close();
  });

  it('sends digits on time though no sound comes from the local encoder', async () => {
    const bench = await new CallBench().open();
    const start = bench.clock.steady();
    const done = bench.session.sendDigits('#', TIMING);
    await bench.clock.advance(200);
    await done;
    const events = eventsOf(bench.sent(bench.audioPort));
    assert.equal(events.length, 11);
    assert.equal(events.at(-1)!.at - start, 200);
    await bench.session.close();
  });

  it('sends the digits of all orders one after another, with the gap between them', async () => {
    const bench = await new CallBench().open();
    const start = bench.clock.steady();
    const both = Promise.all([bench.session.sendDigits('1A', TIMING), bench.session.sendDigits('*', TIMING)]);
    await bench.clock.advance(2000);
    await both;
    const events = eventsOf(bench.sent(bench.audioPort));
    const firsts = events.filter(({ marker }) => marker);
    assert.deepEqual(
      firsts.map(({ at, event }) => [at - start, event]),
      [
        [0, 1],
        [260, 12],
        [520, 10],
      ],
    );
    assert.equal((firsts[1]!.timestamp - firsts[0]!.timestamp) >>> 0, 260 * 8);
    assert.equal(events.length, 33);
    await bench.session.close();
  });

  it('keeps the gap to a digit ordered before, and sends no packet of two digits at a time without one', async () => {
    for (const gapMs of [100, 0]) {
      const bench = await new CallBench().open();
      const start = bench.clock.steady();
      const first = bench.session.sendDigits('1', { durationMs: 160, gapMs });
      await bench.clock.advance(200);
      await first;
      const second = bench.session.sendDigits('2', { durationMs: 160, gapMs });
      await bench.clock.advance(1000);
      await second;
      const { at } = eventsOf(bench.sent(bench.audioPort)).find(({ event }) => event === 2)!;
      assert.equal(at - start, gapMs === 0 ? 220 : 260);
      await bench.session.close();
    }
  });

  it('leaves out sound that was sampled during a digit and came late', async () => {
    const bench = await new CallBench().open();
    const source = new TestSource(9, 96, 160);
    await bench.localAudio(source.packet(SOUND));
    const done = bench.session.sendDigits('#', TIMING);
    await bench.clock.advance(205);
    await done;
    // of the encoder's packets up to now: the one at 0 ms went out, those of the event's 160 ms are replaced
    for (let i = 0; i < 10; i++) await bench.localAudio(source.packet(SOUND));
    const sent = bench.sent(bench.audioPort);
    const { timestamp } = eventsOf(sent)[0]!;
    const after = sent.slice(12).map(({ header }) => (header.timestamp - timestamp) | 0);
    assert.deepEqual(after, [1280, 1440]);
    await bench.session.close();
  });

  it('catches up when its timers are late: no burst, true durations, an end', async () => {
    const bench = new CallBench();
    let delay = 0;
    const clock = {
      wall: () => bench.clock.wall(),
      steady: () => bench.clock.steady(),
      after: (ms: number, run: () => void) => bench.clock.after(ms + delay, run),
    };
    const sent: { at: number; duration: number; end: boolean }[] = [];
    const start = clock.steady();
    const sender = new DigitSender(clock, {
      packetMs: () => 20,
      clockRate: 8000,
      begin: () => 0,
      send: ({ duration, end }) => void sent.push({ at: clock.steady() - start, duration, end }),
    });
    delay = 50;
    const done = sender.enqueue('#', TIMING);
    delay = 0;
    await bench.clock.advance(1000);
    await done;
    assert.deepEqual(
      sent.map(({ at, duration }) => [at, duration / 8]),
      [
        [0, 20],
        [70, 80],
        [80, 100],
        [100, 120],
        [120, 140],
        [140, 160],
        [160, 160],
        [180, 160],
        [200, 160],
      ],
    );
    assert.equal(sent.filter(({ end }) => end).length, 3);
  });

  it('refuses on hold, without telephone-event, with a wrong digit, and after the call', async () => {
    const bench = await new CallBench().open();
    const refused = (code: string, digits = '#') =>
      assert.rejects(bench.session.sendDigits(digits, TIMING), { code });
    await refused('RTP_BAD_DIGITS', '1x');
    await refused('RTP_BAD_DIGITS', '');
    bench.session.apply({ audio: audioOf({ telephoneEvent: null }), video: null });
    await refused('RTP_NO_TELEPHONE_EVENT');
    bench.session.apply({ audio: audioOf({ direction: 'inactive' }), video: null });
    await refused('RTP_ON_HOLD');
    await bench.session.close();
    await refused('RTP_CLOSED');
  });

  it('fails what is under way when the call is held or ends', async () => {
    for (const [code, stop] of [
      [
        'RTP_ON_HOLD',
        (b: CallBench) => b.session.apply({ audio: audioOf({ direction: 'inactive' }), video: null }),
      ],
      ['RTP_CLOSED', (b: CallBench) => void b.session.close()],
    ] as const) {
      const bench = await new CallBench().open();
      const orders = [bench.session.sendDigits('12', TIMING), bench.session.sendDigits('3', TIMING)];
      const outcomes = Promise.allSettled(orders);
      await bench.clock.advance(50);
      stop(bench);
      for (const outcome of await outcomes) {
        assert.equal(outcome.status === 'rejected' && (outcome.reason as { code: string }).code, code);
      }
      await bench.session.close();
      await bench.clock.advance(0);
      assert.equal(bench.clock.running, 0);
    }
  });
});
