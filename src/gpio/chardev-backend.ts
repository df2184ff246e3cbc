// GPIO lines by the kernel's character device (/dev/gpiochipN): what today's kernels have, with the time of
// each edge and the pull resistor. The best way where it is there.
import * as systemChardev from '../../hw/gpio/index.js';
import { KalitkaError } from '../system/errors.js';
import { headerChip } from './chips.js';
import type { LineHandlers, Lines, LinesBackend, LineSettings, Output } from './lines.js';

/** What of `hw/gpio` is used. */
export type Chardev = Pick<typeof systemChardev, 'listChips' | 'openInput' | 'openOutput'>;

export interface ChardevBackendOptions {
  /** The machine's character devices, or a test's. */
  chardev?: Chardev | undefined;
}

/**
 * Lines over the character device. The kernel takes them back from a process that dies, however it dies; whether
 * an output then goes off is up to the chip's driver, see hw/wiring.md.
 */
export class ChardevBackend implements LinesBackend {
  readonly #chardev: Chardev;

  constructor({ chardev = systemChardev }: ChardevBackendOptions = {}) {
    this.#chardev = chardev;
  }

  /**
   * @throws KalitkaError `GPIO_NO_CHIP`, `GPIO_BAD_LINE`, `GPIO_LINE_BUSY`, `GPIO_NO_PERMISSION`, `GPIO_ERROR` of
   * the device, `HW_NO_ADDON`
   */
  async open(settings: LineSettings, handlers: LineHandlers): Promise<Lines> {
    await Promise.resolve();
    try {
      return this.#open(settings, handlers);
    } catch (error) {
      throw advised(error);
    }
  }

  #open({ button, led, chime }: LineSettings, handlers: LineHandlers): Lines {
    const { label, path } = headerChip(this.#chardev.listChips());
    const outputs = new Map<Output, systemChardev.OutputLine>();
    let input: systemChardev.InputLine | null = null;
    let closed = false;
    const close = (): void => {
      if (closed) return;
      closed = true;
      // first all of them off, then the rest: a line that is given back keeps its level on some kernels
      for (const output of outputs.values()) quietly(() => output.write(false));
      for (const line of [...outputs.values(), input]) quietly(() => line?.close());
    };
    try {
      for (const [output, wired] of [
        ['led', led],
        ['chime', chime],
      ] as const) {
        if (!wired) continue;
        const { line, active_low: activeLow = false } = wired;
        outputs.set(output, this.#chardev.openOutput({ chip: path, line, activeLow, initial: false }));
      }
      if (button) {
        const { line, active_low: activeLow = true, pull: bias = 'up' } = button;
        input = this.#chardev.openInput(
          { chip: path, line, activeLow, bias },
          {
            onEdge: ({ active, at }) => {
              if (!closed) handlers.onEdge({ active, at });
            },
            onError: (error) => {
              if (!closed) handlers.onLost(error);
            },
          },
        );
      }
    } catch (error) {
      close();
      throw error;
    }
    return {
      description: `${label} by ${path}`,
      readButton: () => (input && !closed ? input.read() : null),
      write: (output, on) => outputs.get(output)?.write(on),
      close,
    };
  }
}

/** The device's errors say what is wrong; here is what mends it. */
function advised(error: unknown): unknown {
  if (!(error instanceof KalitkaError)) return error;
  const advice: Record<string, string> = {
    GPIO_NO_PERMISSION: 'add the user to the group gpio',
    GPIO_LINE_BUSY: 'end that program, or choose another line under [gpio]',
    GPIO_BAD_LINE: 'correct it under [gpio]',
  };
  const mend = advice[error.code];
  return mend ? new KalitkaError(error.code, `${error.message}: ${mend}`, { cause: error }) : error;
}

function quietly(run: () => void): void {
  try {
    run();
  } catch {
    // the chip is gone, and the line with it
  }
}
