// Is that really the station's picture on the panel's screen? Compares pixels with the colours that were sent.
import { readFileSync } from 'node:fs';
import { sceneSamples, sceneSize } from './scene.js';

/** A picture of raw BGRX rows. */
export interface RawPicture {
  width: number;
  height: number;
  data: Buffer;
}

/** Reads the panel's screen. Throws what `fs` throws. */
export function readScreen(file: string, size: { width: number; height: number }): RawPicture {
  return { ...size, data: readFileSync(file) };
}

/** How far a colour may be off in each channel: H.264 at 2 Mbit/s, two colour conversions and scaling. */
const tolerance = 28;

/** How the picture may have been fitted to the screen. */
const fits = {
  fill: (w: number, h: number) => ({ x: w / sceneSize.width, y: h / sceneSize.height }),
  cover: (w: number, h: number) => same(Math.max(w / sceneSize.width, h / sceneSize.height)),
  contain: (w: number, h: number) => same(Math.min(w / sceneSize.width, h / sceneSize.height)),
};
const same = (scale: number): { x: number; y: number } => ({ x: scale, y: scale });

/**
 * The share of the scene's known places, 0..1, that have their colour on the screen. Some are always covered by the
 * panel's own buttons; a screen without the picture has next to none.
 */
export function sceneShare({ width, height, data }: RawPicture): number {
  const shares = Object.values(fits).map((fit) => {
    const scale = fit(width, height);
    const left = (width - sceneSize.width * scale.x) / 2;
    const top = (height - sceneSize.height * scale.y) / 2;
    const matching = sceneSamples.filter((sample) => {
      const x = Math.round(left + sample.x * scale.x);
      const y = Math.round(top + sample.y * scale.y);
      if (x < 0 || y < 0 || x >= width || y >= height) return false;
      const at = (y * width + x) * 4;
      return [0, 1, 2].every(
        (channel) =>
          Math.abs(data.readUInt8(at + channel) - ((sample.colour >> (8 * channel)) & 0xff)) <= tolerance,
      );
    });
    return matching.length / sceneSamples.length;
  });
  return Math.max(...shares);
}

/** The share of pixels, 0..1, that differ visibly between two pictures of the same size. */
export function changedShare(one: RawPicture, other: RawPicture): number {
  let changed = 0;
  for (let i = 0; i + 3 < one.data.length; i += 4) {
    const moved = [0, 1, 2].some(
      (channel) => Math.abs(one.data.readUInt8(i + channel) - other.data.readUInt8(i + channel)) > tolerance,
    );
    if (moved) changed += 1;
  }
  return changed / (one.width * one.height);
}
