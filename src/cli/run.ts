// `kalitka run`: the panel itself, from start to an orderly end.
import { loadConfig } from '../config/load.js';
import { systemClock } from '../system/clock.js';
import { errorText } from '../system/errors.js';
import { createLog } from '../system/log.js';
import { sdNotify } from '../system/sd-notify.js';
import { EX } from './exit-status.js';
import { refuseUnbuilt } from './unbuilt.js';

/** An orderly end takes at most this long, ms: hanging up and unregistering included. */
const STOP_MS = 10_000;

/**
 * Runs the panel until SIGTERM or SIGINT; a second one ends it at once.
 * @returns the exit status
 * @throws KalitkaError where it cannot start
 */
export async function run(file: string, env: NodeJS.ProcessEnv): Promise<number> {
  const { config, warnings, where } = await loadConfig(file, env);
  refuseUnbuilt(config, where);
  const log = createLog(config.log.level);
  for (const warning of warnings) log.warn(warning);

  let end: (status: number) => void = () => undefined;
  const ended = new Promise<number>((resolve) => (end = resolve));
  let ending = false;
  const stop = (status: number): void => {
    ending = true;
    end(status);
    const tooLong = (): void => {
      log.error('stopping takes too long: ended by force', { ms: STOP_MS });
      process.exit(EX.SOFTWARE);
    };
    systemClock.after(STOP_MS, tooLong, { weak: true });
  };
  for (const [name, number] of Object.entries({ SIGINT: 2, SIGTERM: 15 })) {
    process.on(name, () => {
      if (ending) process.exit(128 + number);
      log.info('stopping', { signal: name });
      stop(EX.OK);
    });
  }
  process.removeAllListeners('uncaughtException');
  process.on('uncaughtException', (error: unknown) => {
    log.error('unexpected error: the panel ends, to be started again', {
      error: errorText(error),
      stack: error instanceof Error ? error.stack : undefined,
    });
    if (!ending) stop(EX.SOFTWARE);
  });

  const { runPanel } = await import('../core.js');
  const panel = await runPanel(config, { log });
  await sdNotify(['READY=1'], { env });
  const status = await ended;
  await Promise.all([panel.stop(), sdNotify(['STOPPING=1'], { env })]);
  return status;
}
