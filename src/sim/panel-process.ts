// The panel itself, as a process with a simulated board: what the demo and the end-to-end tests run and drive.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ControlClient } from '../control/client.js';
import type { Command, RequestFields, Results, TouchAction } from '../control/protocol.js';
import type { Status } from '../control/status.js';
import type { Clock } from '../system/clock.js';
import { errorText, KalitkaError } from '../system/errors.js';
import type { Log } from '../system/log.js';
import type { Endpoint } from '../system/udp.js';
import { Changes } from './changes.js';

export interface PanelProcessOptions {
  clock: Clock;
  log: Log;
  /** The SIP server to register at. */
  server: Endpoint;
  /** Default 12345 and 6789. */
  login?: string;
  password?: string;
  language: 'ru' | 'en';
  /** px. */
  size: { width: number; height: number };
  /** Keep what its loudspeaker plays in `soundFile`, which grows; without, it has none. Default true. */
  keepSound?: boolean;
  /** The status changed, or the panel ended (null). */
  onStatus?: (status: Status | null) => void;
}

const program = fileURLToPath(new URL('../cli.js', import.meta.url));
/** Lines of its log that are kept, for whoever asks what went wrong. */
const keptLines = 400;
/** ms until a panel that starts must answer on its control socket; slow machines are slow. */
const startLimit = 20_000;
/** ms it may take to end in order: it hangs up and unregisters. */
const stopLimit = 12_000;

/** A running panel in a temporary directory of its own. */
export class PanelProcess {
  readonly #options: PanelProcessOptions;
  #directory: string | null = null;
  #child: ChildProcess | null = null;
  #control: ControlClient | null = null;
  #status: Status | null = null;
  readonly #lines: string[] = [];
  readonly #changes: Changes;
  #stopping = false;
  #starting: Promise<void> | null = null;
  #ended: string | null = null;

  constructor(options: PanelProcessOptions) {
    this.#options = options;
    this.#changes = new Changes(options.clock);
  }

  /**
   * Starts the panel; resolves when it answers on its control socket.
   * @throws KalitkaError `SIM_PANEL` with the last lines of its log
   */
  start(): Promise<void> {
    this.#starting ??= this.#start();
    return this.#starting;
  }

  async #start(): Promise<void> {
    const directory = await mkdtemp(join(tmpdir(), 'kalitka-demo-'));
    this.#directory = directory;
    const config = join(directory, 'panel.toml');
    await writeFile(config, this.#configuration(directory), { mode: 0o600 });
    if (this.#stopping) throw this.#failure('was stopped while it started');
    const child = spawn(process.execPath, ['--enable-source-maps', program, 'run', '--config', config], {
      stdio: ['ignore', 'pipe', 'pipe'],
      // a process group of its own: Ctrl-C is for the demo, which then ends the panel in order
      detached: true,
    });
    this.#child = child;
    let rest = '';
    const keep = (data: Buffer): void => {
      const lines = (rest + data.toString()).split('\n');
      rest = lines.pop() ?? '';
      this.#lines.push(...lines);
      this.#lines.splice(0, this.#lines.length - keptLines);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.once('error', (error) => this.#gone(error.message));
    child.once('exit', (code, signal) => this.#gone(signal ?? `exit code ${code ?? 'unknown'}`));
    await this.#connect(join(directory, 'control.sock'));
  }

  /** Ends the panel in order, by force where that takes too long; nothing of it is left. Idempotent. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#control?.stop();
    this.#control = null;
    const child = this.#child;
    if (child && this.#ended === null) {
      const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
      child.kill('SIGTERM');
      const force = this.#options.clock.after(stopLimit, () => {
        const log = this.#lines.slice(-15).join('\n');
        this.#options.log.error('the panel did not end by itself: killed', { log });
        child.kill('SIGKILL');
      });
      await gone;
      force.cancel();
    }
    await this.#starting?.catch(() => undefined);
    if (this.#directory) await rm(this.#directory, { recursive: true, force: true });
    this.#directory = null;
  }

  /** What it last said of itself; null before it answers and after its end. */
  get status(): Status | null {
    return this.#status;
  }

  /** How it ended, `exit code 0` when in order; null while it runs. */
  get ended(): string | null {
    return this.#ended;
  }

  /** Process id of the core. */
  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  /** The last lines of its log. */
  get logTail(): readonly string[] {
    return this.#lines;
  }

  /** The screen: raw BGRX rows. */
  get screenFile(): string {
    return join(this.#directory ?? '', 'screen.bgrx');
  }

  /** What its loudspeaker plays, as a WAV that grows. */
  get soundFile(): string {
    return join(this.#directory ?? '', 'heard.wav');
  }

  /**
   * Waits until its status is as wanted.
   * @param what for the error: `the panel is registered`
   * @param ms how long
   * @throws KalitkaError `SIM_TIMEOUT`, or `SIM_PANEL` where it ended meanwhile
   */
  waitFor(what: string, wanted: (status: Status) => boolean, ms: number): Promise<Status> {
    return this.#changes.until(
      what,
      () => {
        if (this.#ended !== null) throw this.#failure(`ended before this: ${what}`);
        return this.#status && wanted(this.#status) ? this.#status : null;
      },
      { ms },
    );
  }

  /** Moves the button on the wall. @throws KalitkaError */
  async button(edge: 'pressed' | 'released'): Promise<void> {
    await this.#ask('button', { edge });
  }

  /** A finger on the screen, px. @throws KalitkaError */
  async touch(x: number, y: number, pressed: boolean): Promise<void> {
    await this.#ask('touch', { x, y, pressed });
  }

  /** A finger on a button of the present screen. @throws KalitkaError `NO_BUTTON` and others */
  async touchButton(action: TouchAction): Promise<void> {
    await this.#ask('touch', { action });
  }

  /** The screen as PNG. @throws KalitkaError */
  async screenshot(): Promise<Buffer> {
    const { png } = await this.#ask('screenshot', {});
    return Buffer.from(png, 'base64');
  }

  /** Kills the process that draws and decodes, as a hostile picture could. */
  killFace(signal: 'SIGKILL' | 'SIGSEGV' = 'SIGKILL'): void {
    const pid = this.#status?.face.pid;
    if (pid) process.kill(pid, signal);
  }

  async #ask<C extends Command>(command: C, fields: RequestFields<C>): Promise<Results[C]> {
    if (!this.#control) throw this.#failure('does not run');
    try {
      return await this.#control.request(command, fields);
    } catch (error) {
      if (!(error instanceof KalitkaError) || error.code !== 'CONTROL_CLOSED') throw error;
      // its end is known a moment after that of the connection, and tells why
      await this.#changes.until('the end of the panel', () => this.#ended, { ms: 2000 }).catch(() => null);
      throw this.#failure('went away');
    }
  }

  #configuration(directory: string): string {
    const { server, language, size, login = '12345', password = '6789' } = this.#options;
    return [
      `language = "${language}"`,
      '[sip]',
      `server = "${server.address}:${server.port}"`,
      `login = "${login}"`,
      `password = "${password}"`,
      'register_interval = 60',
      '[[door.locks]]',
      `name = "${language === 'ru' ? 'Подъезд' : 'Entrance'}"`,
      'code = "#"',
      '[audio]',
      'input = "test"',
      `output = "${this.#options.keepSound === false ? 'none' : `file:${this.soundFile}`}"`,
      '[display]',
      'driver = "memory"',
      `width = ${size.width}`,
      `height = ${size.height}`,
      `file = "${this.screenFile}"`,
      'sleep_after = 0',
      '[touch]',
      'device = "none"',
      '[gpio]',
      'backend = "sim"',
      '[storage]',
      `directory = "${join(directory, 'storage')}"`,
      '[control]',
      `socket = "${join(directory, 'control.sock')}"`,
      '',
    ].join('\n');
  }

  /** A socket says nothing when it comes to be: it is tried until it answers. */
  async #connect(path: string): Promise<void> {
    const { clock } = this.#options;
    const deadline = clock.steady() + startLimit;
    for (;;) {
      const control = new ControlClient({ path });
      try {
        await control.start();
        this.#control = control;
        await control.watch((status) => this.#tell(status));
        return;
      } catch (error) {
        await control.stop();
        this.#control = null;
        if (this.#ended !== null) throw this.#failure('did not start');
        if (clock.steady() > deadline) throw this.#failure(`does not answer: ${errorText(error)}`);
        await new Promise<void>((resolve) => clock.after(30, resolve));
      }
    }
  }

  #tell(status: Status | null): void {
    this.#status = status;
    this.#changes.fire();
    this.#options.onStatus?.(status);
  }

  #gone(why: string): void {
    if (this.#ended !== null) return;
    this.#ended = why;
    if (!this.#stopping) this.#options.log.error('the panel ended', { why });
    this.#tell(null);
  }

  #failure(what: string): KalitkaError {
    const tail = this.#lines.slice(-15).join('\n');
    const why = this.#ended === null ? '' : ` (${this.#ended})`;
    return new KalitkaError(
      'SIM_PANEL',
      `the panel ${what}${why}${tail === '' ? '' : `; its log ends with\n${tail}`}`,
    );
  }
}
