import assert from 'node:assert/strict';
import * as realChardev from '../../hw/gpio/index.js';
import { GpioError, type GpioChip, type InputListeners } from '../../hw/gpio/index.js';
import { AutoBackend } from '../../src/gpio/auto-backend.js';
import { type Chardev, ChardevBackend } from '../../src/gpio/chardev-backend.js';
import type { LineHandlers, LinesBackend } from '../../src/gpio/lines.js';
import { KalitkaError } from '../../src/system/errors.js';

const PI_5: GpioChip[] = [
  { path: '/dev/gpiochip0', name: 'gpiochip0', label: 'pinctrl-rp1', lines: 54 },
  { path: '/dev/gpiochip10', name: 'gpiochip10', label: 'gpio-brcmstb@107d508500', lines: 32 },
];
const WIRED = { button: { line: 17 }, led: { line: 27 }, chime: { line: 22, active_low: true } };

/** Character devices in memory; every call in order in `calls`. */
function fakeChardev(chips: GpioChip[], refuse: Record<number, GpioError> = {}) {
  const calls: string[] = [];
  let listeners: InputListeners | null = null;
  const check = (line: number): void => {
    if (refuse[line]) throw refuse[line];
  };
  const chardev: Chardev = {
    listChips: () => chips,
    openInput: ({ chip, line, activeLow, bias }, to) => {
      check(line);
      listeners = to;
      calls.push(`input ${chip} ${line} ${activeLow ? 'low' : 'high'} ${bias}`);
      return { debounced: false, read: () => true, close: () => void calls.push(`close ${line}`) };
    },
    openOutput: ({ chip, line, activeLow, initial }) => {
      check(line);
      calls.push(`output ${chip} ${line} ${activeLow ? 'low' : 'high'} ${initial ? 'on' : 'off'}`);
      return {
        write: (on) => void calls.push(`write ${line} ${on ? 'on' : 'off'}`),
        read: () => false,
        close: () => void calls.push(`close ${line}`),
      };
    },
  };
  return { chardev, calls, listeners: () => listeners! };
}

function handlers() {
  const edges: unknown[] = [];
  const lost: unknown[] = [];
  const to: LineHandlers = { onEdge: (edge) => edges.push(edge), onLost: (error) => lost.push(error) };
  return { edges, lost, to };
}

describe('GPIO by the character device', () => {
  it('opens the lines of the header, outputs off and first', async () => {
    const { chardev, calls, listeners } = fakeChardev(PI_5.toReversed());
    const { edges, to } = handlers();
    const lines = await new ChardevBackend({ chardev }).open(WIRED, to);
    assert.equal(lines.description, 'pinctrl-rp1 by /dev/gpiochip0');
    lines.write('chime', true);
    listeners().onEdge({ active: true, at: 5, sequence: 1 });
    assert.equal(lines.readButton(), true);
    assert.deepEqual(edges, [{ active: true, at: 5 }]);
    assert.deepEqual(calls, [
      'output /dev/gpiochip0 27 high off',
      'output /dev/gpiochip0 22 low off',
      'input /dev/gpiochip0 17 low up',
      'write 22 on',
    ]);
  });

  it('switches off before it gives back, once, and tells nothing afterwards', async () => {
    const { chardev, calls, listeners } = fakeChardev(PI_5);
    const { edges, lost, to } = handlers();
    const lines = await new ChardevBackend({ chardev }).open(WIRED, to);
    calls.length = 0;
    lines.close();
    lines.close();
    listeners().onEdge({ active: true, at: 5, sequence: 1 });
    listeners().onError(new GpioError('GPIO_VANISHED', 'gone'));
    assert.deepEqual(calls, ['write 27 off', 'write 22 off', 'close 27', 'close 22', 'close 17']);
    assert.deepEqual([edges, lost, lines.readButton()], [[], [], null]);
  });

  it('gives back what it has where one line cannot be had, and says what to do', async () => {
    const busy = new GpioError('GPIO_LINE_BUSY', 'line 17 of /dev/gpiochip0 is in use by "w1"');
    const { chardev, calls } = fakeChardev(PI_5, { 17: busy });
    await assert.rejects(new ChardevBackend({ chardev }).open(WIRED, handlers().to), {
      code: 'GPIO_LINE_BUSY',
      message:
        'line 17 of /dev/gpiochip0 is in use by "w1": end that program, or choose another line under [gpio]',
    });
    assert.deepEqual(calls.slice(-2), ['close 27', 'close 22']);
  });

  it('tells that the chip has vanished', async () => {
    const { chardev, listeners } = fakeChardev(PI_5);
    const { lost, to } = handlers();
    await new ChardevBackend({ chardev }).open(WIRED, to);
    const gone = new GpioError('GPIO_VANISHED', 'No such device');
    listeners().onError(gone);
    assert.deepEqual(lost, [gone]);
  });

  it('never touches a chip that it does not know', async () => {
    const pc: GpioChip[] = [{ path: '/dev/gpiochip0', name: 'gpiochip0', label: 'INTC1056:00', lines: 463 }];
    const { chardev, calls } = fakeChardev(pc);
    await assert.rejects(new ChardevBackend({ chardev }).open(WIRED, handlers().to), {
      code: 'GPIO_NO_CHIP',
      message: /INTC1056:00.*backend = "none"/,
    });
    assert.deepEqual(calls, []);
  });

  it('finds the header of each Raspberry Pi, and the simulated chips of the kernel', async () => {
    for (const label of [
      'pinctrl-bcm2835',
      'pinctrl-bcm2711',
      'pinctrl-rp1',
      'gpio-sim.0-node0',
      'gpio-mockup-A',
    ]) {
      const { chardev } = fakeChardev([
        { path: '/dev/gpiochip0', name: 'gpiochip0', label: 'raspberrypi-exp-gpio', lines: 8 },
        { path: '/dev/gpiochip1', name: 'gpiochip1', label, lines: 58 },
      ]);
      const lines = await new ChardevBackend({ chardev }).open(WIRED, handlers().to);
      assert.equal(lines.description, `${label} by /dev/gpiochip1`);
    }
  });
});

describe('GPIO by the real character device', () => {
  it('says that what should be a chip is none, and that there is no such device', async () => {
    for (const path of ['/dev/null', '/dev/gpiochip999']) {
      const chardev: Chardev = {
        ...realChardev,
        listChips: () => [{ path, name: 'gpiochip0', label: 'pinctrl-rp1', lines: 54 }],
      };
      await assert.rejects(new ChardevBackend({ chardev }).open(WIRED, handlers().to), {
        code: 'GPIO_NO_CHIP',
        message: new RegExp(path),
      });
    }
  });
});

describe('GPIO by whichever way there is', () => {
  const failing = (code: string): LinesBackend => ({
    open: () => Promise.reject(new KalitkaError(code, `${code} happened`)),
  });

  it('takes the first that works', async () => {
    const { chardev } = fakeChardev(PI_5);
    const auto = new AutoBackend([
      failing('GPIO_NO_CHIP'),
      new ChardevBackend({ chardev }),
      failing('GPIO_ERROR'),
    ]);
    assert.match((await auto.open(WIRED, handlers().to)).description, /rp1/);
  });

  it('does not go on where the right chip is there but something is wrong', async () => {
    const { chardev, calls } = fakeChardev(PI_5);
    const auto = new AutoBackend([failing('GPIO_LINE_BUSY'), new ChardevBackend({ chardev })]);
    await assert.rejects(auto.open(WIRED, handlers().to), { code: 'GPIO_LINE_BUSY' });
    assert.deepEqual(calls, []);
  });

  it('says why each way failed where there is none', async () => {
    const auto = new AutoBackend([failing('HW_NO_ADDON'), failing('GPIO_NO_SYSFS')]);
    await assert.rejects(auto.open(WIRED, handlers().to), {
      code: 'GPIO_NONE',
      message: /HW_NO_ADDON happened; GPIO_NO_SYSFS happened/,
    });
  });
});
