// A backend for tests whose button, outputs and failures are in the test's hand.
import type { Clock } from '../../src/system/clock.js';
import type { LineHandlers, Lines, LinesBackend, LineSettings, Output } from '../../src/gpio/lines.js';

export class FakeBackend implements LinesBackend {
  /** Thrown by the next openings, until it is null. */
  refuse: Error | null = null;
  /** Thrown by reads and writes, until it is null. */
  broken: Error | null = null;
  /** The button's line now. */
  active = false;
  /** Levels of the wire behind each output, which outlive the lines. */
  readonly wire = { led: true, chime: true };
  /** Every level that was written: ms, output, level. */
  readonly written: [number, Output, boolean][] = [];
  openings = 0;
  stillOpen = 0;
  handlers: LineHandlers | null = null;

  constructor(private readonly clock: Clock) {}

  async open(settings: LineSettings, handlers: LineHandlers): Promise<Lines> {
    this.openings += 1;
    await Promise.resolve();
    if (this.refuse) throw this.refuse;
    this.stillOpen += 1;
    this.handlers = handlers;
    this.wire.led = this.wire.chime = false;
    let closed = false;
    return {
      description: 'fake lines',
      readButton: () => {
        if (this.broken) throw this.broken;
        return settings.button ? this.active : null;
      },
      write: (output, on) => {
        if (this.broken) throw this.broken;
        this.wire[output] = on;
        this.written.push([this.clock.steady(), output, on]);
      },
      close: () => {
        if (closed) return;
        closed = true;
        this.stillOpen -= 1;
        this.wire.led = this.wire.chime = false;
      },
    };
  }

  /** The contact closes or opens; the kernel tells of it at once. */
  contact(active: boolean): void {
    this.active = active;
    this.handlers?.onEdge({ active, at: this.clock.steady() });
  }
}
