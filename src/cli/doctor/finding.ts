// What a check of `kalitka doctor` comes to, and what the checks know of the machine.
import { constants } from 'node:fs';
import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** One line of the report. */
export interface Finding {
  level: 'ok' | 'warn' | 'fail';
  /** What was looked at. */
  about: string;
  /** What was found. */
  text: string;
  /** What to do about it. */
  mend?: string;
}

/** What a check may look at; tests put a folder of their own in place of the machine's root. */
export interface Machine {
  /** Where `/dev`, `/proc`, `/sys` and `/run` are: `/`. */
  root: string;
  env: NodeJS.ProcessEnv;
}

/** `machine`'s path of an absolute path. */
export function pathOn(machine: Machine, path: string): string {
  return join(machine.root, path);
}

/** A file's text; null where it cannot be read. */
export async function textOf(machine: Machine, path: string): Promise<string | null> {
  return readFile(pathOn(machine, path), 'utf8').catch(() => null);
}

/** Whether this user may read (and write) a path: `missing` and `denied` are told apart. */
export async function accessTo(path: string, write: boolean): Promise<'ok' | 'missing' | 'denied'> {
  try {
    await access(path, constants.R_OK | (write ? constants.W_OK : 0));
    return 'ok';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'missing' : 'denied';
  }
}
