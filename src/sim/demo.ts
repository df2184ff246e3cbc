// The demo: a whole door call for people (a page in the browser), or by itself with a verdict (`once`).
import { systemClock, type Timer } from '../system/clock.js';
import { errorText } from '../system/errors.js';
import { createLog, type Log } from '../system/log.js';
import { systemUdp } from '../system/udp.js';
import { CallRun } from './demo-once.js';
import { DemoPage } from './demo-page.js';
import { DemoWorld } from './demo-world.js';
import { ScreenFeed } from './screen-feed.js';

export interface DemoOptions {
  /** One call by itself, then the end. */
  once: boolean;
  /** Folder for pictures and `summary.json` of `once`; null keeps none. */
  out: string | null;
  /** Preferred port of the page on 127.0.0.1; another one where it is taken. */
  port: number;
  language: 'ru' | 'en';
  /** Of the panel's screen, px. */
  size: { width: number; height: number };
  /** Default: warnings on standard error. */
  log?: Log;
  /** Where its lines go. Default: standard output. */
  print?: (line: string) => void;
}

/** ms between two measurements of what the station hears, for the page. */
const listenEvery = 400;
/** Lines of the panel's log that are shown when something went wrong. */
const tailLines = 40;

/** What both kinds of demo work with. */
interface Demo {
  options: DemoOptions;
  world: DemoWorld;
  print: (line: string) => void;
  signals: Signals;
}

/**
 * Runs the demo to its end: `once` to the end of its call, otherwise until SIGINT, SIGTERM or the panel's own end.
 * Everything it started is ended and removed before this resolves.
 * @returns the exit code: 0 when all went well
 */
export async function runDemo(options: DemoOptions): Promise<number> {
  const print = options.print ?? ((line: string) => void process.stdout.write(`${line}\n`));
  const { language, size, log = createLog('warn') } = options;
  const world = new DemoWorld({
    network: systemUdp,
    clock: systemClock,
    log,
    language,
    size,
    lockMs: options.once ? 2000 : 7000,
    keepSound: options.once,
  });
  const signals = new Signals();
  const work = options.once
    ? runOnce({ options, world, print, signals })
    : servePage({ options, world, print, signals });
  let code: number;
  try {
    // the page ends by itself when a signal comes; a call that runs is left to fail without its panel
    await Promise.race([work, signals.came]);
    if (options.once && signals.number !== null) await world.stop();
    code = await work;
  } catch (error) {
    print(errorText(error));
    code = 1;
  }
  await world.stop();
  signals.stop();
  if (code === 0 && world.panelEnd !== 'exit code 0') {
    print(`The panel did not end in order (${world.panelEnd ?? 'it still runs'}).`);
    printLog(world, print);
    return 1;
  }
  return code;
}

async function runOnce({ options, world, print, signals }: Demo): Promise<number> {
  const { out, size } = options;
  const since = systemClock.steady();
  const summary = await new CallRun({ world, clock: systemClock, size, out, since, print }).run();
  if (signals.number !== null) return 128 + signals.number;
  if (summary.passed) {
    print(out === null ? 'all of it worked' : `all of it worked; pictures and summary.json are in ${out}`);
    return 0;
  }
  print(`FAILED: ${summary.failure ?? 'the station did not open'}`);
  printLog(world, print);
  return 1;
}

async function servePage({ options, world, print, signals }: Demo): Promise<number> {
  await world.start();
  const { panel } = world;
  const feed = new ScreenFeed({ file: panel.screenFile, ...options.size, clock: systemClock });
  const page = new DemoPage({
    feed,
    state: () => world.state(),
    act: (action) => world.act(action),
    onGone: () => world.letGo(),
  });
  // what the station hears changes without anybody telling
  let listening: Timer | null = null;
  const listen = (): void => {
    listening = systemClock.after(listenEvery, () => {
      if (world.station.phase === 'talking') page.tell();
      listen();
    });
  };
  const quiet = world.changes.listen(() => page.tell());
  try {
    const url = await page.start(options.port);
    listen();
    print('The panel runs. Stop it with Ctrl-C. Open this page:');
    print(url);
    const died = world.changes.until('the panel ends', () => panel.ended, {});
    const end = await Promise.race([died, signals.came]);
    if (typeof end === 'number') return 0;
    print(`The panel ended by itself (${end}).`);
    printLog(world, print);
    return 1;
  } finally {
    (listening as Timer | null)?.cancel();
    quiet();
    await page.stop();
  }
}

function printLog(world: DemoWorld, print: (line: string) => void): void {
  const tail = world.logTail.slice(-tailLines);
  if (tail.length > 0) print(`The panel's log ends with:\n${tail.join('\n')}`);
}

/** SIGINT, SIGTERM and SIGHUP, heard from the beginning on, so that none of them leaves anything behind. */
class Signals {
  /** Number of the signal that came; null while none did. */
  number: number | null = null;
  readonly came: Promise<number>;
  readonly #names = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;
  #hear: (signal: NodeJS.Signals, number: number) => void = () => undefined;

  constructor() {
    this.came = new Promise((resolve) => {
      this.#hear = (_, number) => {
        this.number ??= number;
        resolve(number);
      };
    });
    for (const name of Object.keys(this.#names)) process.on(name, this.#hear);
  }

  stop(): void {
    for (const name of Object.keys(this.#names)) process.removeListener(name, this.#hear);
  }
}
