import { deepEqual, equal, match } from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { play, run } from './support/play.js';

const script = new URL('./support/gpio-cases.js', import.meta.url);
const shim = fileURLToPath(new URL('./support/gpio-shim.so', import.meta.url));

describe('hw/gpio', function () {
  this.timeout(60000);
  const env = { LD_PRELOAD: shim };

  before('build the stand-in for the kernel', () => {
    const source = fileURLToPath(new URL('../../../test/hw/support/gpio-shim.c', import.meta.url));
    mkdirSync(fileURLToPath(new URL('./support/', import.meta.url)), { recursive: true });
    execFileSync('cc', ['-shared', '-fPIC', '-Wall', '-Werror', '-o', shim, source, '-ldl']);
  });

  it('says what is wrong by a code, and who has the line', async () => {
    const result = (await play(script, 'refused', env)) as { holder: string };
    match(result.holder, /in use by "somebody"/);
    deepEqual(result, {
      chips: true,
      missing: ['GPIO_NO_CHIP', 'GPIO_NO_CHIP'],
      notGpio: Array(5).fill('GPIO_NO_CHIP'),
      forbidden: ['GPIO_NO_PERMISSION', 'GPIO_NO_PERMISSION'],
      line: Array(4).fill('GPIO_BAD_LINE'),
      busy: ['GPIO_LINE_BUSY', 'GPIO_LINE_BUSY'],
      holder: result.holder,
      arguments: Array(5).fill('GPIO_BAD_ARGUMENT'),
    });
  });

  it("tells edges with the kernel's time, and none after close()", async () => {
    deepEqual(await play(script, 'edges', env), {
      levels: [true, false],
      edges: [
        [false, 1],
        [true, 2],
        [false, 3],
      ],
      timely: true,
      debounced: true,
      closed: ['GPIO_CLOSED', 'GPIO_CLOSED', 'GPIO_CLOSED'],
    });
  });

  it('asks the kernel for what was asked of it, and releases the lines', async () => {
    const { stderr } = await run(script, ['edges'], env);
    deepEqual(stderr.trim().split('\n'), [
      'shim: line 17 requested by test: input active-low pull-up debounce 30000 us, value 0',
      'shim: line 22 requested by kalitka: output debounce 0 us, value 1',
      'shim: line 17 released',
      'shim: line 22 released',
    ]);
  });

  it('does without debouncing where the chip cannot', async () => {
    equal(await play(script, 'coarse', env), false);
  });

  it('reports a chip that vanishes', async () => {
    deepEqual(await play(script, 'vanished', { ...env, GPIO_SHIM_VANISH: '1' }), [
      ['GpioError', 'GPIO_VANISHED'],
    ]);
  });

  it('leaves no thread and no descriptor behind', async () => {
    const { before: expected, after: actual } = (await play(script, 'tidy', env)) as Record<string, number[]>;
    deepEqual(actual, expected);
  });

  it('does not keep the process alive', async () => {
    equal(await play(script, 'left', env), 'ended');
  });
});
