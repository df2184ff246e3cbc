// What LVGL and the addon refuse, as typed errors.
import { KalitkaError, errorText } from '../../src/system/errors.js';

export type LvglErrorCode =
  /** Before start() or after stop(). */
  | 'LV_NOT_INITIALIZED'
  /** LVGL is one per process. */
  | 'LV_ALREADY_INITIALIZED'
  /** The object, or the font, is gone. */
  | 'LV_STALE_HANDLE'
  /** A value that LVGL cannot take. */
  | 'LV_BAD_ARGUMENT'
  /** Not now: stop() within a listener, or delete() of the active screen. */
  | 'LV_BUSY'
  /** In a worker. */
  | 'LV_WRONG_THREAD'
  /** The display's memory or file cannot be had. */
  | 'LV_DISPLAY_FAILED'
  /** A display driver that this version lacks. */
  | 'LV_NO_DRIVER'
  /** LVGL failed for a reason of its own. */
  | 'LV_ERROR';

/** Anything that goes wrong in LVGL. */
export class LvglError extends KalitkaError {
  override readonly name = 'LvglError';

  constructor(
    override readonly code: LvglErrorCode,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(code, message, options);
  }
}

/** Calls the addon; what it throws comes out as LvglError. A value of the wrong type is an LV_BAD_ARGUMENT. */
export function guarded<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    if (error instanceof KalitkaError) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const known = code.startsWith('LV_') ? (code as LvglErrorCode) : 'LV_BAD_ARGUMENT';
    throw new LvglError(known, errorText(error));
  }
}
