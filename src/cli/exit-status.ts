// Which exit status belongs to which error: those of sysexits(3), so that systemd and scripts can tell.
import { KalitkaError } from '../system/errors.js';

export const EX = {
  OK: 0,
  /** The panel understood and refused: nothing rings, no such button. */
  REFUSED: 1,
  USAGE: 64,
  NOINPUT: 66,
  UNAVAILABLE: 69,
  SOFTWARE: 70,
  CANTCREAT: 73,
  TEMPFAIL: 75,
  NOPERM: 77,
  CONFIG: 78,
} as const;

const statuses: Record<string, number> = {
  CONFIG_INVALID: EX.CONFIG,
  CONFIG_NOT_FOUND: EX.NOINPUT,
  CONFIG_NO_PERMISSION: EX.NOPERM,
  CONFIG_NOT_BUILT: EX.CONFIG,
  CONTROL_IN_USE: EX.TEMPFAIL,
  CONTROL_LISTEN: EX.CANTCREAT,
  CONTROL_NOT_RUNNING: EX.UNAVAILABLE,
  CONTROL_CLOSED: EX.UNAVAILABLE,
  CONTROL_TIMEOUT: EX.TEMPFAIL,
  CONTROL_NO_PERMISSION: EX.NOPERM,
  BAD_REQUEST: EX.USAGE,
  UNKNOWN_COMMAND: EX.USAGE,
  NO_LOCK: EX.USAGE,
  NO_CALL: EX.REFUSED,
  NO_BUTTON: EX.REFUSED,
  NOT_SIMULATED: EX.REFUSED,
  FACE_DOWN: EX.TEMPFAIL,
  TIMEOUT: EX.TEMPFAIL,
  TOO_MANY_CLIENTS: EX.TEMPFAIL,
  FILE_NO_PERMISSION: EX.NOPERM,
  FILE_READ_ONLY: EX.CANTCREAT,
  FILE_NO_SPACE: EX.CANTCREAT,
  FILE_WRITE: EX.CANTCREAT,
};

/** The exit status for anything that was thrown. */
export function exitStatus(error: unknown): number {
  if (!(error instanceof KalitkaError)) return EX.SOFTWARE;
  return statuses[error.code] ?? EX.UNAVAILABLE;
}
