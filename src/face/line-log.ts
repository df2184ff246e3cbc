// Carries what a child process prints into our log: line by line, bounded in length and number.
import type { Readable } from 'node:stream';
import type { Clock } from '../system/clock.js';
import type { Log } from '../system/log.js';

const MAX_LINE = 500;
const MAX_LINES_A_MINUTE = 60;

export interface LineLogOptions {
  stream: Readable;
  clock: Clock;
  log: Log;
}

/** Logs each line of `stream` as a warning; of a flood only how much was left out. */
export function forwardLines({ stream, clock, log }: LineLogOptions): void {
  let rest = '';
  let minute = -Infinity;
  let lines = 0;
  const write = (line: string) => {
    if (line.trim() === '') return;
    if (clock.steady() - minute >= 60_000) {
      if (lines > MAX_LINES_A_MINUTE) log.warn(`${lines - MAX_LINES_A_MINUTE} more lines left out`);
      minute = clock.steady();
      lines = 0;
    }
    lines += 1;
    if (lines <= MAX_LINES_A_MINUTE) log.warn(line.slice(0, MAX_LINE));
  };
  stream.setEncoding('utf8');
  stream.on('data', (text: string) => {
    const parts = (rest + text).split('\n');
    // what does not end in time is cut
    rest = (parts.pop() ?? '').slice(0, MAX_LINE);
    for (const part of parts) write(part);
  });
  stream.on('end', () => write(rest));
  stream.on('error', () => undefined);
}
