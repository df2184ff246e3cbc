// `kalitka doctor`: everything between a wall and a ringing panel, looked at one by one, and what mends it.
import { userInfo } from 'node:os';
import { loadConfig, loadSettings } from '../config/load.js';
import type { Settings } from '../config/schema.js';
import { KalitkaError } from '../system/errors.js';
import { checkPanel, checkServer } from './doctor/account.js';
import { checkDisplay, checkGpio, checkTouch } from './doctor/devices.js';
import type { Finding, Machine } from './doctor/finding.js';
import { checkClock, checkNode, checkStorage } from './doctor/machine.js';
import { checkAddon, checkGStreamer, checkSound } from './doctor/media.js';
import { refuseUnbuilt } from './unbuilt.js';

/**
 * Prints what it finds, a line each.
 * @returns the exit status: 0, or 1 where something will not work
 */
export async function doctor(file: string, machine: Machine): Promise<number> {
  process.stdout.write(`kalitka doctor, as user ${userInfo().username}\n`);
  let status = 0;
  for await (const finding of diagnose(file, machine)) {
    if (finding.level === 'fail') status = 1;
    process.stdout.write(`${lineOf(finding)}\n`);
  }
  return status;
}

/** All checks, one after another; those that need the configuration only where it can be read. */
export async function* diagnose(file: string, machine: Machine): AsyncGenerator<Finding> {
  yield checkNode(process.versions.node);
  const { settings, findings } = await checkConfiguration(file, machine.env);
  yield* findings;
  if (settings) {
    yield* await checkServer(settings);
    yield* await checkPanel(settings);
    yield* await checkSound(settings, machine);
    yield* await checkDisplay(settings, machine);
    yield* await checkTouch(settings, machine);
    yield* await checkGpio(settings, machine);
    yield* await checkStorage(settings);
  }
  yield await checkClock(machine);
  yield await checkAddon();
  yield* await checkGStreamer();
}

async function checkConfiguration(
  file: string,
  env: NodeJS.ProcessEnv,
): Promise<{ settings: Settings | null; findings: Finding[] }> {
  const about = 'config';
  const failures = (error: unknown): Finding[] => {
    if (!(error instanceof KalitkaError)) throw error;
    return error.message.split('\n').map((text) => ({ level: 'fail', about, text }));
  };
  let settings: Settings | null = null;
  try {
    // first without the password: where only that cannot be read, the rest can still be looked at
    ({ settings } = await loadSettings(file));
    const { config, warnings, where } = await loadConfig(file, env);
    const findings = warnings.map((text): Finding => ({ level: 'warn', about, text }));
    refuseUnbuilt(config, where);
    return { settings, findings: [{ level: 'ok', about, text: file }, ...findings] };
  } catch (error) {
    return { settings, findings: failures(error) };
  }
}

function lineOf({ level, about, text, mend }: Finding): string {
  const line = `${level.padEnd(5)} ${about.padEnd(12)} ${text}`;
  return mend === undefined ? line : `${line}\n${' '.repeat(19)}-> ${mend}`;
}
