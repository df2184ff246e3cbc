// Sound as numbers: decoding of G.711, level, and the strength of one frequency.

/** µ-law to linear, full scale = 1 (ITU-T G.711). */
export function decodePcmu(bytes: Uint8Array): Float64Array {
  return Float64Array.from(bytes, (byte) => {
    const u = ~byte & 0xff;
    const magnitude = ((((u & 0x0f) << 3) + 0x84) << ((u >> 4) & 7)) - 0x84;
    return (u & 0x80 ? -magnitude : magnitude) / 32_768;
  });
}

/** A-law to linear, full scale = 1 (ITU-T G.711). */
export function decodePcma(bytes: Uint8Array): Float64Array {
  return Float64Array.from(bytes, (byte) => {
    const a = byte ^ 0x55;
    const exponent = (a >> 4) & 7;
    const base = ((a & 0x0f) << 4) + 8;
    const magnitude = exponent === 0 ? base : (base + 0x100) << (exponent - 1);
    return (a & 0x80 ? magnitude : -magnitude) / 32_768;
  });
}

/** RMS, dBFS (a full-scale square wave is 0). */
export function rms(samples: Float64Array): number {
  const power = samples.reduce((sum, s) => sum + s * s, 0) / samples.length;
  return 10 * Math.log10(power + 1e-12);
}

/** Share of the signal's power at `hz`, 0 to 1 (Goertzel). */
export function shareAt(samples: Float64Array, hz: number, rate = 8000): number {
  const w = (2 * Math.PI * hz) / rate;
  let [s1, s2] = [0, 0];
  for (const s of samples) [s1, s2] = [s + 2 * Math.cos(w) * s1 - s2, s1];
  const power = s1 * s1 + s2 * s2 - 2 * Math.cos(w) * s1 * s2;
  const total = samples.reduce((sum, s) => sum + s * s, 0);
  return total === 0 ? 0 : (2 * power) / (total * samples.length);
}

/** Samples of a WAV file of 16-bit mono. @throws Error where its header is not right */
export function readWav(file: Buffer): { rate: number; samples: Float64Array } {
  const dataBytes = file.readUInt32LE(40);
  const right =
    file.toString('latin1', 0, 4) === 'RIFF' &&
    file.toString('latin1', 8, 16) === 'WAVEfmt ' &&
    file.readUInt16LE(20) === 1 &&
    file.readUInt16LE(22) === 1 &&
    file.readUInt16LE(34) === 16 &&
    file.readUInt32LE(4) === dataBytes + 36 &&
    file.length >= dataBytes + 44;
  if (!right) throw new Error('not a WAV file as it should be');
  const samples = new Float64Array(dataBytes / 2);
  for (let i = 0; i < samples.length; i++) samples[i] = file.readInt16LE(44 + 2 * i) / 32_768;
  return { rate: file.readUInt32LE(24), samples };
}
