// Doctor: the native addon, GStreamer's elements, and the sound card.
import { readdir } from 'node:fs/promises';
import type { Settings } from '../../config/schema.js';
import { errorText } from '../../system/errors.js';
import { accessTo, pathOn, textOf, type Finding, type Machine } from './finding.js';

/** Every GStreamer element that the face may need is there, a line for each that is not. */
export async function checkGStreamer(): Promise<Finding[]> {
  const about = 'gstreamer';
  try {
    const { findMissingElements } = await import('../../face/media/plugins.js');
    const missing = await findMissingElements();
    if (missing.length === 0) return [{ level: 'ok', about, text: 'every element is there' }];
    return missing.map((part) => ({
      level: 'fail',
      about,
      text: `element ${part.element} is missing`,
      mend: `apt-get install ${part.package}`,
    }));
  } catch (error) {
    const mend =
      'apt-get install gstreamer1.0-plugins-base libgstreamer1.0-0, then npm rebuild gstreamer-superficial';
    return [{ level: 'fail', about, text: `cannot be loaded: ${errorText(error)}`, mend }];
  }
}

/** LVGL and the GPIO lines are reached through an addon that is built on this machine. */
export async function checkAddon(): Promise<Finding> {
  const about = 'addon';
  try {
    const { native } = await import('../../../hw/native.js');
    native();
    return { level: 'ok', about, text: 'the native addon can be loaded' };
  } catch (error) {
    return { level: 'fail', about, text: errorText(error), mend: 'npm run build' };
  }
}

/** The ALSA devices of the configuration can exist on this machine, and this user may use them. */
export async function checkSound({ audio }: Settings, machine: Machine): Promise<Finding[]> {
  const pcms = parsePcms((await textOf(machine, '/proc/asound/pcm')) ?? '');
  const cards = parseCards((await textOf(machine, '/proc/asound/cards')) ?? '');
  const findings: Finding[] = [];
  for (const [way, setting] of [
    ['capture', audio.input],
    ['playback', audio.output],
  ] as const) {
    const about = way === 'capture' ? 'microphone' : 'loudspeaker';
    if (!setting.startsWith('alsa:')) {
      findings.push({ level: 'ok', about, text: `${setting}: no sound card needed` });
      continue;
    }
    findings.push(checkPcm(about, way, setting.slice('alsa:'.length), pcms, cards));
  }
  if (findings.every(({ level, text }) => level === 'ok' && text.endsWith('needed'))) return findings;
  return [...findings, ...(await checkSoundAccess(machine))];
}

function checkPcm(
  about: string,
  way: 'capture' | 'playback',
  device: string,
  pcms: readonly Pcm[],
  cards: ReadonlyMap<number, string>,
): Finding {
  const usable = pcms.filter((pcm) => pcm[way]);
  const list = way === 'capture' ? 'arecord -L' : 'aplay -L';
  const setting = way === 'capture' ? 'audio.input' : 'audio.output';
  const mend = `plug in a sound card, or set ${setting} ("${list}" lists the devices; "none" for no sound)`;
  if (usable.length === 0) return { level: 'fail', about, text: `no sound card for ${way}`, mend };
  const wanted = /^(?:plug)?(?:hw|dmix|dsnoop|sysdefault|front):(?:CARD=)?([A-Za-z0-9_]+)/.exec(device)?.[1];
  const fits = usable.filter(
    ({ card }) => wanted === undefined || String(card) === wanted || cards.get(card) === wanted,
  );
  const names = [...new Set(usable.map(({ card }) => `${card} (${cards.get(card) ?? 'unknown'})`))].join(
    ', ',
  );
  if (fits.length === 0)
    return { level: 'fail', about, text: `no card "${wanted}"; there are: ${names}`, mend };
  return { level: 'ok', about, text: `alsa:${device}; cards: ${names}` };
}

async function checkSoundAccess(machine: Machine): Promise<Finding[]> {
  const folder = pathOn(machine, '/dev/snd');
  const files = await readdir(folder).catch(() => []);
  for (const file of files.filter((name) => name.startsWith('pcm'))) {
    if ((await accessTo(`${folder}/${file}`, true)) === 'denied') {
      const mend = 'add this user to the group "audio"';
      return [{ level: 'fail', about: 'sound', text: `this user may not use /dev/snd/${file}`, mend }];
    }
  }
  return [];
}

interface Pcm {
  card: number;
  capture: boolean;
  playback: boolean;
}

/** `/proc/asound/pcm`: `00-00: bcm2835 : bcm2835 : playback 8` */
function parsePcms(text: string): Pcm[] {
  return text
    .split('\n')
    .filter((line) => /^\d+-\d+:/.test(line))
    .map((line) => ({
      card: Number.parseInt(line, 10),
      capture: / capture \d/.test(line),
      playback: / playback \d/.test(line),
    }));
}

/** `/proc/asound/cards`: ` 0 [Headphones     ]: bcm2835 - ...` */
function parseCards(text: string): Map<number, string> {
  return new Map(
    [...text.matchAll(/^\s*(\d+) \[(\S+)\s*\]/gm)].map(([, card, name]) => [Number(card), name ?? '']),
  );
}
