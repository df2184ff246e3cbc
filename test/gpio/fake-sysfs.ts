// A copy of /sys/class/gpio in plain files, and a class like onoff's `Gpio` that writes there: levels in it stay
// when a process dies, as they do in the kernel.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GpioClass } from '../../src/gpio/onoff-backend.js';

/** Makes the folders of chips: label and base. */
export function makeChips(root: string, chips: [label: string, base: number, lines?: number][]): void {
  for (const [label, base, lines = 54] of chips) {
    const folder = join(root, `gpiochip${base}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'label'), `${label}\n`);
    writeFileSync(join(folder, 'base'), `${base}\n`);
    writeFileSync(join(folder, 'ngpio'), `${lines}\n`);
  }
}

/** Electrical level (`0` or `1`) of a line. */
export const wire = (root: string, number: number): string =>
  readFileSync(join(root, `level${number}`), 'utf8');
export const setWire = (root: string, number: number, level: '0' | '1'): void =>
  writeFileSync(join(root, `level${number}`), level);

/** What a test does to the lines of a fake. */
export interface FakeSysfs {
  gpioClass: GpioClass;
  /** Lines that are exported now. */
  exported: Set<number>;
  /** Thrown by every access to a line. */
  errors: Map<number, Error>;
  /** Lines that somebody else has set up as outputs and that cannot be changed. */
  foreign: Set<number>;
  /** A line changes: what epoll does then. */
  interrupt(number: number): void;
}

export function fakeSysfs(root: string): FakeSysfs {
  const exported = new Set<number>();
  const errors = new Map<number, Error>();
  const foreign = new Set<number>();
  const watchers = new Map<number, () => void>();
  class FakeGpio {
    readonly #activeLow: boolean;
    readonly #direction: 'in' | 'out';

    constructor(
      private readonly number: number,
      direction: string,
      _edge: string,
      options: { activeLow: boolean },
    ) {
      this.#check();
      exported.add(number);
      this.#activeLow = options.activeLow;
      this.#direction = direction === 'in' ? 'in' : 'out';
      if (direction === 'low' || direction === 'high')
        setWire(root, number, direction === 'high' ? '1' : '0');
    }
    #check(): void {
      const error = errors.get(this.number);
      if (error) throw error;
    }
    direction(): string {
      return foreign.has(this.number) ? 'out' : this.#direction;
    }
    activeLow(): boolean {
      return this.#activeLow;
    }
    edge(): string {
      return 'both';
    }
    readSync(): number {
      this.#check();
      return (wire(root, this.number) === '1') !== this.#activeLow ? 1 : 0;
    }
    writeSync(value: number): void {
      this.#check();
      setWire(root, this.number, (value === 1) !== this.#activeLow ? '1' : '0');
    }
    watch(callback: (error: Error | null, value: number) => void): void {
      // as onoff: the level is read inside the callback of epoll
      watchers.set(this.number, () => callback(null, this.readSync()));
    }
    unexport(): void {
      exported.delete(this.number);
      watchers.delete(this.number);
    }
  }
  return {
    gpioClass: FakeGpio as unknown as GpioClass,
    exported,
    errors,
    foreign,
    interrupt: (number) => watchers.get(number)?.(),
  };
}
