// Reads the end of a WAV file that is still being written: what the panel's loudspeaker has just played.
import { readFileSync } from 'node:fs';

/** The last samples of a 16-bit PCM WAV. */
export interface WavTail {
  /** Hz. */
  rate: number;
  /** First channel, -1..1. */
  samples: Float32Array;
}

/**
 * Reads the last part of a 16-bit PCM WAV; sizes in its headers are not trusted, they are written last.
 * @param ms how much
 * @returns null where there is no such file, or less sound in it
 */
export function readWavTail(file: string, ms: number): WavTail | null {
  let data: Buffer;
  try {
    data = readFileSync(file);
  } catch {
    return null;
  }
  const format = data.indexOf('fmt ');
  const start = data.indexOf('data');
  if (
    data.toString('latin1', 0, 4) !== 'RIFF' ||
    format < 0 ||
    start < 0 ||
    data.readUInt16LE(format + 22) !== 16
  ) {
    return null;
  }
  const channels = data.readUInt16LE(format + 10);
  const rate = data.readUInt32LE(format + 12);
  const frame = 2 * channels;
  const count = Math.round((rate * ms) / 1000);
  const frames = Math.floor((data.length - start - 8) / frame);
  if (frames < count) return null;
  const first = start + 8 + (frames - count) * frame;
  return {
    rate,
    samples: Float32Array.from({ length: count }, (_, i) => data.readInt16LE(first + i * frame) / 32_768),
  };
}
