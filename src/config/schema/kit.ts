// What the parts of the schema are built from, and what each setting says of itself.
import { z } from 'zod';
import * as syntax from '../syntax.js';

declare module 'zod' {
  interface GlobalMeta {
    /** What fits, in words, where the type alone does not say it. */
    allowed?: string;
    /** Keeps the value out of every message. */
    secret?: true;
  }
}

/**
 * A rule across several settings: told in its own words, and checked beside all other mistakes, so that it may meet
 * values of any type.
 */
export const contradiction = (error: string) => ({ error, params: { rule: true }, when: () => true });

/** Whether no two values are the same; those that are missing do not count. */
export function distinct(values: readonly unknown[]): boolean {
  const given = values.filter((value) => value !== undefined);
  return new Set(given).size === given.length;
}

/** Text of a certain form. */
export const text = (pattern: RegExp) => z.string().regex(pattern);

/** An absolute path. */
export const path = () => z.string().refine(syntax.isPath);

/** A whole number within limits, both allowed. */
export const whole = (min: number, max: number) => z.int().min(min).max(max);

/** `allowed` of a path. */
export const PATH = 'an absolute path, such as "/var/lib/kalitka"';
