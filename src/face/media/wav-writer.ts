// Writes sound to a WAV file that is valid at every moment: whoever kills us in mid-call still has a recording.
import { closeSync, fstatSync, openSync, writeSync } from 'node:fs';
import { errorText, KalitkaError } from '../../system/errors.js';

const HEADER_BYTES = 44;

/** A recording: signed 16-bit little-endian samples, one channel. */
export class WavWriter {
  #file: number | null = null;
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
      writeSync(this.#file, wavHeader(rate));
      this.#dataBytes = 0;
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
    writeSync(this.#file, uint32(this.#dataBytes + HEADER_BYTES - 8), 0, 4, 4);
    writeSync(this.#file, uint32(this.#dataBytes), 0, 4, 40);
  }

  /** Idempotent. */
  close(): void {
    if (this.#file !== null) closeSync(this.#file);
    this.#file = null;
  }
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  // 4 GiB are 74 hours of a call
  bytes.writeUInt32LE(Math.min(value, 0xffffffff));
  return bytes;
}

/** RIFF/WAVE, format 1 (PCM), no data yet. */
function wavHeader(rate: number): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.write('RIFF', 0, 'latin1');
  header.writeUInt32LE(HEADER_BYTES - 8, 4);
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(rate, 24);
  header.writeUInt32LE(rate * 2, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36, 'latin1');
  return header;
}
