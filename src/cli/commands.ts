// All commands with their options; what they do is loaded when they run.
import { Command, InvalidArgumentError, Option } from 'commander';
import type { TouchAction } from '../control/protocol.js';
import type { ClientOptions } from './client-commands.js';

/** Where a command leaves its exit status, unless it throws. */
export interface Outcome {
  status: number;
}

/** Where the configuration is looked for unless `--config` says otherwise. */
const DEFAULT_CONFIG_FILE = '/etc/kalitka/panel.toml';

/** Adds the commands of `kalitka` to its program. */
export function addCommands(program: Command, outcome: Outcome): void {
  const command = (usage: string, description: string): Command =>
    program
      .command(usage)
      .description(description)
      .addOption(new Option('-c, --config <file>', 'configuration').default(DEFAULT_CONFIG_FILE))
      .addOption(new Option('--debug').hideHelp());
  const load = () => import('./client-commands.js');

  command('run', 'run the panel until SIGTERM or SIGINT').action(async (options: ClientOptions) => {
    const { run } = await import('./run.js');
    outcome.status = await run(options.config, process.env);
  });
  command('check', 'check the configuration')
    .option('--defaults', 'print a new configuration instead: every setting, its meaning and its default')
    .option('--schema', 'print the JSON Schema of the configuration instead, for editors')
    .action(async (options: ClientOptions & { defaults?: true; schema?: true }) => {
      const { check } = await import('./check.js');
      await check(options.config, process.env, options);
    });

  command('status', 'what the running panel does')
    .option('--json', 'as JSON')
    .action(async (options: ClientOptions & { json?: true }) => (await load()).status(options));
  command('watch', 'each change of the status, a line of JSON each').action(async (options: ClientOptions) =>
    (await load()).watch(options),
  );
  command('answer', 'answer the call that rings').action(async (options: ClientOptions) =>
    (await load()).simple('answer', options),
  );
  command('decline', 'refuse the call that rings').action(async (options: ClientOptions) =>
    (await load()).simple('decline', options),
  );
  command('hangup', 'end the call').action(async (options: ClientOptions) =>
    (await load()).simple('hangup', options),
  );
  command('silence', 'stop the chime; the call goes on ringing').action(async (options: ClientOptions) =>
    (await load()).simple('silence', options),
  );
  command('retry', 'register again at once, after a refused login too').action(
    async (options: ClientOptions) => (await load()).simple('retry', options),
  );
  command('open', 'open a lock')
    .argument('[lock]', 'its number from 0, or its name', '0')
    .action(async (lock: string, options: ClientOptions) => (await load()).open(lock, options));
  command('screenshot', 'save the screen as PNG')
    .argument('<file>', 'where to; - for standard output')
    .action(async (file: string, options: ClientOptions) => (await load()).screenshot(file, options));
  command('touch', 'touch the screen at a place, or a button of it')
    .usage('[options] X Y | answer | decline | open | hangup')
    .argument('<x-or-action>', 'px from the left, or the button', touchTarget)
    .argument('[y]', 'px from the top', pixel)
    .action(async (target: number | TouchAction, y: number | undefined, options: ClientOptions) => {
      if ((typeof target === 'number') !== (y !== undefined)) {
        program.error('kalitka: touch takes X and Y, or the name of a button');
      }
      await (await load()).touch(target, y, options);
    });
  command('button', 'the simulated button (gpio.backend = "sim")')
    .addArgument(
      program
        .createArgument('<what>', 'press: down and up; hold: down')
        .choices(['press', 'hold', 'release']),
    )
    .action(async (what: 'press' | 'hold' | 'release', options: ClientOptions) =>
      (await load()).button(what, options),
    );
  command('doctor', 'look for whatever keeps the panel from working, and say what mends it').action(
    async (options: ClientOptions) => {
      const { doctor } = await import('./doctor.js');
      outcome.status = await doctor(options.config, { root: '/', env: process.env });
    },
  );
  command('demo', 'a whole door call on this machine, in a browser page')
    .option('--once', 'one call by itself, then the end')
    .option('--out <dir>', 'where --once saves its pictures')
    .option('--port <number>', 'port of the page on 127.0.0.1; another one if it is taken', port, 8080)
    .addOption(new Option('--language <code>', 'language of the screen').choices(['ru', 'en']).default('ru'))
    .option('--size <WxH>', 'size of the screen, px', size, { width: 800, height: 480 })
    .action(async (options: DemoFlags) => {
      const { demo } = await import('./demo.js');
      outcome.status = await demo(options);
    });
}

/** The options of `kalitka demo`. */
export interface DemoFlags {
  once?: boolean;
  out?: string;
  port: number;
  language: 'ru' | 'en';
  size: { width: number; height: number };
}

function whole(text: string, min: number, max: number): number {
  if (!/^\d{1,6}$/.test(text) || Number(text) < min || Number(text) > max) {
    throw new InvalidArgumentError(`It is a whole number from ${min} to ${max}.`);
  }
  return Number(text);
}

const pixel = (text: string): number => whole(text, 0, 16_383);
const port = (text: string): number => whole(text, 0, 65_535);

function touchTarget(text: string): number | TouchAction {
  if (text === 'answer' || text === 'decline' || text === 'open' || text === 'hangup') return text;
  if (/^\d/.test(text)) return pixel(text);
  throw new InvalidArgumentError('It is X, answer, decline, open or hangup.');
}

function size(text: string): { width: number; height: number } {
  const match = /^(\d+)x(\d+)$/.exec(text);
  if (!match) throw new InvalidArgumentError('It is such as 800x480.');
  return { width: whole(match[1] ?? '', 240, 3840), height: whole(match[2] ?? '', 240, 3840) };
}
