// LVGL redraws what is set, changed or not: here only what differs reaches it.
import type { Kind, Obj, PropsOf, Selector } from '../../../hw/lvgl/index.js';

/** An LVGL object that remembers what was set, so that the same view twice draws nothing. */
export class Widget<K extends Kind = Kind> {
  readonly #known = new Map<string, unknown>();

  constructor(readonly obj: Obj<K>) {}

  /** Sets the properties that differ from what was set before. */
  set(props: PropsOf<K>, selector: Selector = 0): this {
    const changed = Object.entries(props).filter(([name, value]) => {
      const key = `${selector} ${name}`;
      if (this.#known.has(key) && this.#known.get(key) === value) return false;
      this.#known.set(key, value);
      return true;
    });
    if (changed.length > 0) this.obj.set(Object.fromEntries(changed), selector);
    return this;
  }

  /** Whether it is shown; what it stands in may still hide it. */
  set visible(visible: boolean) {
    this.set({ flag_hidden: !visible });
  }
}
