// Finds where a chip's lines begin in the kernel's global numbering, which is what /sys/class/gpio wants: 0 on
// old kernels, 512 since Linux 6.6 on a Raspberry Pi 4, others elsewhere.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { KalitkaError } from '../system/errors.js';

/** A GPIO chip as /sys/class/gpio shows it. */
export interface SysfsChip {
  label: string;
  /** Global number of its first line. */
  base: number;
  /** How many lines it has. */
  lines: number;
}

/** Where the kernel shows GPIO to files; onoff knows no other place. */
export const SYSFS_GPIO = '/sys/class/gpio';

/**
 * All chips, by their base. A chip that vanishes while it is read is left out.
 * @param root `/sys/class/gpio`, or a test's copy
 * @throws KalitkaError `GPIO_NO_SYSFS` where the kernel has no such interface, `GPIO_NO_PERMISSION`
 */
export async function sysfsChips(root: string = SYSFS_GPIO): Promise<SysfsChip[]> {
  let names: string[];
  try {
    names = await readdir(root);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EACCES') {
      throw new KalitkaError('GPIO_NO_PERMISSION', `no permission to read ${root}`, { cause });
    }
    throw new KalitkaError(
      'GPIO_NO_SYSFS',
      `this kernel has no ${root}: set backend = "chardev" or "auto" under [gpio]`,
      { cause },
    );
  }
  const chips: SysfsChip[] = [];
  for (const name of names.filter((entry) => entry.startsWith('gpiochip'))) {
    const read = (file: string): Promise<string> => readFile(join(root, name, file), 'utf8');
    try {
      const [label, base, lines] = await Promise.all([read('label'), read('base'), read('ngpio')]);
      const chip = { label: label.trim(), base: Number.parseInt(base), lines: Number.parseInt(lines) };
      if (chip.base >= 0 && chip.lines > 0) chips.push(chip);
    } catch {
      continue;
    }
  }
  return chips.sort((a, b) => a.base - b.base);
}
