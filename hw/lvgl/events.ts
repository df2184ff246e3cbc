// Delivers LVGL's events. The addon queues them; here they reach their listeners once LVGL itself has returned,
// so that a listener may do anything, short of stopping LVGL.
import type { NativeLvgl } from '../native.js';
import { guarded } from './error.js';
import { eventCodes, type EventName } from './generated.js';

/** Something that happened to an object. */
export interface LvEvent<Target> {
  name: EventName;
  /** The object that was listened to. */
  target: Target;
  /** Where the finger is, px; -1 where none is involved. */
  x: number;
  y: number;
}

type Listener = (x: number, y: number) => void;

/** In place of x: the object was deleted, and with it the subscription. */
const GONE = -0x80000000;
const EVENTS_WAIT = 1;
const WAKE = 2;
const DRAWN = 4;

/** What else a call into LVGL has brought about. */
export interface Aftermath {
  /** A timer of LVGL was started: it wants to be run. */
  wake: boolean;
  drawn: boolean;
}

/** All subscriptions, and the way from LVGL's queue to their listeners. */
export class Events {
  readonly #listeners = new Map<number, { name: EventName; listener: Listener }>();
  #delivering = 0;

  constructor(private readonly native: () => NativeLvgl) {}

  /** A listener runs at this moment. */
  get delivering(): boolean {
    return this.#delivering > 0;
  }

  /** Returns what ends the subscription; that may be called at any time, also when the object is gone. */
  subscribe(object: number, name: EventName, listener: Listener): () => void {
    const id = guarded(() => this.native().subscribe(object, eventCodes[name]));
    this.#listeners.set(id, { name, listener });
    return () => {
      if (this.#listeners.delete(id)) guarded(() => this.native().unsubscribe(id));
    };
  }

  /** Calls the listeners of all events that wait. Each one runs, whatever the others throw. */
  deliver(): Aftermath & { thrown: unknown[] } {
    const thrown: unknown[] = [];
    let status = this.native().status();
    let seen = status;
    while (status & EVENTS_WAIT) {
      const events = this.native().events();
      for (let i = 0; i < events.length; i += 3)
        this.#call(events[i] ?? 0, events[i + 1] ?? 0, events[i + 2] ?? 0, thrown);
      status = this.native().status();
      seen |= status;
    }
    return { wake: (seen & WAKE) !== 0, drawn: (seen & DRAWN) !== 0, thrown };
  }

  #call(id: number, x: number, y: number, thrown: unknown[]): void {
    const entry = this.#listeners.get(id);
    if (!entry) return;
    if (x === GONE) {
      this.#listeners.delete(id);
      if (entry.name !== 'delete') return;
    }
    this.#delivering++;
    try {
      entry.listener(x === GONE ? -1 : x, x === GONE ? -1 : y);
    } catch (error) {
      thrown.push(error);
    } finally {
      this.#delivering--;
    }
  }

  /** Forgets all listeners. */
  clear(): void {
    this.#listeners.clear();
  }
}
