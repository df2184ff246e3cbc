// Settings that the schema knows and this version cannot do yet: told plainly instead of failing later.
import type { Config } from '../config/schema.js';
import type { Path } from '../config/toml.js';
import { KalitkaError } from '../system/errors.js';

/**
 * @param where `FILE:LINE: KEY` of a setting
 * @throws KalitkaError `CONFIG_NOT_BUILT` with a line for each such setting
 */
export function refuseUnbuilt(config: Config, where: (path: Path) => string): void {
  const problems: string[] = [];
  const check = (path: Path, value: string, built: string): void => {
    if (value !== built) {
      problems.push(`${where(path)}: "${value}" is not in this version yet; use "${built}"`);
    }
  };
  check(['sip', 'transport'], config.sip.transport, 'udp');
  check(['display', 'driver'], config.display.driver, 'memory');
  if (problems.length > 0) throw new KalitkaError('CONFIG_NOT_BUILT', problems.join('\n'));
}
