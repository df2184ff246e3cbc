// `kalitka demo`: hands its options to the demonstration in `src/sim`.
import { resolve } from 'node:path';
import { runDemo } from '../sim/demo.js';
import type { DemoFlags } from './commands.js';

/** @returns the exit status when the demonstration has ended */
export async function demo({ once = false, out, port, language, size }: DemoFlags): Promise<number> {
  return runDemo({ once, out: out === undefined ? null : resolve(out), port, language, size });
}
