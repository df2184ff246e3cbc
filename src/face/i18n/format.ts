// Dates, times and durations in words and digits, in the time zone of the process.

const two = (n: number): string => String(n).padStart(2, '0');

/** Time of day, `HH:MM`, 24 hours. @param wall ms since the epoch */
export function timeOfDay(wall: number): string {
  const date = new Date(wall);
  return `${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** The date in words, such as `вторник, 24 ноября`. @param wall ms since the epoch */
export function dateInWords(wall: number, locale: string): string {
  const date = new Date(wall);
  const weekday = date.toLocaleDateString(locale, { weekday: 'long' });
  const day = date.toLocaleDateString(locale, { day: 'numeric', month: 'long' });
  return `${weekday}, ${day}`;
}

/** A duration, `MM:SS`, from an hour on `H:MM:SS`. @param ms negative counts as 0 */
export function duration(ms: number): string {
  const seconds = Math.floor(Math.max(0, ms) / 1000);
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${two(m)}:${two(s)}`;
}
