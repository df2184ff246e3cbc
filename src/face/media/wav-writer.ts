// Writes sound to a WAV file that is valid at every moment: whoever kills us in mid-call still has a recording.
import { closeSync, fstatSync, openSync, writeSync } from 'node:fs';
import { errorText, KalitkaError } from '../../system/errors.js';

const HEADER_BYTES = 44;

/** A recording: signed 16-bit little-endian samples, one channel. */
export class WavWriter {
  #file: number | null = null;
  #rate = 0;
  #dataBytes = 0;

  /**
   * Creates the file, or empties the one that is there.
   * @param rate Hz
   * @throws KalitkaError `WAV_OPEN`
   */
  open(path: string, rate: number): void {
    try {
      this.#file = openSync(path, 'w');
      if (!fstatSync(this.#file).isFile()) throw new Error('not a regular file');
      this.#rate = rate;
      this.#dataBytes = 0;
      writeSync(this.#file, wavHeader(rate, 0));
    } catch (cause) {
      this.close();
      throw new KalitkaError('WAV_OPEN', `cannot write sound to ${path}: ${errorText(cause)}`, { cause });
    }
  }

  /**
   * Appends samples; nothing where no file is open.
   * @throws Error of the file system, e.g. ENOSPC
   */
  write(samples: Uint8Array): void {
    if (this.#file === null) return;
    writeSync(this.#file, samples, 0, samples.length, HEADER_BYTES + this.#dataBytes);
    this.#dataBytes += samples.length;
    // in one piece, so that nobody sees the half of it
    writeSync(this.#file, wavHeader(this.#rate, this.#dataBytes), 0, HEADER_BYTES, 0);
  }

  /** Idempotent. */
  close(): void {
    if (this.#file !== null) closeSync(this.#file);
    this.#file = null;
  }
}

/** RIFF/WAVE, format 1 (PCM). */
function wavHeader(rate: number, dataBytes: number): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.write('RIFF', 0, 'latin1');
  // the format ends at 4 GiB, 74 hours of a call
  header.writeUInt32LE(Math.min(dataBytes + HEADER_BYTES - 8, 0xffffffff), 4);
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(rate, 24);
  header.writeUInt32LE(rate * 2, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36, 'latin1');
  header.writeUInt32LE(Math.min(dataBytes, 0xffffffff), 40);
  return header;
}
