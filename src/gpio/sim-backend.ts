// Lines that exist only here: the demo, the tests, and trying things out on a desk.
import type { Clock } from '../system/clock.js';
import type { LineHandlers, Lines, LinesBackend, LineSettings } from './lines.js';

/** No finger is faster than this, ms: a button let go sooner counts as let go then. */
const SHORTEST_PRESS_MS = 50;

export interface SimBackendOptions {
  clock: Clock;
}

/** A board without hardware, whose button is pressed by calling `setButton`. */
export class SimBackend implements LinesBackend {
  readonly #clock: Clock;
  #active = false;
  #changedAt = -Infinity;
  #handlers: LineHandlers | null = null;

  constructor({ clock }: SimBackendOptions) {
    this.#clock = clock;
  }

  /** Presses the button or lets it go, as a finger would; nothing where it already is so. */
  setButton(pressed: boolean): void {
    if (pressed === this.#active) return;
    const now = this.#clock.steady();
    const at = pressed ? now : Math.max(now, this.#changedAt + SHORTEST_PRESS_MS);
    this.#active = pressed;
    this.#changedAt = at;
    this.#handlers?.onEdge({ active: pressed, at });
  }

  async open(settings: LineSettings, handlers: LineHandlers): Promise<Lines> {
    await Promise.resolve();
    this.#handlers = settings.button ? handlers : null;
    return {
      description: 'simulated lines',
      readButton: () => (settings.button ? this.#active : null),
      write: () => undefined,
      close: () => {
        this.#handlers = null;
      },
    };
  }
}
