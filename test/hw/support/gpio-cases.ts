// Cases of hw/gpio, each played in a process of its own by gpio.test.ts, under the stand-in for the kernel.
import { readdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { openInput, openOutput, listChips, type GpioEdge, type GpioError } from '../../../hw/gpio/index.js';
import { codeOf, serve } from './play.js';

const deaf = { onEdge: () => undefined, onError: () => undefined };
const threads = () => readdirSync('/proc/self/task').length;
const descriptors = () => readdirSync('/proc/self/fd').length;

/** Waits, without keeping the process alive any longer than needed. */
async function until(done: () => boolean): Promise<void> {
  while (!done()) await delay(1);
}

await serve({
  refused() {
    const message = (attempt: () => unknown) => {
      try {
        attempt();
        return '';
      } catch (error) {
        return (error as Error).message;
      }
    };
    const input = (chip: string, line: number) => codeOf(() => openInput({ chip, line }, deaf));
    const output = (chip: string, line: number) => codeOf(() => openOutput({ chip, line }));
    return {
      chips: Array.isArray(listChips()),
      missing: [input('gpiochip2', 1), output('/dev/gpiochip2', 1)],
      notGpio: [
        input('/dev/null', 1),
        output('/etc/passwd', 1),
        input('/dev', 1),
        input('a\0b', 1),
        input('', 1),
      ],
      forbidden: [input('gpiochip3', 1), output('gpiochip3', 1)],
      line: [
        input('gpiochip0', 64),
        output('gpiochip0', -1),
        input('gpiochip0', NaN),
        output('gpiochip0', 1.5),
      ],
      busy: [input('gpiochip0', 1), output('gpiochip0', 1)],
      holder: message(() => openInput({ chip: 'gpiochip0', line: 1 }, deaf)),
      arguments: [
        codeOf(() => openInput({ chip: 5 as unknown as string, line: 1 }, deaf)),
        codeOf(() => openInput({ chip: 'gpiochip0', line: '1' as unknown as number }, deaf)),
        codeOf(() => openInput({ chip: 'gpiochip0', line: 17, bias: 'sideways' as 'up' }, deaf)),
        codeOf(() => openInput({ chip: 'gpiochip0', line: 17, debounce: -1 }, deaf)),
        codeOf(() => openInput({ chip: 'gpiochip0', line: 17, debounce: Infinity }, deaf)),
      ],
    };
  },

  async edges() {
    const edges: GpioEdge[] = [];
    const before = performance.now();
    const input = openInput(
      { chip: 'gpiochip0', line: 17, activeLow: true, bias: 'up', debounce: 30, consumer: 'test' },
      { onEdge: (edge) => edges.push(edge), onError: () => undefined },
    );
    const output = openOutput({ chip: '/dev/gpiochip0', line: 22, initial: true });
    const levels = [output.read()];
    for (const level of [false, true, false]) output.write(level);
    levels.push(output.read());
    await until(() => edges.length === 3);
    const steady = Number(process.hrtime.bigint()) / 1e6;
    const [first] = edges;
    output.write(true);
    input.close(); // that edge is on its way still
    input.close();
    output.close();
    output.close();
    await delay(20);
    return {
      levels,
      edges: edges.map(({ active, sequence }) => [active, sequence]),
      timely: first !== undefined && steady - first.at >= 0 && steady - first.at < performance.now() - before,
      debounced: input.debounced,
      closed: [codeOf(() => input.read()), codeOf(() => output.read()), codeOf(() => output.write(true))],
    };
  },

  coarse() {
    const input = openInput({ chip: 'gpiochip1', line: 2, bias: 'down', debounce: 30 }, deaf);
    const { debounced } = input;
    input.close();
    return debounced;
  },

  async vanished() {
    const errors: GpioError[] = [];
    const input = openInput(
      { chip: 'gpiochip0', line: 17 },
      { onEdge: () => undefined, onError: (error) => errors.push(error) },
    );
    const output = openOutput({ chip: 'gpiochip0', line: 22 });
    output.write(true); // the stand-in takes the chip away at this
    await until(() => errors.length > 0);
    input.close();
    output.close();
    return errors.map((error) => [error.name, error.code]);
  },

  tidy() {
    const open = () => [
      openInput({ chip: 'gpiochip0', line: 17 }, deaf),
      openOutput({ chip: 'gpiochip0', line: 22 }),
    ];
    for (const line of open()) line.close();
    const before = [threads(), descriptors()];
    for (let i = 0; i < 100; i++) for (const line of open()) line.close();
    return { before, after: [threads(), descriptors()] };
  },

  /** An open input alone does not keep the process alive. */
  left() {
    openInput({ chip: 'gpiochip0', line: 17 }, deaf);
    return 'ended';
  },
});
