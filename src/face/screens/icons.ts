// The icons in use, by the names of the lucide font; their code points are read from the font's own table.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { KalitkaError } from '../../system/errors.js';

const names = [
  'bell-off',
  'bell-ring',
  'check',
  'cloud-off',
  'key-round',
  'loader-circle',
  'mic',
  'mic-off',
  'pause',
  'phone',
  'phone-call',
  'phone-missed',
  'phone-off',
  'phone-outgoing',
  'shield-alert',
  'triangle-alert',
  'unplug',
  'video',
  'video-off',
] as const;

export type IconName = (typeof names)[number];

const packages = createRequire(import.meta.url);

/** Path of the icon font. */
export const iconFontPath = packages.resolve('lucide-static/font/lucide.ttf');

/**
 * The character of each icon in the icon font.
 * @throws KalitkaError `FACE_NO_ICON` when the installed package lacks one of them
 */
export function loadIcons(): Record<IconName, string> {
  const table = JSON.parse(
    readFileSync(packages.resolve('lucide-static/font/codepoints.json'), 'utf8'),
  ) as Record<string, number | undefined>;
  const icons = {} as Record<IconName, string>;
  for (const name of names) {
    const codePoint = table[name];
    if (codePoint === undefined)
      throw new KalitkaError('FACE_NO_ICON', `lucide-static has no icon "${name}": run npm ci`);
    icons[name] = String.fromCodePoint(codePoint);
  }
  return icons;
}
