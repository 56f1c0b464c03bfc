// Who may run: many that do not mind company, or one that must be alone. First come, first served.

export class Turnstile {
  #inside = 0;
  #aloneInside = false;
  readonly #waiting: { readonly alone: boolean; readonly enter: () => void }[] = [];

  /** Runs `work` beside others of its kind. */
  beside<T>(work: () => Promise<T>): Promise<T> {
    return this.#pass(false, work);
  }

  /** Runs `work` while nothing else runs. */
  alone<T>(work: () => Promise<T>): Promise<T> {
    return this.#pass(true, work);
  }

  async #pass<T>(alone: boolean, work: () => Promise<T>): Promise<T> {
    await new Promise<void>((enter) => {
      this.#waiting.push({ alone, enter });
      this.#admit();
    });
    try {
      return await work();
    } finally {
      this.#inside -= 1;
      this.#aloneInside = false;
      this.#admit();
    }
  }

  // Whoever must be alone holds up those behind it: else it would never get its turn.
  #admit(): void {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      if (this.#aloneInside || (next.alone && this.#inside > 0)) return;
      this.#waiting.shift();
      this.#inside += 1;
      this.#aloneInside = next.alone;
      next.enter();
    }
  }
}
