// The GPIO character device for TypeScript: the public face of this folder.
import { native } from '../native.js';
import { GpioError, guarded, type GpioErrorCode } from './error.js';

export { GpioError, type GpioErrorCode };

/** A GPIO chip of this machine. */
export interface GpioChip {
  /** `/dev/gpiochipN`. */
  path: string;
  /** The kernel's name for it. */
  name: string;
  /** What it is: `pinctrl-bcm2711`, `pinctrl-rp1`, ... */
  label: string;
  /** It has lines 0 to `lines - 1`. */
  lines: number;
}

/** How a line is asked for. */
export interface LineOptions {
  /** `/dev/gpiochipN`, or its last part. */
  chip: string;
  /** Offset on that chip. */
  line: number;
  /** The electrical level is low when the line is active. */
  activeLow?: boolean;
  /** Who has the line, as others see it; `kalitka`. */
  consumer?: string;
}

export interface InputLineOptions extends LineOptions {
  /** The resistor in the chip; `as-is` (left as it is) where not given. */
  bias?: 'up' | 'down' | 'none' | 'as-is';
  /** ms for which a level has to last to count; 0, or a chip that cannot: no debouncing by the kernel. */
  debounce?: number;
}

export interface OutputLineOptions extends LineOptions {
  /** The logical level from the first moment on; false where not given. */
  initial?: boolean;
}

/** A change of an input line. */
export interface GpioEdge {
  /** The logical level after it. */
  active: boolean;
  /** The kernel's time of it: ms of CLOCK_MONOTONIC, as `Clock.steady()`. */
  at: number;
  /** Counts the line's edges from 1; a gap means that the kernel had to drop some. */
  sequence: number;
}

export interface InputListeners {
  onEdge: (edge: GpioEdge) => void;
  /** The chip has vanished, or cannot be read any more: no edge will come. The line still wants to be closed. */
  onError: (error: GpioError) => void;
}

/** An input line that is ours; to watch it does not keep the process alive. */
export interface InputLine {
  /** The kernel debounces it. */
  readonly debounced: boolean;
  /** The logical level now. Throws GpioError. */
  read(): boolean;
  /** Gives it back, at once; no listener is called any more. Idempotent. */
  close(): void;
}

/** An output line that is ours. */
export interface OutputLine {
  /** Sets the logical level. Throws GpioError. */
  write(active: boolean): void;
  /** The logical level. Throws GpioError. */
  read(): boolean;
  /** Gives it back as it is: set a safe level before. Idempotent. */
  close(): void;
}

/**
 * All chips that can be opened, by number; empty where there are none.
 * @throws GpioError when there are some, but none can be opened
 */
export function listChips(): GpioChip[] {
  return guarded(() => native().gpio.chips());
}

/**
 * Asks for an input line and watches both its edges.
 * @throws GpioError GPIO_NO_CHIP, GPIO_BAD_LINE, GPIO_LINE_BUSY, GPIO_NO_PERMISSION, GPIO_BAD_ARGUMENT, GPIO_ERROR
 */
export function openInput(options: InputLineOptions, listeners: InputListeners): InputLine {
  const { chip, line, activeLow = false, consumer = 'kalitka', bias = 'as-is', debounce = 0 } = options;
  let open = true;
  const input = guarded(() =>
    native().gpio.openInput({ chip, line, activeLow, consumer, bias, debounce }, (event) => {
      if (!open) return; // it was on its way when the line was closed
      if (event.error) listeners.onError(new GpioError(event.error as GpioErrorCode, event.message ?? ''));
      else listeners.onEdge({ active: event.active, at: event.at, sequence: event.sequence });
    }),
  );
  return {
    debounced: input.debounced,
    read: () => guarded(() => input.read()),
    close() {
      open = false;
      input.close();
    },
  };
}

/**
 * Asks for an output line and sets it.
 * @throws GpioError as openInput()
 */
export function openOutput(options: OutputLineOptions): OutputLine {
  const { chip, line, activeLow = false, consumer = 'kalitka', initial = false } = options;
  const output = guarded(() => native().gpio.openOutput({ chip, line, activeLow, consumer, initial }));
  return {
    write: (active) => guarded(() => output.write(active)),
    read: () => guarded(() => output.read()),
    close: () => output.close(),
  };
}
