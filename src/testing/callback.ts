// Bodies that take a callback, as promises; the runner's own callback is called after them, as often as the body called its one.

/** What a runner hands to a body that says by itself when it is done. */
export type DoneCallback = ((reason?: unknown) => void) & { fail?: (reason?: unknown) => void };

/** One call of a test with a callback; its body may be called again, to find a leak. */
export class CallbackTest {
  readonly #runnerDone: DoneCallback | undefined;
  #calls = 0;
  #isOver = false;

  constructor(runnerDone: DoneCallback | undefined) {
    this.#runnerDone = runnerDone;
  }

  /** Settles when the body calls back. `complaint` says what is wrong with what the body answered. */
  call(
    body: (done: DoneCallback) => unknown,
    complaint?: (answer: unknown) => Error | undefined,
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      let calls = 0;
      let wrong: Error | undefined;
      const done: DoneCallback = (reason?: unknown) => {
        calls += 1;
        this.#calls = Math.max(this.#calls, calls);
        if (calls > 1 && this.#isOver) return this.#runnerDone?.(reason);
        // WHY: it settles later, because what the body answers is known only then.
        queueMicrotask(() => ((wrong ?? reason) ? reject(wrong ?? reason) : resolve()));
      };
      done.fail = (reason?: unknown) => reject(reason ?? new Error('Failed'));
      const answer = body(done);
      wrong = complaint?.(answer);
      if (wrong !== undefined) reject(wrong);
    });
  }

  /** Tells the runner, once `run` settles. */
  tell(run: Promise<unknown>): void {
    run.then(
      () => this.#tell(undefined),
      (error: unknown) => this.#tell(error ?? new Error('Failed')),
    );
  }

  #tell(error: unknown): void {
    this.#isOver = true;
    this.#runnerDone?.(error);
    if (this.#calls < 2) return;
    try {
      this.#runnerDone?.();
    } catch {
      // Runners throw at the second call, to the body's own line; they fail the test as well.
    }
  }
}
