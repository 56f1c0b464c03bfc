// The open streams of pages that wait for a saved run: each is told the version of the board, at first and when it changes.
// INVARIANT: a stream whose reader is gone is in no list, and there are never more than the most.

export const mostStreams = 100;

/** WHY: a browser, or what stands between, closes what says nothing for a minute. */
const pauseMs = 15_000;

/** WHY: a reader that takes nothing must not collect messages here. */
const mostWaiting = 16;

export class Streams {
  readonly #open = new Set<ReadableStreamDefaultController<Uint8Array>>();
  readonly #stopPinging: () => void;

  constructor(every: (intervalMs: number, tick: () => void) => () => void) {
    this.#stopPinging = every(pauseMs, () => this.#send(':\n\n'));
  }

  get size(): number {
    return this.#open.size;
  }

  /** A stream that says the version at once; undefined if there are too many. */
  open(version: string): ReadableStream<Uint8Array> | undefined {
    if (this.#open.size >= mostStreams) return undefined;
    let own: ReadableStreamDefaultController<Uint8Array>;
    return new ReadableStream<Uint8Array>({
      start: (controller) => {
        own = controller;
        this.#open.add(controller);
        controller.enqueue(bytesOf(eventText(version)));
      },
      cancel: () => {
        this.#open.delete(own);
      },
    });
  }

  /** Tells every page that the saved runs are others. */
  tell(version: string): void {
    this.#send(eventText(version));
  }

  close(): void {
    this.#stopPinging();
    for (const controller of this.#open) controller.close();
    this.#open.clear();
  }

  #send(text: string): void {
    for (const controller of this.#open) {
      if ((controller.desiredSize ?? 0) > -mostWaiting) {
        controller.enqueue(bytesOf(text));
        continue;
      }
      controller.close();
      this.#open.delete(controller);
    }
  }
}

function eventText(version: string): string {
  return `event: runs\ndata: ${version}\n\n`;
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
