// A program that switches LED and chime on, prints their electrical levels, and dies: `dying-board.js ROOT HOW`.
import { GpioBoard } from '../../src/gpio/gpio-board.js';
import { OnoffBackend } from '../../src/gpio/onoff-backend.js';
import { systemClock } from '../../src/system/clock.js';
import { fakeSysfs, wire } from './fake-sysfs.js';

const [root = '', how] = process.argv.slice(2);
const board = new GpioBoard({
  backend: new OnoffBackend({
    clock: systemClock,
    sysfs: root,
    load: () => Promise.resolve(fakeSysfs(root).gpioClass),
  }),
  settings: { button: { line: 17 }, led: { line: 27 }, chime: { line: 22, active_low: true } },
  clock: systemClock,
  onEvent: () => undefined,
});
await board.start();
board.setLed('on');
board.setChime('ringing');
process.stdout.write(wire(root, 539) + wire(root, 534), () => {
  if (how === 'exit') process.exit(1);
  if (how === 'rejection') void Promise.reject(new Error('a bug'));
  if (how === 'exception') throw new Error('a bug');
});
