// Runs a case of its own in a process of its own: LVGL is one per process, and what it might do at worst is to
// take the process with it.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface Played {
  /** What the case returned. */
  result: unknown;
  exit: number | null;
  signal: NodeJS.Signals | null;
  stderr: string;
}

/** Runs a script under Node and waits for its end. */
export async function run(
  script: URL,
  args: string[],
  env: Record<string, string> = {},
): Promise<Played & { stdout: string }> {
  const child = spawn(process.execPath, [fileURLToPath(script), ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (data: Buffer) => (stdout += data.toString()));
  child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
  const [exit, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve) =>
    child.on('close', (code, name) => resolve([code, name])),
  );
  const line = stdout.trim().split('\n').at(-1) ?? '';
  const result: unknown = line.startsWith('{') ? (JSON.parse(line) as { result: unknown }).result : undefined;
  return { result, exit, signal, stdout, stderr };
}

/** Runs a case of `script` by its name; it has to end well, and by itself. */
export async function play(script: URL, name: string, env?: Record<string, string>): Promise<unknown> {
  const { result, exit, signal, stderr } = await run(script, [name], env);
  if (exit !== 0) throw new Error(`${name} ended by ${signal ?? `exit code ${String(exit)}`}: ${stderr}`);
  return result;
}

type Case = () => unknown;

/** In the child: plays the case that the command line names, and tells its result. */
export async function serve(cases: Record<string, Case>): Promise<void> {
  const name = process.argv[2] ?? '';
  const chosen = cases[name];
  if (!chosen) throw new Error(`no case ${name}`);
  const result = await chosen();
  process.stdout.write(`${JSON.stringify({ result })}\n`);
}

/** The stable code of what `attempt` throws, or `ok`. */
export function codeOf(attempt: () => unknown): string {
  try {
    attempt();
    return 'ok';
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : `not typed: ${String(error)}`;
  }
}
