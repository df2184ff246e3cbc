// Which of a machine's GPIO chips has the lines that a person can wire.
import { KalitkaError } from '../system/errors.js';

/**
 * Labels of the chips whose lines are on the 40-pin header, as the kernel's drivers name them: Raspberry Pi 5,
 * 4, and older ones.
 */
const HEADER_LABELS = ['pinctrl-rp1', 'pinctrl-bcm2711', 'pinctrl-bcm2835'];

/** The kernel's own simulated chips (`gpio-sim`, `gpio-mockup`): nothing can be wired wrong there. */
const SIMULATED_LABEL = /^gpio-(sim|mockup)\b/;

/**
 * The chip to use. One that is not known is never touched, whoever asks: on a PC or another board its lines may
 * hold a regulator or a reset.
 * @throws KalitkaError `GPIO_NO_CHIP`
 */
export function headerChip<Chip extends { label: string }>(chips: readonly Chip[]): Chip {
  const chip =
    HEADER_LABELS.map((label) => chips.find((candidate) => candidate.label === label)).find(Boolean) ??
    chips.find((candidate) => SIMULATED_LABEL.test(candidate.label));
  if (chip) return chip;
  const labels = chips.map((candidate) => candidate.label).join(', ');
  throw new KalitkaError(
    'GPIO_NO_CHIP',
    `this machine has no GPIO chip of a 40-pin header (it has: ${labels || 'none'}): run on a Raspberry Pi, ` +
      'or set backend = "none" under [gpio] if nothing is wired',
  );
}
