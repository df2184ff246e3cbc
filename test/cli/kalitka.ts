// The command line as a user runs it: a process with its output and its exit status.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const program = fileURLToPath(new URL('../../src/cli.js', import.meta.url));

export interface Outcome {
  status: number | null;
  stdout: string;
  stderr: string;
}

/** Runs `kalitka` with these arguments to its end. */
export function kalitka(args: string[], env: NodeJS.ProcessEnv = {}): Promise<Outcome> {
  return new Promise((resolve) => {
    const options = {
      env: { PATH: process.env.PATH, ...env },
      maxBuffer: 1 << 26,
      encoding: 'utf8',
    } as const;
    const child = execFile(process.execPath, [program, ...args], options, (_error, stdout, stderr) =>
      resolve({ status: child.exitCode, stdout, stderr }),
    );
  });
}
