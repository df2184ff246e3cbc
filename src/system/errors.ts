// One base class for every error we throw on purpose: callers branch on `code`, people read `message`.

/** An error with a stable machine-readable code and a message that says what to do about it. */
export class KalitkaError extends Error {
  override readonly name: string = 'KalitkaError';

  /**
   * @param code stable, upper case, prefixed by its folder: `SIP_REFUSED`, `CONFIG_UNKNOWN_KEY`, ...
   * @param message what is wrong and what mends it; never holds a secret
   */
  constructor(
    readonly code: string,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}

/** The text of anything that was thrown, for a log line. */
export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
