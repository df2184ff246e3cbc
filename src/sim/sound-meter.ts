// Measures what the door station hears: level and frequency of a G.711 stream, without any media library.

/** G.711 works at 8000 samples a second. */
export const sampleRate = 8000;

/** One byte of G.711 µ-law (ITU-T G.711, table 2a) as a sample of -1..1. */
function muLawSample(byte: number): number {
  const bits = ~byte & 0xff;
  const magnitude = ((((bits & 0x0f) << 3) + 0x84) << ((bits & 0x70) >> 4)) - 0x84;
  return (bits & 0x80 ? -magnitude : magnitude) / 32_768;
}

const muLawTable = Float32Array.from({ length: 256 }, (_, byte) => muLawSample(byte));

/** Decodes PCMU to samples of -1..1. */
export function decodePcmu(payload: Uint8Array): Float32Array {
  return Float32Array.from(payload, (byte) => muLawTable[byte] ?? 0);
}

/** Mean square of samples: their power, 0..1. */
function power(samples: Float32Array): number {
  let sum = 0;
  for (const s of samples) sum += s * s;
  return samples.length === 0 ? 0 : sum / samples.length;
}

/** Level in dBFS RMS; a full-scale sine is -3 dBFS; -Infinity for digital silence. */
export function level(samples: Float32Array): number {
  return 10 * Math.log10(power(samples));
}

/**
 * How much of the signal's power is in one frequency, 0..1, by the Goertzel algorithm.
 * The window should hold at least 100 ms.
 * @param hz the frequency looked for
 */
export function toneShare(samples: Float32Array, hz: number, rate: number = sampleRate): number {
  const total = power(samples);
  if (total === 0) return 0;
  const coefficient = 2 * Math.cos((2 * Math.PI * hz) / rate);
  let [one, two] = [0, 0];
  for (const s of samples) [one, two] = [s + coefficient * one - two, one];
  const n = samples.length;
  const tone = (2 * (one * one + two * two - coefficient * one * two)) / (n * n);
  return Math.min(1, tone / total);
}

/** What was heard lately. */
export interface Sound {
  /** dBFS RMS. */
  level: number;
  /** Hz: the strongest frequency between 100 and 3500 Hz, to 10 Hz. */
  frequency: number;
  /** How much of the power that frequency has, 0..1. */
  share: number;
}

/** Keeps the last half second of a PCMU stream. */
export class SoundMeter {
  readonly #ring = new Float32Array(sampleRate / 2);
  #count = 0;

  /** Takes the payload of one packet. */
  push(payload: Uint8Array): void {
    for (const byte of payload) this.#ring[this.#count++ % this.#ring.length] = muLawTable[byte] ?? 0;
  }

  /** Forgets everything heard. */
  clear(): void {
    this.#count = 0;
  }

  /** Null until a quarter of a second was heard. */
  measure(): Sound | null {
    if (this.#count < this.#ring.length / 2) return null;
    return measureSound(this.samples(), sampleRate);
  }

  /** What was heard, oldest first. */
  samples(): Float32Array {
    const { length } = this.#ring;
    if (this.#count <= length) return this.#ring.slice(0, this.#count);
    const head = this.#count % length;
    const out = new Float32Array(length);
    out.set(this.#ring.subarray(head));
    out.set(this.#ring.subarray(0, head), length - head);
    return out;
  }
}

/** Level and strongest frequency of samples of -1..1. */
export function measureSound(samples: Float32Array, rate: number): Sound {
  let best = { frequency: 0, share: 0 };
  for (let hz = 100; hz <= 3500; hz += 10) {
    const share = toneShare(samples, hz, rate);
    if (share > best.share) best = { frequency: hz, share };
  }
  return { level: level(samples), ...best };
}
