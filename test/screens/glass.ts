// Everything on the glass, measured: which labels and buttons can be seen, where, and how large their text wants to be.
import { LabelLongMode, Obj, type Font, type Lvgl } from '../../hw/lvgl/index.js';

export interface Box {
  x1: number;
  y1: number;
  x2: number;
  y2: number;
}

export interface SeenLabel {
  text: string;
  box: Box;
  /** The box of the object it stands in. */
  parent: Box;
  /** What the text would take if nothing held it back, px. */
  wants: { width: number; height: number };
  ancestors: ReadonlySet<Obj>;
}

export interface SeenButton {
  object: Obj;
  box: Box;
}

interface Known {
  parent: Obj;
  props: Map<string, unknown>;
}

/** Watches objects being made, from `watch()` to `release()`. */
export class Glass {
  readonly #known = new Map<Obj, Known>();
  #restore: () => void = () => undefined;
  readonly #sizes = new Map<string, { width: number; height: number }>();

  watch(): void {
    const { add, set } = Obj.prototype as unknown as Record<'add' | 'set', (...args: unknown[]) => Obj>;
    const known = this.#known;
    const patched = {
      add(this: Obj, kind: unknown, props?: Record<string, unknown>): Obj {
        const child = add.call(this, kind);
        known.set(child, { parent: this, props: new Map() });
        return props ? patched.set.call(child, props) : child;
      },
      set(this: Obj, props: Record<string, unknown>, selector = 0): Obj {
        if (selector === 0)
          for (const [name, value] of Object.entries(props)) known.get(this)?.props.set(name, value);
        return set.call(this, props, selector);
      },
    };
    Object.assign(Obj.prototype, patched);
    this.#restore = () => Object.assign(Obj.prototype, { add, set });
  }

  release(): void {
    this.#restore();
  }

  /** Labels with text that can be seen now. */
  labels(lvgl: Lvgl): SeenLabel[] {
    const seen: SeenLabel[] = [];
    for (const [object, { parent, props }] of this.#visible()) {
      if (object.kind !== 'label' || !props.get('text')) continue;
      const box = object.coords();
      const wrap = (props.get('long_mode') ?? LabelLongMode.wrap) === LabelLongMode.wrap;
      const width = wrap ? box.x2 - box.x1 + 1 : undefined;
      seen.push({
        text: String(props.get('text')),
        box,
        parent: parent.coords(),
        wants: this.#measure(lvgl, String(props.get('text')), props.get('text_font') as Font, width),
        ancestors: new Set(this.#ancestors(object)),
      });
    }
    return seen;
  }

  /** What can be touched now, pages left out. */
  buttons(): SeenButton[] {
    return [...this.#visible()]
      .filter(([, { props, parent }]) => props.get('flag_clickable') === true && this.#known.has(parent))
      .map(([object]) => ({ object, box: object.coords() }));
  }

  /** Every object that is there, seen or not. */
  all(): Obj[] {
    return [...this.#known.keys()].filter((object) => !object.deleted);
  }

  *#visible(): Generator<[Obj, Known]> {
    for (const [object, known] of this.#known) {
      const hidden = [object, ...this.#ancestors(object)].some(
        (each) => this.#known.get(each)?.props.get('flag_hidden') === true,
      );
      if (!hidden && !object.deleted) yield [object, known];
    }
  }

  *#ancestors(object: Obj): Generator<Obj> {
    for (let at = this.#known.get(object)?.parent; at; at = this.#known.get(at)?.parent) yield at;
  }

  #measure(
    lvgl: Lvgl,
    text: string,
    font: Font,
    width: number | undefined,
  ): { width: number; height: number } {
    const key = `${font.handle} ${width} ${text}`;
    let size = this.#sizes.get(key);
    if (!size) {
      const label = lvgl.screen.add('label', { text, text_font: font, ...(width ? { width } : {}) });
      const { x1, y1, x2, y2 } = label.coords();
      this.#known.delete(label);
      label.delete();
      size = { width: x2 - x1 + 1, height: y2 - y1 + 1 };
      this.#sizes.set(key, size);
    }
    return size;
  }
}

export function overlap(a: Box, b: Box): boolean {
  return a.x1 <= b.x2 && b.x1 <= a.x2 && a.y1 <= b.y2 && b.y1 <= a.y2;
}

export function within(inner: Box, outer: Box): boolean {
  return inner.x1 >= outer.x1 && inner.y1 >= outer.y1 && inner.x2 <= outer.x2 && inner.y2 <= outer.y2;
}
