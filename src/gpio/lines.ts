// What the panel's board needs of GPIO lines, whichever way the machine offers them: one narrow interface,
// implemented by `sim`, `onoff` and `chardev` side by side.

/** The resistor inside the chip that holds an open input at a level. */
export type Pull = 'up' | 'down' | 'none';

/** The button's line. */
export interface ButtonSettings {
  /** GPIO number of the chip (BCM numbering on a Raspberry Pi), not the pin of the header. */
  line: number;
  /** Pressed when the line is low: a button to ground. Default true. */
  active_low?: boolean | undefined;
  /** Default `up`. */
  pull?: Pull | undefined;
}

/** A line that switches something on: the LED, the chime. */
export interface OutputSettings {
  /** GPIO number of the chip (BCM numbering on a Raspberry Pi), not the pin of the header. */
  line: number;
  /** On when the line is low, as most relay modules want it. Default false. */
  active_low?: boolean | undefined;
}

/** The lines of a panel; what is not there is not wired. Names as in the configuration file. */
export interface LineSettings {
  button?: ButtonSettings | undefined;
  led?: OutputSettings | undefined;
  chime?: OutputSettings | undefined;
}

export type Output = 'led' | 'chime';

/** A change of the button's line, not debounced. */
export interface Edge {
  /** True when the line became active: for a button with `active_low`, when it went low. */
  active: boolean;
  /** Steady time in ms of the change itself where the kernel tells it, else of its delivery. */
  at: number;
}

/** What open lines report; never called again after `close()`. */
export interface LineHandlers {
  onEdge(edge: Edge): void;
  /** The lines are gone (chip unplugged, descriptor dead): they must be closed and opened again. */
  onLost(error: unknown): void;
}

/** Open lines: all of them, or none. */
export interface Lines {
  /** Where they are, for a log line: `pinctrl-bcm2711 by onoff`. */
  readonly description: string;
  /**
   * Level of the button's line now, true = active; null where no button is wired.
   * @throws KalitkaError `GPIO_VANISHED`
   */
  readButton(): boolean | null;
  /**
   * Switches an output; does nothing where it is not wired.
   * @throws KalitkaError `GPIO_VANISHED`
   */
  write(output: Output, on: boolean): void;
  /** Outputs off, lines released. Synchronous, so that a dying process can call it; idempotent; never throws. */
  close(): void;
}

/** One way to reach GPIO lines. */
export interface LinesBackend {
  /**
   * Opens the lines: outputs off before anything else, input with edges both ways.
   * @throws KalitkaError with a code `GPIO_...` and a message that says what mends it
   */
  open(settings: LineSettings, handlers: LineHandlers): Promise<Lines>;
}
