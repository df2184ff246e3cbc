// GPIO lines by the package onoff, over /sys/class/gpio: kernels that still have it, up to Raspberry Pi OS 12.
import type { Gpio } from 'onoff';
import type { Clock } from '../system/clock.js';
import { errorText, KalitkaError } from '../system/errors.js';
import { headerChip } from './chips.js';
import type { LineHandlers, Lines, LinesBackend, LineSettings, Output } from './lines.js';
import { sysfsChips } from './sysfs-chips.js';

/** onoff's class, or a test's. */
export type GpioClass = new (...args: ConstructorParameters<typeof Gpio>) => Gpio;

export interface OnoffBackendOptions {
  clock: Clock;
  /** `/sys/class/gpio`, or a test's copy, where the chips are looked up. */
  sysfs?: string | undefined;
  /** Loads onoff; only when lines are opened, since its native part may be missing on a machine without GPIO. */
  load?: (() => Promise<GpioClass>) | undefined;
}

const loadOnoff = async (): Promise<GpioClass> => (await import('onoff')).Gpio;

/**
 * Lines over sysfs. Two of its limits a person must know: it cannot set the pull resistor (`gpio=17=pu` in
 * config.txt does), and a line keeps its level when its process is killed by SIGKILL, until the next start sets
 * it off.
 */
export class OnoffBackend implements LinesBackend {
  readonly #clock: Clock;
  readonly #sysfs: string | undefined;
  readonly #load: () => Promise<GpioClass>;

  constructor({ clock, sysfs, load = loadOnoff }: OnoffBackendOptions) {
    this.#clock = clock;
    this.#sysfs = sysfs;
    this.#load = load;
  }

  /**
   * @throws KalitkaError `GPIO_NO_SYSFS`, `GPIO_NO_CHIP`, `GPIO_NO_ONOFF` (its native part was not built),
   * `GPIO_BAD_LINE`, `GPIO_LINE_BUSY`, `GPIO_NO_PERMISSION`, `GPIO_ERROR`
   */
  async open(settings: LineSettings, handlers: LineHandlers): Promise<Lines> {
    const chip = headerChip(await sysfsChips(this.#sysfs));
    let gpioClass: GpioClass;
    try {
      gpioClass = await this.#load();
    } catch (cause) {
      throw new KalitkaError('GPIO_NO_ONOFF', 'the package onoff cannot be loaded: run npm rebuild epoll', {
        cause,
      });
    }
    const number = (line: number): number => {
      if (line < chip.lines) return chip.base + line;
      throw new KalitkaError(
        'GPIO_BAD_LINE',
        `GPIO ${line} is not there: ${chip.label} has 0 to ${chip.lines - 1}`,
      );
    };
    const lines = new OnoffLines(`${chip.label} by onoff`, this.#clock, handlers);
    try {
      // outputs first: whatever a killed process left on is off before anything else can fail
      for (const output of ['led', 'chime'] as const) {
        const wired = settings[output];
        if (wired) lines.openOutput(gpioClass, output, number(wired.line), wired.active_low ?? false);
      }
      const { button } = settings;
      if (button) lines.openButton(gpioClass, number(button.line), button.active_low ?? true);
    } catch (error) {
      lines.close();
      throw error;
    }
    return lines;
  }
}

/** Open lines of onoff. */
class OnoffLines implements Lines {
  readonly #outputs = new Map<Output, Gpio>();
  #button: Gpio | null = null;
  #closed = false;

  constructor(
    readonly description: string,
    private readonly clock: Clock,
    private readonly handlers: LineHandlers,
  ) {}

  openOutput(gpioClass: GpioClass, output: Output, number: number, activeLow: boolean): void {
    // `high` and `low` are levels of the wire whatever active_low says: the line is off from its first moment
    const off = activeLow ? 'high' : 'low';
    const gpio = attempt(number, () => new gpioClass(number, off, 'none', { activeLow }));
    this.#outputs.set(output, gpio);
    verify(gpio, number, 'out', activeLow);
    attempt(number, () => gpio.writeSync(0));
  }

  openButton(gpioClass: GpioClass, number: number, activeLow: boolean): void {
    const gpio = attempt(number, () => new gpioClass(number, 'in', 'both', { activeLow }));
    this.#button = gpio;
    verify(gpio, number, 'in', activeLow);
    let active = attempt(number, () => gpio.readSync()) === 1;
    // onoff reads the level inside the callback of epoll, where an exception would end the process
    const readSync = gpio.readSync.bind(gpio);
    gpio.readSync = () => {
      try {
        return readSync();
      } catch (error) {
        this.#lose(error);
        return active ? 1 : 0;
      }
    };
    gpio.watch((error, value) => {
      if (this.#closed) return;
      if (error) {
        this.#lose(error);
      } else if ((value === 1) !== active) {
        active = value === 1;
        this.handlers.onEdge({ active, at: this.clock.steady() });
      }
    });
  }

  readButton(): boolean | null {
    if (!this.#button || this.#closed) return null;
    return this.#button.readSync() === 1;
  }

  write(output: Output, on: boolean): void {
    try {
      this.#outputs.get(output)?.writeSync(on ? 1 : 0);
    } catch (cause) {
      throw new KalitkaError('GPIO_VANISHED', `the line of the ${output} is gone: ${errorText(cause)}`, {
        cause,
      });
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    // first all of them off, then the rest: unexporting may fail, and leaves an output as it is
    for (const gpio of this.#outputs.values()) quietly(() => gpio.writeSync(0));
    for (const gpio of [...this.#outputs.values(), this.#button]) quietly(() => gpio?.unexport());
  }

  /** Tells of the loss outside onoff's own callback, which goes on using the line after this. */
  #lose(error: unknown): void {
    if (this.#closed) return;
    const lost = new KalitkaError('GPIO_VANISHED', `the line of the button is gone: ${errorText(error)}`, {
      cause: error,
    });
    queueMicrotask(() => {
      if (!this.#closed) this.handlers.onLost(lost);
    });
  }
}

/** Runs what touches a line; what the kernel refused becomes an error that says what mends it. */
function attempt<T>(number: number, run: () => T): T {
  try {
    return run();
  } catch (cause) {
    const what = `GPIO line ${number} of /sys/class/gpio`;
    switch ((cause as NodeJS.ErrnoException).code) {
      case 'EBUSY':
        throw new KalitkaError('GPIO_LINE_BUSY', `${what} is in use by a driver: choose another line`, {
          cause,
        });
      case 'EACCES':
      case 'EPERM':
        throw new KalitkaError(
          'GPIO_NO_PERMISSION',
          `no permission for ${what}: add the user to the group gpio`,
          {
            cause,
          },
        );
      case 'EINVAL':
        throw new KalitkaError('GPIO_BAD_LINE', `${what} is not there`, { cause });
      default:
        throw new KalitkaError('GPIO_ERROR', `${what} does not work: ${errorText(cause)}`, { cause });
    }
  }
}

/** onoff overlooks a line that somebody else exported and that cannot be set up: then it is not ours. */
function verify(gpio: Gpio, number: number, direction: 'in' | 'out', activeLow: boolean): void {
  if (
    attempt(number, () => gpio.direction()) !== direction ||
    attempt(number, () => gpio.activeLow()) !== activeLow ||
    (direction === 'in' && attempt(number, () => gpio.edge()) !== 'both')
  ) {
    throw new KalitkaError(
      'GPIO_LINE_BUSY',
      `GPIO line ${number} of /sys/class/gpio cannot be set up: is another program using it?`,
    );
  }
}

function quietly(run: () => void): void {
  try {
    run();
  } catch {
    // the line is gone: nothing left to release
  }
}
