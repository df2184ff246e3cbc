// What GPIO lines refuse, as typed errors.
import { KalitkaError, errorText } from '../../src/system/errors.js';

export type GpioErrorCode =
  /** There is no such chip, or the device is no GPIO chip. */
  | 'GPIO_NO_CHIP'
  /** The chip has no such line, or the line cannot do this. */
  | 'GPIO_BAD_LINE'
  /** Somebody else has the line; the message names the holder. */
  | 'GPIO_LINE_BUSY'
  /** The user may not open the chip. */
  | 'GPIO_NO_PERMISSION'
  /** The chip was there and is gone. */
  | 'GPIO_VANISHED'
  /** The line was closed by us. */
  | 'GPIO_CLOSED'
  /** An option of a wrong type or out of its range. */
  | 'GPIO_BAD_ARGUMENT'
  /** The kernel failed for another reason: see the message. */
  | 'GPIO_ERROR';

/** Anything that goes wrong with a GPIO line. */
export class GpioError extends KalitkaError {
  override readonly name = 'GpioError';

  constructor(
    override readonly code: GpioErrorCode,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(code, message, options);
  }
}

/** Calls the addon; what it throws comes out as GpioError. */
export function guarded<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    if (error instanceof KalitkaError) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const known = code.startsWith('GPIO_') ? (code as GpioErrorCode) : 'GPIO_BAD_ARGUMENT';
    throw new GpioError(known, errorText(error));
  }
}
