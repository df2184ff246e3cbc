// How the LED and the chime look in time: pure functions of the time since the pattern began.
import type { ChimePattern, LedPattern } from '../panel/ports.js';

/** A level in time: durations in ms, on first, then off, and so on in turn, over and over. */
export interface Pattern {
  /** ms; an even count, or exactly one entry `Infinity` for a level that stays on; none = off. */
  readonly steps: readonly number[];
  /** ms after which the output stays off whatever the steps say. */
  readonly limit?: number;
}

/** Level of an output, and when it changes. */
export interface PatternPoint {
  on: boolean;
  /** ms since the pattern's begin of the next change; null = never. */
  nextChange: number | null;
}

/** What each LED pattern looks like. None flashes more than 3 times a second (WCAG 2.3.1). */
export const ledPatterns: Readonly<Record<LedPattern, Pattern>> = {
  off: { steps: [] },
  on: { steps: [Infinity] },
  slow: { steps: [1000, 1000] },
  fast: { steps: [200, 200] },
  double: { steps: [100, 200, 100, 1600] },
};

/**
 * What each chime pattern sounds like. The coil of a chime is made for short strokes and burns out when it is
 * held, so a stroke is 1 s, and the ringing ends after 2 minutes even if nobody ends it.
 */
export const chimePatterns: Readonly<Record<ChimePattern, Pattern>> = {
  off: { steps: [] },
  ringing: { steps: [1000, 2000], limit: 120_000 },
};

/**
 * Where a pattern stands.
 * @param elapsed ms since the pattern began, 0 or more
 */
export function patternAt(pattern: Pattern, elapsed: number): PatternPoint {
  const { steps, limit = Infinity } = pattern;
  const period = steps.reduce((sum, step) => sum + step, 0);
  if (period === 0 || elapsed >= limit) return { on: false, nextChange: null };
  if (period === Infinity) return { on: true, nextChange: limit === Infinity ? null : limit };
  let end = elapsed - (elapsed % period);
  let on = false;
  for (const step of steps) {
    on = !on;
    end += step;
    if (elapsed < end) break;
  }
  return { on, nextChange: Math.min(end, limit) };
}
