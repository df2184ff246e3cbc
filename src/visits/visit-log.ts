// Who was at the door: the last visits, in memory and in a file that survives the power going.
import { mkdir, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Visit } from '../panel/state.js';
import { writeFileAtomically } from '../system/atomic-file.js';
import { errorText, KalitkaError } from '../system/errors.js';
import type { Log } from '../system/log.js';
import { formatVisit, parseVisits } from './visit-format.js';

/** Visits kept unless told otherwise; older ones go. */
const LIMIT = 1000;

/** A file larger than this was not written by us, bytes. */
const MAX_BYTES = 4 * 1024 * 1024;

export interface VisitLogOptions {
  /** Where `visits.jsonl` is kept; made where it is missing. */
  directory: string;
  log: Log;
  /** The totals have changed. Must not throw. */
  onChange?: () => void;
  /** How many visits are kept. */
  limit?: number;
}

/** Figures for the status. */
export interface VisitTotals {
  /** Visits kept. */
  total: number;
  /** Those of them that nobody answered. */
  missed: number;
  /** Those of them that are not on the disk, because it is full, read-only or gone. */
  unwritten: number;
}

/**
 * The visit log. A disk that cannot be written or read never disturbs a call: it is told once, counted, and tried
 * again with the next visit. The whole file (some 100 kB) is replaced each time, so it is never half written.
 */
export class VisitLog {
  readonly #path: string;
  readonly #limit: number;
  #visits: Visit[] = [];
  /** Visits ever recorded, and how many of those the disk has: the newest are the ones it lacks. */
  #recorded = 0;
  #written = 0;
  #failing = false;
  #running = false;
  #writing: Promise<void> | undefined;

  constructor(private readonly options: VisitLogOptions) {
    this.#path = join(options.directory, 'visits.jsonl');
    this.#limit = options.limit ?? LIMIT;
  }

  get totals(): VisitTotals {
    const missed = this.#visits.filter(({ outcome }) => outcome === 'missed').length;
    return { total: this.#visits.length, missed, unwritten: this.#unwritten };
  }

  get #unwritten(): number {
    return Math.min(this.#recorded - this.#written, this.#visits.length);
  }

  /** The visits kept, oldest first. */
  get visits(): readonly Visit[] {
    return this.#visits;
  }

  /** Reads what earlier runs have kept. Never throws: a damaged file is put aside as `visits.jsonl.damaged`. */
  async start(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    this.#visits = [];
    this.#recorded = 0;
    this.#written = 0;
    try {
      await mkdir(this.options.directory, { recursive: true, mode: 0o750 });
      await this.#read();
    } catch (error) {
      this.#failed(error);
    }
    this.options.onChange?.();
  }

  /** Waits until everything is on the disk, or has failed to get there. Idempotent. */
  async stop(): Promise<void> {
    if (!this.#running) return;
    this.#running = false;
    await this.#writing;
    if (this.#unwritten > 0) await this.#write();
  }

  /** Keeps a visit; the disk follows. */
  record(visit: Visit): void {
    if (!this.#running) return;
    this.#visits = [...this.#visits, visit].slice(-this.#limit);
    this.#recorded += 1;
    this.options.onChange?.();
    this.#writing ??= this.#writeAll();
  }

  async #writeAll(): Promise<void> {
    // one that came while the last was written
    for (let before = -1; this.#unwritten > 0 && this.#unwritten !== before;) {
      before = this.#unwritten;
      await this.#write();
    }
    this.#writing = undefined;
  }

  async #write(): Promise<void> {
    const visits = this.#visits;
    const recorded = this.#recorded;
    try {
      await writeFileAtomically(this.#path, visits.map(formatVisit).join(''), { mode: 0o640 });
      this.#written = recorded;
      if (this.#failing) this.options.log.info('the visit log can be written again');
      this.#failing = false;
    } catch (error) {
      this.#failed(error);
    }
    this.options.onChange?.();
  }

  async #read(): Promise<void> {
    let text: string;
    try {
      text = await readBounded(this.#path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
      await this.#putAside(errorText(error));
      return;
    }
    const { visits, damaged } = parseVisits(text);
    this.#visits = visits.slice(-this.#limit);
    if (damaged === 0) return;
    await this.#putAside(`${damaged} lines make no sense`);
    this.#recorded = this.#visits.length;
    await this.#write();
  }

  async #putAside(reason: string): Promise<void> {
    const aside = `${this.#path}.damaged`;
    await rename(this.#path, aside);
    const kept = this.#visits.length;
    this.options.log.warn('the visit log was damaged and put aside', { reason, aside, kept });
  }

  #failed(error: unknown): void {
    if (this.#failing) return;
    this.#failing = true;
    const hint = error instanceof KalitkaError ? '' : ` (storage.directory is ${this.options.directory})`;
    this.options.log.error('visits cannot be kept on the disk; calls go on', {
      error: errorText(error) + hint,
    });
  }
}

async function readBounded(path: string): Promise<string> {
  const file = await open(path, 'r');
  try {
    const stat = await file.stat();
    if (!stat.isFile()) throw new Error('it is not a file');
    if (stat.size > MAX_BYTES) throw new Error(`it is larger than ${MAX_BYTES} bytes`);
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}
