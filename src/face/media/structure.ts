// Reads what GStreamer's statistics give as text.

/** A counter of a structure's text, e.g. `num-pushed=(guint64)481`; 0 where it is not there. */
export function readCounter(structure: unknown, field: string): number {
  const match =
    typeof structure === 'string' ? new RegExp(`[ ,]${field}=\\(\\w+\\)(\\d+)`).exec(structure) : null;
  return Number(match?.[1] ?? 0);
}

/** The mean of an array's text, e.g. `< -16.99, -17.3 >`; null where there is no number. */
export function readMean(array: unknown): number | null {
  if (typeof array !== 'string') return null;
  const values = array.replace(/[<>]/g, ' ').split(',').map(Number);
  const sum = values.reduce((total, value) => total + value, 0);
  return Number.isNaN(sum) || values.length === 0 ? null : sum / values.length;
}
