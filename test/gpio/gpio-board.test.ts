import assert from 'node:assert/strict';
import { GpioBoard, type Levels } from '../../src/gpio/gpio-board.js';
import type { LineSettings } from '../../src/gpio/lines.js';
import type { GpioEvent } from '../../src/panel/ports.js';
import { FakeClock } from '../support/fake-clock.js';
import { FakeBackend } from './fake-lines.js';

const WIRED: LineSettings = { button: { line: 17 }, led: { line: 27 }, chime: { line: 22 } };

function setUp(settings: LineSettings = WIRED) {
  const clock = new FakeClock();
  const backend = new FakeBackend(clock);
  const events: string[] = [];
  const levels: Levels[] = [];
  let atExit: (() => void) | null = null;
  const board = new GpioBoard({
    backend,
    settings,
    clock,
    onEvent: (event: GpioEvent) =>
      events.push(
        event.type === 'button' ? event.edge : `${event.state}${event.detail ? `: ${event.detail}` : ''}`,
      ),
    onLevels: (now) => levels.push(now),
    atExit: (run) => {
      atExit = run;
      return () => {
        atExit = null;
      };
    },
  });
  return { clock, backend, events, levels, board, exit: () => atExit?.(), exitHooked: () => atExit !== null };
}

describe('GpioBoard', () => {
  it('reports a press and its end, and shows the button in its levels', async () => {
    const { board, backend, clock, events } = setUp();
    await board.start();
    backend.contact(true);
    await clock.advance(1);
    assert.deepEqual(board.levels(), { button: true, led: false, chime: false });
    backend.contact(false);
    await clock.advance(30);
    assert.deepEqual(board.levels(), { button: false, led: false, chime: false });
    assert.deepEqual(events, ['working', 'pressed', 'released']);
    await board.stop();
  });

  it('sets outputs off at the start and off at the stop, and leaves nothing running', async () => {
    const { board, backend, clock, exitHooked } = setUp();
    assert.deepEqual(backend.wire, { led: true, chime: true }, 'a killed process left them on');
    await board.start();
    assert.deepEqual(backend.wire, { led: false, chime: false });
    board.setLed('fast');
    board.setChime('ringing');
    backend.contact(true);
    assert.deepEqual(backend.wire, { led: true, chime: true });
    assert.ok(exitHooked());
    await board.stop();
    await board.stop();
    assert.deepEqual(backend.wire, { led: false, chime: false });
    assert.deepEqual(board.levels(), { button: null, led: null, chime: null });
    assert.deepEqual([clock.running, backend.stillOpen, exitHooked()], [0, 0, false]);
  });

  it('can be started again after a stop, quiet', async () => {
    const { board, backend, clock, events } = setUp();
    await board.start();
    board.setChime('ringing');
    await board.stop();
    await board.start();
    await clock.advance(10_000);
    assert.deepEqual(backend.wire, { led: false, chime: false });
    assert.deepEqual(events, ['working', 'working']);
    await board.stop();
  });

  it('sounds the chime before setChime returns, 1 s of every 3 s', async () => {
    const { board, backend, clock } = setUp();
    await board.start();
    const begin = clock.steady();
    board.setChime('ringing');
    assert.equal(backend.wire.chime, true);
    await clock.advance(500);
    board.setChime('ringing');
    await clock.advance(5500 - 1);
    assert.deepEqual(
      backend.written.map(([at, , on]) => [at - begin, on]),
      [
        [0, true],
        [1000, false],
        [3000, true],
        [4000, false],
      ],
    );
    board.setChime('off');
    assert.equal(backend.wire.chime, false);
    await board.stop();
  });

  it('ends a ringing in the middle of a stroke', async () => {
    const { board, backend, clock } = setUp();
    await board.start();
    board.setChime('ringing');
    await clock.advance(100);
    board.setChime('off');
    assert.equal(backend.wire.chime, false);
    assert.equal(clock.running, 0);
    await board.stop();
  });

  it('stops ringing by itself after two minutes', async () => {
    const { board, backend, clock } = setUp();
    await board.start();
    board.setChime('ringing');
    await clock.advance(121_000);
    const strokes = backend.written.length;
    await clock.advance(600_000);
    assert.deepEqual([backend.wire.chime, backend.written.length, clock.running], [false, strokes, 0]);
    await board.stop();
  });

  it('tells of every change of a level, once', async () => {
    const { board, clock, levels } = setUp();
    await board.start();
    board.setLed('double');
    await clock.advance(450);
    board.setLed('on');
    board.setChime('off');
    assert.deepEqual(
      levels.map((now) => now.led),
      [false, true, false, true, false, true],
    );
    await board.stop();
    assert.deepEqual(levels.at(-1), { button: null, led: null, chime: null });
  });

  it('says what to do when the button is pressed at the start, and takes no press of it', async () => {
    const { board, backend, clock, events } = setUp();
    backend.active = true;
    await board.start();
    await clock.advance(60_000);
    assert.equal(events.length, 1);
    assert.match(events[0]!, /^working: .*stuck.*pull-up/);
    assert.equal(board.levels().button, true);
    backend.contact(false);
    await clock.advance(30);
    backend.contact(true);
    await clock.advance(1);
    assert.equal(events[1], 'pressed');
    await board.stop();
  });

  it('leaves alone what is not wired', async () => {
    const { board, backend, clock } = setUp({ led: { line: 27 } });
    await board.start();
    board.setChime('ringing');
    board.setLed('on');
    await clock.advance(5000);
    assert.deepEqual(board.levels(), { button: null, led: true, chime: null });
    assert.ok(backend.written.every(([, output]) => output === 'led'));
    await board.stop();
  });

  it('starts without hardware, says so once, and tries again after 1, 2, 4 ... 60 s', async () => {
    const { board, backend, clock, events } = setUp();
    backend.refuse = new Error('no chip here: plug it in');
    await board.start();
    const begin = clock.steady();
    const tries: number[] = [];
    for (let s = 1; s <= 250; s++) {
      const before = backend.openings;
      await clock.advance(1000);
      if (backend.openings > before) tries.push((clock.steady() - begin) / 1000);
    }
    assert.deepEqual(tries, [1, 3, 7, 15, 31, 63, 123, 183, 243]);
    assert.deepEqual(events, ['failed: no chip here: plug it in']);
    await board.stop();
    assert.equal(clock.running, 0);
  });

  it('shows at once what it was told while the lines were not there', async () => {
    const { board, backend, clock, events } = setUp();
    backend.refuse = new Error('no chip');
    await board.start();
    board.setLed('on');
    board.setChime('ringing');
    backend.refuse = null;
    await clock.advance(1000);
    assert.deepEqual(backend.wire, { led: true, chime: true });
    assert.deepEqual(events, ['failed: no chip', 'working']);
    await board.stop();
  });

  it('outlives lines that vanish in the middle of a press and of a ringing', async () => {
    const { board, backend, clock, events } = setUp();
    await board.start();
    board.setChime('ringing');
    backend.contact(true);
    await clock.advance(1);
    backend.handlers!.onLost(new Error('unplugged'));
    assert.deepEqual(events, ['working', 'pressed', 'released', 'failed: unplugged']);
    assert.deepEqual(board.levels(), { button: null, led: null, chime: null });
    assert.equal(backend.stillOpen, 0);
    await clock.advance(1000);
    assert.equal(events.length, 5);
    assert.match(events[4]!, /^working/);
    assert.equal(backend.wire.chime, true, 'rings on');
    await board.stop();
    assert.deepEqual([clock.running, backend.stillOpen], [0, 0]);
  });

  it('notices by a failed write that the lines are gone', async () => {
    const { board, backend, clock, events } = setUp();
    await board.start();
    backend.broken = new Error('No such device');
    board.setLed('on');
    assert.deepEqual(events, ['working', 'failed: No such device']);
    await clock.advance(3000);
    assert.deepEqual(events, ['working', 'failed: No such device'], 'said once');
    backend.broken = null;
    await clock.advance(4000);
    assert.deepEqual(events.slice(2), ['working']);
    assert.equal(backend.wire.led, true);
    await board.stop();
  });

  it('notices by a failed read that the lines are gone', async () => {
    const { board, backend, clock, events } = setUp();
    await board.start();
    backend.contact(true);
    backend.broken = new Error('No such device');
    await clock.advance(1);
    assert.deepEqual(events, ['working', 'failed: No such device']);
    await board.stop();
    assert.equal(clock.running, 0);
  });

  it('takes nothing from lines that it has given up', async () => {
    const { board, backend, clock, events } = setUp();
    await board.start();
    const stale = backend.handlers!;
    stale.onLost(new Error('unplugged'));
    await clock.advance(1000);
    const count = events.length;
    stale.onEdge({ active: true, at: clock.steady() });
    stale.onLost(new Error('unplugged again'));
    await clock.advance(10);
    assert.equal(events.length, count);
    await board.stop();
  });

  it('gives back lines that come after the stop', async () => {
    const { board, backend, clock, events } = setUp();
    const starting = board.start();
    await board.stop();
    await starting;
    assert.deepEqual([backend.stillOpen, clock.running, events], [0, 0, []]);
  });

  it('can be stopped by whoever takes its events', async () => {
    const clock = new FakeClock();
    const backend = new FakeBackend(clock);
    const board: GpioBoard = new GpioBoard({
      backend,
      settings: WIRED,
      clock,
      onEvent: (event) => {
        if (event.type === 'button') void board.stop();
      },
    });
    await board.start();
    board.setLed('slow');
    backend.contact(true);
    await clock.advance(1000);
    assert.deepEqual([backend.stillOpen, clock.running, backend.wire.led], [0, 0, false]);
  });

  it('sets its outputs off when the process exits', async () => {
    const { board, backend, exit } = setUp();
    await board.start();
    board.setLed('on');
    board.setChime('ringing');
    exit();
    assert.deepEqual(backend.wire, { led: false, chime: false });
    await board.stop();
  });
});
