// Remembers the newest level that a `level` element told.
import type { BusMessage } from 'gstreamer-superficial';
import type { Clock } from '../../system/clock.js';
import { readMean } from './structure.js';

/** Between two messages of the element, ms. */
export const LEVEL_INTERVAL_MS = 1_000;
/** Digital silence would be minus infinity, which JSON does not have, dBFS. */
const FLOOR = -100;

export class LevelMeter {
  #level: { value: number; at: number } | null = null;

  constructor(private readonly clock: Clock) {}

  /** Takes every message of the bus, keeps those of its concern. */
  onMessage(message: BusMessage): void {
    if (message.type !== 'element' || message.name !== 'level') return;
    const mean = readMean(message.rms);
    if (mean !== null) this.#level = { value: Math.max(FLOOR, mean), at: this.clock.steady() };
  }

  /** dBFS RMS of the last second; null where no sound has come of late. */
  get value(): number | null {
    const level = this.#level;
    return level && this.clock.steady() - level.at < 2.5 * LEVEL_INTERVAL_MS ? level.value : null;
  }

  reset(): void {
    this.#level = null;
  }
}
