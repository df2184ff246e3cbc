// One object on the screen: a handle with its widget's properties and events.
import type { NativeLvgl } from '../native.js';
import { LvglError } from './error.js';
import type { Events, LvEvent } from './events.js';
import { Font } from './font.js';
import { Align, eventCodes } from './generated.js';
import type { EventName, Kind, PropsByKind, ReadOnlyByKind, WriteOnly } from './generated.js';

/** The properties that a widget takes. */
export type PropsOf<K extends Kind> = PropsByKind[K];

/** The properties that can be read from a widget, with their types. */
export type ReadableOf<K extends Kind> = Required<Omit<PropsByKind[K], WriteOnly>> & ReadOnlyByKind[K];

/** A part and a state of an object, or'ed: `Part.knob | State.pressed`. 0 = main part, default state. */
export type Selector = number;

/** What an object needs of the LVGL it lives in. */
export interface Home {
  readonly native: () => NativeLvgl;
  readonly events: Events;
  /** Calls LVGL, then delivers the events that came of it. */
  run<T>(call: (native: NativeLvgl) => T): T;
}

/** Flags of `box()`: nothing but a rectangle that holds others. */
const plain = { flag_scrollable: false, flag_clickable: false } as const;

/**
 * An object, typed by its widget. All methods throw LvglError: LV_STALE_HANDLE when it was deleted,
 * LV_NOT_INITIALIZED after stop(), LV_BAD_ARGUMENT for a value that LVGL cannot take.
 */
export class Obj<K extends Kind = Kind> {
  readonly #home: Home;

  /** Not for use outside of hw/lvgl: objects come from `add()` and `createScreen()`. */
  constructor(
    home: Home,
    readonly handle: number,
    readonly kind: K,
  ) {
    this.#home = home;
  }

  /** A new widget within this one. */
  add<C extends Kind>(kind: C, props?: PropsOf<C>): Obj<C> {
    const handle = this.#home.run((native) => native.create(kind, this.handle));
    const child = new Obj(this.#home, handle, kind);
    return props ? child.set(props) : child;
  }

  /** A container without the theme's styles, not scrollable, not clickable. */
  box(props?: PropsOf<'obj'>): Obj<'obj'> {
    const box = this.add('obj');
    this.#home.run((native) => native.removeStyles(box.handle));
    return box.set({ ...plain, ...props });
  }

  /**
   * Sets properties; those that LVGL knows as styles for the part and state of `selector`. The order is kept; at
   * a bad one it throws, those before it are set.
   */
  set(props: PropsOf<K>, selector: Selector = 0): this {
    this.#home.run((native) => {
      for (const [name, value] of Object.entries(props) as [string, unknown][])
        if (value !== undefined) native.set(this.handle, name, plainValue(name, value), selector);
    });
    return this;
  }

  /** A property's value; a style's is that of the main part in its present state. */
  get<N extends keyof ReadableOf<K> & string>(name: N): ReadableOf<K>[N] {
    return this.#home.run((native) => native.get(this.handle, name)) as ReadableOf<K>[N];
  }

  /**
   * Calls `listener` at each such event, after LVGL has done its own work for it.
   * @returns what ends it; may be called at any time
   */
  on(event: EventName, listener: (event: LvEvent<this>) => void): () => void {
    return this.#home.events.subscribe(this.handle, event, (x, y) =>
      listener({ name: event, target: this, x, y }),
    );
  }

  /** Sends an event as if it had happened; its listeners have run when this returns. */
  send(event: EventName): void {
    this.#home.run((native) => native.send(this.handle, eventCodes[event]));
  }

  /**
   * Deletes it with all it contains; `delete` events follow. Also within its own listener.
   * @throws LvglError LV_BUSY for the active screen
   */
  delete(): void {
    this.#home.run((native) => native.deleteObject(this.handle));
  }

  /** Deletes all it contains. */
  clean(): void {
    this.#home.run((native) => native.clean(this.handle));
  }

  /** It, or the LVGL it lived in, is gone. */
  get deleted(): boolean {
    try {
      return !this.#home.native().exists(this.handle);
    } catch {
      return true;
    }
  }

  /** PNG of it and all it contains, on a clear ground. */
  snapshot(): Buffer {
    return this.#home.run((native) => native.snapshot(this.handle));
  }

  /** Where it is after layout: absolute px, x2 and y2 within. */
  coords(): { x1: number; y1: number; x2: number; y2: number } {
    const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = this.#home.run((native) => native.coords(this.handle));
    return { x1, y1, x2, y2 };
  }

  /**
   * Shows a video frame; the bytes are copied, so the buffer may be used again at once.
   * @param bytes BGRx rows, the fourth byte is ignored
   * @param size px; `stride` = bytes from row to row, width * 4 where left out
   */
  frame(
    this: Obj<'image'>,
    bytes: Uint8Array,
    size: { width: number; height: number; stride?: number },
  ): void {
    const { width, height, stride = width * 4 } = size;
    this.#home.run((native) => native.imageFrame(this.handle, bytes, width, height, stride));
  }

  /** Shows the picture of a PNG file. */
  png(this: Obj<'image'>, bytes: Uint8Array): void {
    this.#home.run((native) => native.imagePng(this.handle, bytes));
  }

  /** Puts it in the middle of its parent. */
  center(this: Obj): void {
    this.set({ align: Align.center });
  }
}

/** What the addon takes: handles for objects and fonts, and these for nothing else. */
function plainValue(name: string, value: unknown): number | boolean | string {
  const handles = name === 'text_font' ? Font : name === 'parent' ? Obj : undefined;
  if (handles ? value instanceof handles : false) return (value as Font | Obj).handle;
  const plain = typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string';
  if (plain && !handles) return value;
  const given = value === null ? 'null' : typeof value;
  throw new LvglError(
    'LV_BAD_ARGUMENT',
    `${name} takes ${handles?.name ?? 'a plain value'}, not this ${given}`,
  );
}
