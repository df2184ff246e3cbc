// Promises that must not outlive a call: its end settles what is still open.

export class Waiting {
  readonly #wake = new Set<() => void>();
  #ended = false;

  /** A promise that `begin` settles, or the end does, with `otherwise`. */
  until<T>(otherwise: T, begin: (resolve: (value: T) => void) => void): Promise<T> {
    return new Promise((resolve) => {
      const wake = (): void => settle(otherwise);
      const settle = (value: T): void => {
        this.#wake.delete(wake);
        resolve(value);
      };
      this.#wake.add(wake);
      if (this.#ended) wake();
      else begin(settle);
    });
  }

  /** Settles everything, now and later. */
  end(): void {
    this.#ended = true;
    for (const wake of [...this.#wake]) wake();
  }
}
