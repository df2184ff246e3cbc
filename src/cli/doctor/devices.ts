// Doctor: screen, touch and wiring.
import { readdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Settings } from '../../config/schema.js';
import { accessTo, pathOn, textOf, type Finding, type Machine } from './finding.js';

/** The screen's device is there and may be used. */
export async function checkDisplay({ display }: Settings, machine: Machine): Promise<Finding[]> {
  const about = 'display';
  if (display.driver === 'memory') {
    const { width, height, file } = display;
    const size = `memory, ${width}x${height}`;
    if (file === undefined) return [{ level: 'ok', about, text: size }];
    if ((await accessTo(dirname(file), true)) === 'ok')
      return [{ level: 'ok', about, text: `${size}, ${file}` }];
    const mend = `make ${dirname(file)} and let this user write there, or change display.file`;
    return [{ level: 'fail', about, text: `cannot write ${file}`, mend }];
  }
  const [folder, prefix] = display.driver === 'drm' ? ['/dev/dri', 'card'] : ['/dev', 'fb'];
  const mend =
    display.driver === 'drm'
      ? 'check the cable of the screen; Raspberry Pi: dtoverlay=vc4-kms-v3d in config.txt'
      : 'load a framebuffer driver, or set display.driver = "drm"';
  return checkNodes({ about, machine, folder, prefix, group: 'video', mend });
}

/** The touchscreen is there and may be read. */
export async function checkTouch({ touch, display }: Settings, machine: Machine): Promise<Finding[]> {
  const about = 'touch';
  if (touch.device === 'none') return [{ level: 'ok', about, text: 'none' }];
  if (touch.device === 'auto' && display.driver === 'memory') {
    return [{ level: 'ok', about, text: 'none: a memory display is touched over the control socket' }];
  }
  const mend = 'check the cable of the touchscreen, or set touch.device';
  const devices =
    touch.device === 'auto'
      ? touchscreens((await textOf(machine, '/proc/bus/input/devices')) ?? '')
      : [touch.device];
  const [device] = devices;
  if (device === undefined) return [{ level: 'fail', about, text: 'no touchscreen found', mend }];
  return [nodeFinding(about, device, await accessTo(pathOn(machine, device), false), 'input', mend)];
}

/** Devices with INPUT_PROP_DIRECT (bit 1): what is touched is what is seen (input-event-codes.h). */
function touchscreens(text: string): string[] {
  return text.split('\n\n').flatMap((device) => {
    const property = /^B: PROP=([0-9a-f]+)$/m.exec(device)?.[1];
    const event = /^H: Handlers=.*?\b(event\d+)/m.exec(device)?.[1];
    return property && event && (Number.parseInt(property, 16) & 2) !== 0 ? [`/dev/input/${event}`] : [];
  });
}

/** GPIO chips are there and may be used. */
export async function checkGpio({ gpio }: Settings, machine: Machine): Promise<Finding[]> {
  const about = 'gpio';
  const { backend } = gpio;
  if (backend === 'none' || backend === 'sim') return [{ level: 'ok', about, text: backend }];
  const sysfs = await accessTo(pathOn(machine, '/sys/class/gpio/export'), false);
  const chips = await nodes(machine, '/dev', 'gpiochip');
  const mend = 'run on a board with GPIO, or set gpio.backend = "none"';
  if (backend === 'onoff' || (backend === 'auto' && chips.length === 0)) {
    if (sysfs === 'missing') {
      const text = backend === 'onoff' ? 'this kernel has no /sys/class/gpio' : 'no GPIO chip found';
      return [{ level: 'fail', about, text, mend: backend === 'onoff' ? 'gpio.backend = "auto"' : mend }];
    }
    const level = await accessTo(pathOn(machine, '/sys/class/gpio/export'), true);
    return [nodeFinding(about, '/sys/class/gpio', level, 'gpio', mend)];
  }
  return checkNodes({ about, machine, folder: '/dev', prefix: 'gpiochip', group: 'gpio', mend });
}

interface Nodes {
  about: string;
  machine: Machine;
  folder: string;
  prefix: string;
  /** The group that may use them on Debian. */
  group: string;
  /** What to do where there is none. */
  mend: string;
}

async function checkNodes({ about, machine, folder, prefix, group, mend }: Nodes): Promise<Finding[]> {
  const names = await nodes(machine, folder, prefix);
  if (names.length === 0) return [{ level: 'fail', about, text: `there is no ${folder}/${prefix}*`, mend }];
  return Promise.all(
    names.map(async (name) => {
      const path = `${folder}/${name}`;
      return nodeFinding(about, path, await accessTo(pathOn(machine, path), true), group, mend);
    }),
  );
}

async function nodes(machine: Machine, folder: string, prefix: string): Promise<string[]> {
  const names = await readdir(pathOn(machine, folder)).catch(() => []);
  return names.filter((name) => name.startsWith(prefix) && /^\d+$/.test(name.slice(prefix.length))).sort();
}

function nodeFinding(
  about: string,
  path: string,
  found: 'ok' | 'missing' | 'denied',
  group: string,
  mend: string,
): Finding {
  if (found === 'ok') return { level: 'ok', about, text: path };
  if (found === 'missing') return { level: 'fail', about, text: `${path} does not exist`, mend };
  const text = `this user may not use ${path}`;
  return { level: 'fail', about, text, mend: `add this user to the group "${group}"` };
}
