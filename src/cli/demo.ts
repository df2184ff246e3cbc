// `kalitka demo`: hands its options to the demonstration in `src/sim`.
import { resolve } from 'node:path';
import type { DemoFlags } from './commands.js';

/** What `src/sim/demo.ts` is started with. */
export interface DemoOptions {
  /** One call by itself, then the end. */
  once: boolean;
  /** Absolute path of the folder for pictures; null = none. */
  out: string | null;
  /** Of the page, on 127.0.0.1. */
  port: number;
  language: 'ru' | 'en';
  /** px */
  size: { width: number; height: number };
}

interface DemoModule {
  /** Resolves with the exit status when the demonstration has ended. */
  runDemo(options: DemoOptions): Promise<number>;
}

export async function demo(flags: DemoFlags): Promise<number> {
  const module = (await import(new URL('../sim/demo.js', import.meta.url).href)) as DemoModule;
  const { once = false, out, port, language, size } = flags;
  return module.runDemo({ once, out: out === undefined ? null : resolve(out), port, language, size });
}
