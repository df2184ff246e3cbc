// Synthetic pictures from a door station.
import type { Size } from './test-panel.js';

/** One colour everywhere, BGRx. */
export function flatFrame({ width, height }: Size, grey: number): Buffer {
  return Buffer.alloc(width * height * 4, grey);
}

const doors = new Map<string, Buffer>();

/** Somebody at a door: a wall, a bright doorway, a head and shoulders. `light` 0 (night) to 1 (noon). */
export function doorFrame({ width, height }: Size, light: number): Buffer {
  const key = `${width} ${height} ${light}`;
  const known = doors.get(key);
  if (known) return known;
  const frame = Buffer.alloc(width * height * 4);
  doors.set(key, frame);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [u, v] = [(x - width / 2) / height, y / height];
      let [red, green, blue] = [0.62 - 0.25 * v, 0.6 - 0.25 * v, 0.57 - 0.22 * v];
      if (Math.abs(u) < 0.34) [red, green, blue] = [0.82 - 0.3 * v, 0.86 - 0.3 * v, 0.92 - 0.3 * v];
      if (Math.abs(Math.abs(u) - 0.36) < 0.02) [red, green, blue] = [0.36, 0.27, 0.2];
      if (Math.hypot(u / 0.26, (v - 0.98) / 0.42) < 1) [red, green, blue] = [0.2, 0.3, 0.42];
      if (Math.hypot(u / 0.1, (v - 0.42) / 0.14) < 1) [red, green, blue] = [0.85, 0.66, 0.54];
      if (Math.hypot(u / 0.11, (v - 0.34) / 0.09) < 1 && v < 0.37) [red, green, blue] = [0.25, 0.18, 0.13];
      const at = (y * width + x) * 4;
      frame[at] = 255 * blue * light;
      frame[at + 1] = 255 * green * light;
      frame[at + 2] = 255 * red * light;
    }
  }
  return frame;
}
