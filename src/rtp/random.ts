// Randomness comes in through this type, so that tests can hold it still.
import { randomBytes } from 'node:crypto';

/** Uniform in [0, 1). What names our streams must not be guessable (RFC 3550, section 9): no `Math.random`. */
export type Random = () => number;

/** The machine's source, 32 bits a call. */
export const secureRandom: Random = () => randomBytes(4).readUInt32BE(0) / 2 ** 32;

/** A whole number of `bits` bits (at most 32). */
export function randomBits(random: Random, bits: number): number {
  return Math.floor(random() * 2 ** bits);
}
