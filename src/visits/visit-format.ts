// How a visit stands in the file: one JSON object a line.
import { z } from 'zod';
import type { Visit } from '../panel/state.js';

const record = z.object({
  at: z.iso.datetime(),
  caller: z.object({ name: z.string(), uri: z.string() }),
  outcome: z.enum(['answered', 'missed', 'declined', 'elsewhere', 'busy']),
  durationMs: z.number().nonnegative(),
  opened: z.array(z.string()),
});

/** A line with its end. */
export function formatVisit(visit: Visit): string {
  return `${JSON.stringify({ ...visit, at: new Date(visit.at).toISOString() })}\n`;
}

/** The visits in a file's text, and how many of its lines are none. Never throws. */
export function parseVisits(text: string): { visits: Visit[]; damaged: number } {
  const visits: Visit[] = [];
  let damaged = 0;
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    const parsed = record.safeParse(parseJson(line));
    if (parsed.success) visits.push({ ...parsed.data, at: Date.parse(parsed.data.at) });
    else damaged += 1;
  }
  return { visits, damaged };
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
