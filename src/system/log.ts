// One logger for the whole program: JSON lines on stderr, which journald keeps.
import { pino } from 'pino';

/** Structured fields of a log line. Secrets never go in. */
export type LogFields = Record<string, string | number | boolean | null | undefined>;

/** What the rest of the program knows of logging. */
export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** A logger whose lines carry `part` beside everything else. */
  child(part: string): Log;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** The program's logger. Writes synchronously, so that the last line before a crash is there. */
export function createLog(level: LogLevel, destination: { write(line: string): void } = process.stderr): Log {
  const wrap = (base: pino.Logger): Log => ({
    debug: (message, fields) => base.debug(fields ?? {}, message),
    info: (message, fields) => base.info(fields ?? {}, message),
    warn: (message, fields) => base.warn(fields ?? {}, message),
    error: (message, fields) => base.error(fields ?? {}, message),
    child: (part) => wrap(base.child({ part })),
  });
  return wrap(
    pino(
      {
        level,
        base: null,
        timestamp: pino.stdTimeFunctions.isoTime,
        formatters: { level: (label) => ({ level: label }) },
      },
      destination,
    ),
  );
}

/** A logger that says nothing. */
export const silentLog: Log = createLog('silent');
