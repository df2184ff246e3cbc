import assert from 'node:assert/strict';
import { createGpio } from '../../src/gpio/index.js';
import { FakeClock } from '../support/fake-clock.js';

describe('The simulated board', () => {
  function setUp() {
    const clock = new FakeClock();
    const events: string[] = [];
    const { board, sim } = createGpio({
      settings: { backend: 'sim', button: { line: 17 }, led: { line: 27 }, chime: { line: 22 } },
      clock,
      onEvent: (event) => events.push(event.type === 'button' ? event.edge : event.state),
    });
    return { clock, events, board, sim: sim! };
  }

  it('has a button, an LED and a chime whose levels can be read', async () => {
    const { board, clock, events, sim } = setUp();
    await board.start();
    board.setLed('on');
    board.setChime('ringing');
    sim.setButton(true);
    await clock.advance(1);
    assert.deepEqual(board.levels(), { button: true, led: true, chime: true });
    sim.setButton(false);
    await clock.advance(100);
    assert.deepEqual(board.levels(), { button: false, led: true, chime: true });
    assert.deepEqual(events, ['working', 'pressed', 'released']);
    await board.stop();
    assert.equal(clock.running, 0);
  });

  it('makes one press of a press and a release at the same moment', async () => {
    const { board, clock, events, sim } = setUp();
    await board.start();
    sim.setButton(true);
    sim.setButton(false);
    await clock.advance(1000);
    assert.deepEqual(events, ['working', 'pressed', 'released']);
    await board.stop();
  });

  it('ignores a second press of a button that is held', async () => {
    const { board, clock, events, sim } = setUp();
    await board.start();
    for (let i = 0; i < 5; i++) {
      sim.setButton(true);
      await clock.advance(200);
    }
    assert.deepEqual(events, ['working', 'pressed']);
    await board.stop();
  });

  it('keeps the button while nobody looks: stuck at the start', async () => {
    const { board, clock, events, sim } = setUp();
    sim.setButton(true);
    await board.start();
    await clock.advance(1000);
    assert.deepEqual(events, ['working']);
    await board.stop();
    sim.setButton(false);
  });
});

describe('A board with nothing wired', () => {
  it('works, and knows no levels', async () => {
    const clock = new FakeClock();
    const events: string[] = [];
    const { board, sim } = createGpio({
      settings: { backend: 'none', button: { line: 17 }, led: { line: 27 }, chime: { line: 22 } },
      clock,
      onEvent: (event) => events.push(event.type === 'gpio' ? event.state : event.edge),
    });
    await board.start();
    board.setLed('slow');
    board.setChime('ringing');
    await clock.advance(5000);
    assert.equal(sim, null);
    assert.deepEqual(board.levels(), { button: null, led: null, chime: null });
    assert.deepEqual(events, ['working']);
    await board.stop();
    assert.equal(clock.running, 0);
  });
});
