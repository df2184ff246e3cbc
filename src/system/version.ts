// The program's version, from the one place that states it.
import { readFileSync } from 'node:fs';

/** As in package.json, such as `1.0.0`. */
export function version(): string {
  // .build/src/system/version.js -> package.json
  const text = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
