// A value that must never be printed: whoever needs it asks for it by name, everybody else gets stars.
import { inspect } from 'node:util';

/** Text such as a password. Printing, inspecting and serialising it give `***`. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The value itself. Never to be logged, stored or put into an error. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return '***';
  }

  toJSON(): string {
    return '***';
  }

  [inspect.custom](): string {
    return '***';
  }
}
