// Names that must not repeat, made from the random source that was handed in.
import { randomInt } from 'node:crypto';

const letters = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** The machine's good randomness, in [0, 1). */
export const systemRandom = (): number => randomInt(2 ** 32) / 2 ** 32;

/** `length` letters and digits. */
export function randomToken(random: () => number, length: number): string {
  let token = '';
  while (token.length < length) token += letters.charAt(Math.floor(random() * letters.length));
  return token;
}
