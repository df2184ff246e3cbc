// Doctor: Node, the disk and the clock.
import { execFile } from 'node:child_process';
import { statfs, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Settings } from '../../config/schema.js';
import { writeFileAtomically } from '../../system/atomic-file.js';
import { errorText } from '../../system/errors.js';
import { accessTo, pathOn, type Finding, type Machine } from './finding.js';

/** The oldest Node that runs the panel, as in package.json. */
const NODE = [20, 19] as const;

/** Below this much free room the disk is worth a look, MiB. */
const LOW_MIB = 50;

/** @param version as `process.versions.node` */
export function checkNode(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const good = major > NODE[0] || (major === NODE[0] && minor >= NODE[1]);
  if (good) return { level: 'ok', about: 'node', text: version };
  return {
    level: 'fail',
    about: 'node',
    text: `${version} is too old`,
    mend: `install Node ${NODE.join('.')} or later`,
  };
}

/** The visit log's folder can be written, and there is room. */
export async function checkStorage({ storage }: Settings): Promise<Finding[]> {
  const about = 'storage';
  const { directory } = storage;
  // the panel makes the folder itself, if it may
  let folder = directory;
  while ((await accessTo(folder, false)) === 'missing' && dirname(folder) !== folder)
    folder = dirname(folder);
  const probe = join(folder, `.kalitka-doctor-${process.pid}`);
  try {
    await writeFileAtomically(probe, '');
    await unlink(probe);
    const { bavail, bsize } = await statfs(folder);
    const free = Math.floor((bavail * bsize) / 2 ** 20);
    const text = `${directory}, ${free} MiB free`;
    if (free >= LOW_MIB) return [{ level: 'ok', about, text }];
    return [{ level: 'warn', about, text, mend: 'make room: the visit log stops growing on a full disk' }];
  } catch (error) {
    const mend = `let this user write to ${directory}, or set storage.directory`;
    return [{ level: 'fail', about, text: errorText(error).replace(probe, directory), mend }];
  }
}

/** The clock follows a time server: the screen shows it, and visits are noted by it. */
export async function checkClock(machine: Machine): Promise<Finding> {
  const about = 'clock';
  const flag = await accessTo(pathOn(machine, '/run/systemd/timesync/synchronized'), false);
  const told = flag === 'ok' ? 'yes' : await timedatectl(machine.env);
  if (told === 'yes') return { level: 'ok', about, text: 'synchronised' };
  const mend = 'timedatectl set-ntp true (and a network)';
  if (told === 'no') return { level: 'warn', about, text: 'not synchronised', mend };
  return { level: 'warn', about, text: 'cannot tell whether it is synchronised', mend };
}

function timedatectl(env: NodeJS.ProcessEnv): Promise<string> {
  const args = ['show', '--property=NTPSynchronized', '--value'];
  return new Promise((resolve) => {
    execFile('timedatectl', args, { env, timeout: 3_000 }, (error, stdout) =>
      resolve(error ? '' : stdout.trim()),
    );
  });
}
