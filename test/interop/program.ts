// Real programs as peers: started with a ready line to wait for, stopped by their own id, named when they are missing.
import { spawn, type ChildProcess } from 'node:child_process';
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSocket } from 'node:dgram';

/** Where a program comes from, for the message of a test that cannot run without it. */
const packages: Record<string, string> = {
  baresip: 'baresip baresip-ffmpeg',
  kamailio: 'kamailio',
  tshark: 'tshark',
  sipp: 'sip-tester',
  'gst-launch-1.0': 'gstreamer1.0-tools',
};

/** The path of a program. @throws Error that names the command which installs it */
export function requireProgram(name: string): string {
  for (const folder of [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/sbin']) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // not in this folder
    }
  }
  throw new Error(`${name} is missing: sudo apt-get install ${packages[name] ?? name}`);
}

/** A running program whose output is kept. */
export class Program {
  #output = '';
  readonly #listeners = new Set<() => void>();
  readonly exited: Promise<number | null>;
  #gone = false;

  private constructor(
    readonly name: string,
    readonly child: ChildProcess,
  ) {
    const take = (chunk: Buffer): void => {
      this.#output += chunk.toString('latin1');
      this.#notify();
    };
    child.stdout?.on('data', take);
    child.stderr?.on('data', take);
    this.exited = new Promise((resolve) => {
      child.once('error', (error) => {
        this.#output += error.message;
        this.#gone = true;
        this.#notify();
        resolve(null);
      });
      child.once('close', (code) => {
        this.#gone = true;
        this.#notify();
        resolve(code);
      });
    });
  }

  static start(
    name: string,
    args: string[],
    options: { cwd?: string; env?: Record<string, string> } = {},
  ): Program {
    const env = { ...process.env, ...options.env };
    const child = spawn(requireProgram(name), args, {
      cwd: options.cwd,
      env,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    child.stdin.on('error', () => undefined);
    return new Program(name, child);
  }

  get output(): string {
    return this.#output;
  }

  /** Waits until the output from `from` on matches. @throws Error with the end of the output */
  async waitFor(pattern: RegExp, ms = 10_000, from = 0): Promise<RegExpMatchArray> {
    return until(
      () => this.#output.slice(from).match(pattern),
      (wake) => {
        this.#listeners.add(wake);
        return () => void this.#listeners.delete(wake);
      },
      ms,
      () => `${this.name}: no ${String(pattern)} within ${ms} ms; it said:\n${this.#output.slice(-3000)}`,
      () => this.#gone,
    );
  }

  write(text: string): void {
    this.child.stdin?.write(text);
  }

  /** SIGTERM, then SIGKILL after 3 s. Idempotent. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    if (!this.#gone) {
      this.child.kill(signal);
      const timer = setTimeout(() => this.child.kill('SIGKILL'), 3000);
      await this.exited;
      clearTimeout(timer);
    }
  }

  #notify(): void {
    for (const wake of [...this.#listeners]) wake();
  }
}

/** Waits for a condition that is looked at again at each wake-up, never by polling. */
export function until<T>(
  look: () => T | null | undefined | false,
  subscribe: (wake: () => void) => () => void,
  ms: number,
  explain: () => string,
  hopeless: () => boolean = () => false,
): Promise<T> {
  return new Promise((resolve, reject) => {
    let end: () => void = () => undefined;
    const check = (): void => {
      const found = look();
      if (found) {
        end();
        resolve(found);
      } else if (hopeless()) {
        end();
        reject(new Error(`ended early: ${explain()}`));
      }
    };
    const timer = setTimeout(() => {
      end();
      reject(new Error(explain()));
    }, ms);
    const unsubscribe = subscribe(check);
    end = () => {
      clearTimeout(timer);
      unsubscribe();
    };
    check();
  });
}

/** A UDP port of 127.0.0.1 that was free a moment ago: for programs that cannot choose one themselves. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4');
    socket.once('error', reject);
    socket.bind(0, '127.0.0.1', () => {
      const { port } = socket.address();
      socket.close(() => resolve(port));
    });
  });
}

/** A folder that goes away again. */
export function temporaryFolder(prefix: string): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), `kalitka-${prefix}-`));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
