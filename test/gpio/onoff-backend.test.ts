import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LineHandlers } from '../../src/gpio/lines.js';
import { OnoffBackend } from '../../src/gpio/onoff-backend.js';
import { sysfsChips } from '../../src/gpio/sysfs-chips.js';
import { FakeClock, settle } from '../support/fake-clock.js';
import { fakeSysfs, makeChips, setWire, wire } from './fake-sysfs.js';

const WIRED = { button: { line: 17 }, led: { line: 27 }, chime: { line: 22, active_low: true } };
const PI_4: [string, number, number][] = [
  ['raspberrypi-exp-gpio', 570, 8],
  ['pinctrl-bcm2711', 512, 58],
];

describe('GPIO by onoff', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'kalitka-gpio-'));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  function setUp() {
    const clock = new FakeClock();
    const sysfs = fakeSysfs(root);
    const edges: boolean[] = [];
    const lost: unknown[] = [];
    const to: LineHandlers = { onEdge: (e) => edges.push(e.active), onLost: (error) => lost.push(error) };
    const backend = new OnoffBackend({ clock, sysfs: root, load: () => Promise.resolve(sysfs.gpioClass) });
    return { sysfs, edges, lost, to, backend };
  }

  describe('finds where the lines of the header begin', () => {
    const table: [string, [string, number, number?][], number][] = [
      [
        'a Raspberry Pi 3 on an old kernel',
        [
          ['pinctrl-bcm2835', 0],
          ['raspberrypi-exp-gpio', 504, 8],
        ],
        0,
      ],
      ['a Raspberry Pi 4 on Linux 6.6', PI_4, 512],
      [
        'a Raspberry Pi 5',
        [
          ['gpio-brcmstb@107d508500', 512, 32],
          ['pinctrl-rp1', 571],
        ],
        571,
      ],
      [
        'another kernel of it',
        [
          ['gpio-brcmstb@107d508500', 623, 32],
          ['pinctrl-rp1', 569],
        ],
        569,
      ],
      ['a simulated chip', [['gpio-sim.0-node0', 996, 28]], 996],
    ];
    for (const [name, chips, base] of table) {
      it(`${name}: ${base}`, async () => {
        makeChips(root, chips);
        setWire(root, base + 17, '1');
        const { sysfs, backend, to } = setUp();
        const lines = await backend.open(WIRED, to);
        assert.deepEqual([...sysfs.exported].sort(), [base + 17, base + 22, base + 27]);
        lines.close();
      });
    }
  });

  it('sets outputs off at the start, active-low ones too, and at the end', async () => {
    makeChips(root, PI_4);
    setWire(root, 529, '1');
    setWire(root, 539, '1'); // left on by a killed process
    setWire(root, 534, '0');
    const { backend, to, sysfs } = setUp();
    const lines = await backend.open(WIRED, to);
    assert.deepEqual([wire(root, 539), wire(root, 534)], ['0', '1']);
    lines.write('led', true);
    lines.write('chime', true);
    assert.deepEqual([wire(root, 539), wire(root, 534)], ['1', '0']);
    lines.close();
    lines.close();
    assert.deepEqual([wire(root, 539), wire(root, 534)], ['0', '1']);
    assert.equal(sysfs.exported.size, 0);
  });

  it('tells of real edges only', async () => {
    makeChips(root, PI_4);
    setWire(root, 529, '1');
    const { backend, to, sysfs, edges } = setUp();
    const lines = await backend.open(WIRED, to);
    sysfs.interrupt(529); // the kernel's first, unauthentic one
    assert.deepEqual(edges, []);
    setWire(root, 529, '0');
    sysfs.interrupt(529);
    sysfs.interrupt(529);
    assert.equal(lines.readButton(), true);
    setWire(root, 529, '1');
    sysfs.interrupt(529);
    assert.deepEqual(edges, [true, false]);
    lines.close();
    assert.equal(lines.readButton(), null);
  });

  it('survives a line that vanishes inside the callback of epoll, and tells of it', async () => {
    makeChips(root, PI_4);
    setWire(root, 529, '1');
    const { backend, to, sysfs, lost } = setUp();
    const lines = await backend.open(WIRED, to);
    sysfs.errors.set(529, new Error('ENODEV: no such device, read'));
    sysfs.interrupt(529);
    await settle();
    assert.match(String(lost[0]), /the line of the button is gone: ENODEV/);
    lines.close();
  });

  it('throws where an output has vanished', async () => {
    makeChips(root, PI_4);
    setWire(root, 529, '1');
    const { backend, to, sysfs } = setUp();
    const lines = await backend.open(WIRED, to);
    sysfs.errors.set(539, new Error('ENODEV: no such device, write'));
    assert.throws(() => lines.write('led', true), { code: 'GPIO_VANISHED' });
    lines.close();
    assert.equal(wire(root, 534), '1', 'the other output is off all the same');
  });

  const refusals: [string, string, RegExp][] = [
    ['EBUSY', 'GPIO_LINE_BUSY', /in use by a driver: choose another line/],
    ['EACCES', 'GPIO_NO_PERMISSION', /add the user to the group gpio/],
    ['EINVAL', 'GPIO_BAD_LINE', /is not there/],
    ['EIO', 'GPIO_ERROR', /does not work/],
  ];
  for (const [errno, code, message] of refusals) {
    it(`says what to do when the kernel says ${errno}, and keeps no line`, async () => {
      makeChips(root, PI_4);
      const { backend, to, sysfs } = setUp();
      sysfs.errors.set(529, Object.assign(new Error(errno), { code: errno }));
      await assert.rejects(backend.open(WIRED, to), { code, message });
      assert.equal(sysfs.exported.size, 0);
    });
  }

  it('takes no line that another program holds', async () => {
    makeChips(root, PI_4);
    setWire(root, 529, '1');
    const { backend, to, sysfs } = setUp();
    sysfs.foreign.add(529);
    await assert.rejects(backend.open(WIRED, to), { code: 'GPIO_LINE_BUSY' });
  });

  it('says that the line is beyond the chip', async () => {
    makeChips(root, PI_4);
    const { backend, to } = setUp();
    await assert.rejects(backend.open({ led: { line: 58 } }, to), {
      code: 'GPIO_BAD_LINE',
      message: /GPIO 58 is not there: pinctrl-bcm2711 has 0 to 57/,
    });
  });

  it('says that the kernel has no sysfs for GPIO', async () => {
    await assert.rejects(sysfsChips(join(root, 'nowhere')), { code: 'GPIO_NO_SYSFS', message: /chardev/ });
  });

  it('says that onoff was not built', async () => {
    makeChips(root, PI_4);
    const load = () => Promise.reject(new Error("Cannot find module 'epoll'"));
    const backend = new OnoffBackend({ clock: new FakeClock(), sysfs: root, load });
    await assert.rejects(backend.open(WIRED, setUp().to), { code: 'GPIO_NO_ONOFF', message: /npm rebuild/ });
  });

  it('reads no chip that is half there', async () => {
    makeChips(root, [['pinctrl-rp1', 571]]);
    writeFileSync(join(root, 'gpiochip571', 'base'), 'x');
    assert.deepEqual(await sysfsChips(root), []);
  });

  for (const death of ['exception', 'rejection', 'exit']) {
    it(`leaves its outputs off when the process ends by ${death}`, async () => {
      makeChips(root, PI_4);
      setWire(root, 529, '1');
      const program = join(import.meta.dirname, 'dying-board.js');
      const output = await new Promise<string>((resolve) => {
        execFile(process.execPath, [program, root, death], { timeout: 15_000 }, (_error, stdout) =>
          resolve(stdout),
        );
      });
      assert.equal(output, '10', 'LED and chime were on (the chime is active-low)');
      assert.deepEqual([wire(root, 539), wire(root, 534)], ['0', '1']);
    });
  }
});
