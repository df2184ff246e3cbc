// Streams the panel's screen to pages: reads the file that the panel draws into, sends only what has changed.
import { closeSync, openSync, readSync } from 'node:fs';
import type { Clock, Timer } from '../system/clock.js';

/** Whoever looks at the screen. */
export interface Viewer {
  /** It has not drawn yet what it was sent: more would only make it show the past. */
  readonly busy: boolean;
  send(band: Uint8Array): void;
}

/** Rows that are compared and sent together. */
const bandRows = 8;
/** ms between two looks at the screen while it changes, and after a second in which it did not. */
const busyInterval = 33;
const calmInterval = 120;
/** ms until it is asked again whether a page has drawn. */
const waitInterval = 8;

/** Watches one screen file of raw BGRX rows for any number of viewers. Costs nothing while nobody looks. */
export class ScreenFeed {
  readonly #file: string;
  readonly #width: number;
  readonly #height: number;
  readonly #clock: Clock;
  readonly #now: Buffer;
  /** What each viewer has on its side; null before the first picture. */
  readonly #viewers = new Map<Viewer, { shown: Buffer; fresh: boolean }>();
  #timer: Timer | null = null;
  #unchanged = 0;

  /**
   * @param options.file raw BGRX rows without padding, `width * height * 4` bytes; may come and go
   * @param options.width px; `height` alike
   */
  constructor(options: { file: string; width: number; height: number; clock: Clock }) {
    this.#file = options.file;
    this.#width = options.width;
    this.#height = options.height;
    this.#clock = options.clock;
    this.#now = Buffer.alloc(options.width * options.height * 4);
  }

  add(viewer: Viewer): void {
    this.#viewers.set(viewer, { shown: Buffer.alloc(this.#now.length), fresh: true });
    this.#unchanged = 0;
    this.#timer?.cancel();
    this.#look();
  }

  remove(viewer: Viewer): void {
    this.#viewers.delete(viewer);
  }

  /** Idempotent. */
  stop(): void {
    this.#viewers.clear();
    this.#timer?.cancel();
    this.#timer = null;
  }

  #look(): void {
    this.#timer = null;
    if (this.#viewers.size === 0) return;
    const ready = [...this.#viewers].filter(([viewer]) => !viewer.busy);
    if (ready.length > 0) {
      const drawn = this.#read();
      const changed = ready.filter(([viewer, state]) => drawn && this.#sendChanges(viewer, state));
      this.#unchanged = changed.length > 0 ? 0 : this.#unchanged + 1;
    }
    const calm = this.#unchanged * busyInterval > 1000;
    const interval = ready.length === 0 ? waitInterval : calm ? calmInterval : busyInterval;
    this.#timer = this.#clock.after(interval, () => this.#look(), { weak: true });
  }

  /** False while the panel has no screen yet. Opened each time: a panel that starts again makes a new file. */
  #read(): boolean {
    try {
      const fd = openSync(this.#file, 'r');
      try {
        return readSync(fd, this.#now, 0, this.#now.length, 0) === this.#now.length;
      } finally {
        closeSync(fd);
      }
    } catch {
      return false;
    }
  }

  #sendChanges(viewer: Viewer, state: { shown: Buffer; fresh: boolean }): boolean {
    const rowBytes = this.#width * 4;
    const differs = (top: number): boolean => {
      if (state.fresh) return true;
      const [from, to] = [top * rowBytes, Math.min(top + bandRows, this.#height) * rowBytes];
      return this.#now.compare(state.shown, from, to, from, to) !== 0;
    };
    let any = false;
    for (let top = 0; top < this.#height; top += bandRows) {
      if (!differs(top)) continue;
      let end = top + bandRows;
      while (end < this.#height && differs(end)) end += bandRows;
      this.#send(viewer, state.shown, top, Math.min(end, this.#height));
      any = true;
      top = end;
    }
    state.fresh = false;
    return any;
  }

  /** One message: width, height, top row, rows (16 bits each, little endian), then the rows' pixels. */
  #send(viewer: Viewer, shown: Buffer, top: number, end: number): void {
    const rowBytes = this.#width * 4;
    const message = Buffer.allocUnsafe(8 + (end - top) * rowBytes);
    [this.#width, this.#height, top, end - top].forEach((value, i) => message.writeUInt16LE(value, i * 2));
    this.#now.copy(message, 8, top * rowBytes, end * rowBytes);
    this.#now.copy(shown, top * rowBytes, top * rowBytes, end * rowBytes);
    viewer.send(message);
  }
}
