// Lengths that are not px, as LVGL writes them into a coordinate (lv_area.h).
import { LvglError } from './error.js';

/** LV_COORD_TYPE_SPEC: the bit that says "not px". */
const SPECIAL = 1 << 29;
/** LV_PCT_POS_MAX: percentages below zero are counted up from here. */
const LARGEST_PERCENTAGE = ((1 << 29) - 2) / 2;

/**
 * A length in percent of the parent's; a translation, in percent of the object's own size.
 * @param value a whole number, -1000 to 1000
 * @throws LvglError LV_BAD_ARGUMENT
 */
export function pct(value: number): number {
  if (!Number.isInteger(value) || Math.abs(value) > 1000)
    throw new LvglError('LV_BAD_ARGUMENT', `a percentage is a whole number from -1000 to 1000, not ${value}`);
  return SPECIAL | (value < 0 ? LARGEST_PERCENTAGE - value : value);
}

/** A width or height: as large as the content. */
export const sizeContent: number = SPECIAL | ((1 << 29) - 1);

/** A radius that makes a circle, or a pill, of any size. */
export const radiusCircle = 0x7fff;
