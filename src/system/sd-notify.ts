// Tells systemd what the service is up to (sd_notify(3)). Outside of systemd nothing happens.
import { execFile } from 'node:child_process';

/** What systemd understands: it waits for `READY=1`, `STOPPING=1` excuses the silence, `STATUS=` is for people. */
export type ServiceState = 'READY=1' | 'STOPPING=1' | 'WATCHDOG=1' | `STATUS=${string}`;

export interface SdNotifyOptions {
  /** Where `NOTIFY_SOCKET` is looked for. */
  env: NodeJS.ProcessEnv;
  /** systemd's own program for this: Node has no datagram Unix sockets. Its unit needs `NotifyAccess=all`. */
  program?: string;
}

/**
 * Sends states to the service manager. Failures are none of the panel's business: systemd then acts on its own
 * time-outs.
 * @returns when systemd has taken them; at once outside of systemd
 */
export function sdNotify(states: readonly ServiceState[], options: SdNotifyOptions): Promise<void> {
  const { env, program = 'systemd-notify' } = options;
  if (!env.NOTIFY_SOCKET) return Promise.resolve();
  return new Promise((resolve) => {
    execFile(program, [`--pid=${process.pid}`, ...states], { env, timeout: 5_000 }, () => resolve());
  });
}
