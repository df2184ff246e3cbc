// Names come from the network: here they become something that the fonts can draw on one line.
import type { Caller } from '../../panel/ports.js';

/**
 * What Inter has no glyph for, or what is no text: all but Latin, Greek, Cyrillic, their punctuation and a few signs.
 * A test holds this against the fonts.
 */
const undrawable =
  /[^\u0020-\u007e\u00a1-\u00ac\u00ae-\u0148\u014a-\u017f\u0386\u0388-\u038a\u038c\u038e-\u03a1\u03a3-\u03ce\u0400-\u0479\u0480\u0481\u048a-\u049d\u04a0-\u04ff\u2010-\u2027\u2030\u2039\u203a\u20ac\u20bd\u2116\u2122]/gu;

/** Longest text worth laying out; the label puts its dots far earlier. */
const MAX_LENGTH = 100;

/** The text without what cannot be drawn (emoji, controls, other scripts), white space collapsed; may be empty. */
export function readable(text: string): string {
  return text
    .slice(0, 4 * MAX_LENGTH)
    .normalize('NFC')
    .replace(/\s+/gu, ' ')
    .replace(undrawable, '')
    .replace(/ +/g, ' ')
    .trim()
    .slice(0, MAX_LENGTH);
}

/** The caller's name as it can be drawn: the name, else the user part of the address, else the whole address. */
export function callerName(caller: Caller): string {
  const user = /^sips?:([^@;>]+)@/i.exec(caller.uri)?.[1] ?? '';
  return readable(caller.name) || readable(user) || readable(caller.uri) || '?';
}
