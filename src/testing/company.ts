// Tests that run at the same time in one process: those that are measured run alone, the others side by side.
// Without a limit or a report nobody comes here. Opens no window.

/** What keeps one test from another; one per process. */
export class Company {
  #others = 0;
  #alone: Promise<void> = Promise.resolve();
  #waiting = 0;
  #wake: (() => void) | undefined;

  /** Runs a test that is not measured, once no measured one runs or waits. */
  async besideOthers<T>(body: () => T): Promise<Awaited<T>> {
    while (this.#waiting > 0) await this.#alone;
    this.#others += 1;
    try {
      return await body();
    } finally {
      this.#others -= 1;
      if (this.#others === 0) this.#wake?.();
    }
  }

  /** Waits until no other test runs; none begins until the answer is called. */
  async alone(): Promise<() => void> {
    this.#waiting += 1;
    const before = this.#alone;
    let leave = () => {};
    this.#alone = new Promise((resolve) => {
      leave = resolve;
    });
    await before;
    if (this.#others > 0) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
    let left = false;
    return () => {
      if (left) return;
      left = true;
      this.#waiting -= 1;
      leave();
    };
  }
}
