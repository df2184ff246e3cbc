// The face's process, forked by core (face-process.ts): wires the face to the IPC channel and ends with it.
import { writeFileSync, writeSync } from 'node:fs';
import { systemClock } from '../system/clock.js';
import { errorText } from '../system/errors.js';
import { Face } from './face.js';
import type { ToFace } from './messages.js';

/** Core reads our standard error line by line. */
function complain(line: string): void {
  try {
    writeSync(2, `${line.replaceAll('\n', ' | ')}\n`);
  } catch {
    // nobody reads any more
  }
}

/** exit() would first wait for the thread pool, of which a wait on GStreamer's bus may hold a thread for ever. */
function die(): void {
  process.kill(process.pid, 'SIGKILL');
}

function giveUp(error: unknown): void {
  complain(error instanceof Error ? (error.stack ?? error.message) : errorText(error));
  die();
}

try {
  // where memory runs out the kernel shall take the face, which comes back, and not core
  writeFileSync('/proc/self/oom_score_adj', '500');
} catch {
  // a container may forbid it
}

const face = new Face({
  clock: systemClock,
  complain,
  send: (message) => {
    if (process.connected) process.send?.(message, undefined, {}, () => undefined);
  },
  onStopped: die,
});

process.on('message', (message: ToFace) => face.onMessage(message));
// core is gone: a face without it would keep the display and the sound card
process.on('disconnect', die);
process.on('uncaughtException', giveUp);
process.on('unhandledRejection', giveUp);
