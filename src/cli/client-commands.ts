// The commands that talk to a running panel over its control socket.
import { loadSettings } from '../config/load.js';
import { ControlClient } from '../control/client.js';
import type { Command, RequestFields, Results, TouchAction } from '../control/protocol.js';
import { writeFileAtomically } from '../system/atomic-file.js';
import { systemClock } from '../system/clock.js';
import { statusText } from './status-text.js';

export interface ClientOptions {
  /** Path of the configuration, which names the socket. */
  config: string;
}

/** How long `button press` holds the button, ms: well beyond the debouncing. */
const PRESS_MS = 200;

async function withPanel<T>(options: ClientOptions, use: (client: ControlClient) => Promise<T>): Promise<T> {
  const { settings } = await loadSettings(options.config);
  const client = new ControlClient({ path: settings.control.socket });
  await client.start();
  try {
    return await use(client);
  } finally {
    await client.stop();
  }
}

function ask<C extends Command>(
  command: C,
  fields: RequestFields<C>,
  options: ClientOptions,
): Promise<Results[C]> {
  return withPanel(options, (client) => client.request(command, fields));
}

export async function status(options: ClientOptions & { json?: true }): Promise<void> {
  const result = await ask('status', {}, options);
  const text = options.json ? JSON.stringify(result, null, 2) : statusText(result, Date.now());
  process.stdout.write(`${text}\n`);
}

/** Ends with an error when the panel ends: whoever watches has to know. */
export async function watch(options: ClientOptions): Promise<void> {
  await withPanel(options, async (client) => {
    await client.watch((status) => process.stdout.write(`${JSON.stringify(status)}\n`));
    await client.ended;
    await client.request('status', {});
  });
}

export async function simple(
  command: 'answer' | 'decline' | 'hangup' | 'silence' | 'retry',
  options: ClientOptions,
): Promise<void> {
  await ask(command, {}, options);
}

/** A name wins over a number of the same text. */
export async function open(lock: string, options: ClientOptions): Promise<void> {
  await withPanel(options, async (client) => {
    const { door } = await client.request('status', {});
    const named = door.some(({ name }) => name === lock);
    await client.request('open', { lock: !named && /^\d{1,3}$/.test(lock) ? Number(lock) : lock });
  });
}

export async function screenshot(file: string, options: ClientOptions): Promise<void> {
  const png = Buffer.from((await ask('screenshot', {}, options)).png, 'base64');
  if (file === '-') process.stdout.write(png);
  else await writeFileAtomically(file, png);
}

export async function touch(
  target: number | TouchAction,
  y: number | undefined,
  options: ClientOptions,
): Promise<void> {
  if (typeof target !== 'number') await ask('touch', { action: target }, options);
  else await ask('touch', { x: target, y: y ?? 0 }, options);
}

export async function button(what: 'press' | 'hold' | 'release', options: ClientOptions): Promise<void> {
  await withPanel(options, async (client) => {
    if (what !== 'release') await client.request('button', { edge: 'pressed' });
    if (what === 'press') await new Promise<void>((resolve) => systemClock.after(PRESS_MS, resolve));
    if (what !== 'hold') await client.request('button', { edge: 'released' });
  });
}
