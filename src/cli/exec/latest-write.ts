// One write at a time; of those that came meanwhile, only the last is done.
// INVARIANT: writing takes at most a twentieth of the time: the next one waits 20 times as long as the last one took.

const pauseFactor = 20;

export class LatestWrite {
  #running: Promise<void> | undefined;
  #next: (() => Promise<void>) | undefined;
  #failure: { readonly error: unknown } | undefined;
  #endPause = () => {};
  #isFinishing = false;

  replace(write: () => Promise<void>): void {
    this.#next = write;
    this.#running ??= this.#work();
  }

  /** Throws what a write has thrown; the program ran on meanwhile. What waits is not written: the caller writes last. */
  async finish(): Promise<void> {
    this.#isFinishing = true;
    this.#next = undefined;
    this.#endPause();
    await this.#running;
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  async #work(): Promise<void> {
    while (this.#next !== undefined) {
      const write = this.#next;
      this.#next = undefined;
      const begin = performance.now();
      await write().catch((error: unknown) => {
        this.#failure = { error };
      });
      await this.#pause((performance.now() - begin) * pauseFactor);
    }
    this.#running = undefined;
  }

  async #pause(ms: number): Promise<void> {
    if (this.#isFinishing) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#endPause = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
