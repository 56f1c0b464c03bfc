// The child's end of the channel: blocking reads and writes on one file descriptor.
// WHY: node's IPC is not used, because it reads on turns of the event loop, whose number varies and with it what stands on the
// heap; and user code would find a channel to write to. These calls allocate the same in every run.
import { readSync, writeSync } from 'node:fs';
import { FrameReader, toFrame } from '../frames.js';
import {
  type AnyResult,
  channelDescriptor,
  type FailureMessage,
  type ProgressMessage,
  type StartedMessage,
} from '../protocol.js';

/** Says that this process runs, and waits for the parent's first message. Throws if there is no channel. */
export function receiveOnce(): unknown {
  send({ benchmem: 'started' });
  const reader = new FrameReader();
  const chunk = Buffer.allocUnsafeSlow(64 * 1024);
  for (;;) {
    const bytes = readSync(channelDescriptor, chunk);
    if (bytes === 0) throw new Error('the channel closed before a message came');
    const [message] = reader.push(Buffer.from(chunk.subarray(0, bytes)));
    if (message !== undefined) return message;
  }
}

/** Returns once the message has left. Throws if the parent is gone. */
export function send(message: StartedMessage | AnyResult | FailureMessage): void {
  write(toFrame(message));
}

// A number that no message has: V8 writes it as a tag and eight bytes, which any other number fits.
const blank = 0.5;

/**
 * Says how far the passes are, in one frame whose numbers are written over.
 * WHY: the serializer of a message outlives one collection, so that the next pass would need a round more to come to rest.
 */
export class ProgressChannel {
  readonly #frame: Buffer;
  readonly #passesAt: number;
  readonly #peakAt: number;

  constructor() {
    const message: ProgressMessage = { benchmem: 'progress', passes: blank, peakBytes: blank };
    this.#frame = toFrame(message);
    const number = Buffer.alloc(8);
    number.writeDoubleLE(blank);
    this.#passesAt = this.#frame.indexOf(number);
    this.#peakAt = this.#frame.indexOf(number, this.#passesAt + 1);
  }

  /** Returns once the message has left. Throws if the parent is gone. */
  send(passes: number, peakBytes: number): void {
    this.#frame.writeDoubleLE(passes, this.#passesAt);
    this.#frame.writeDoubleLE(peakBytes, this.#peakAt);
    write(this.#frame);
  }
}

function write(frame: Buffer): void {
  for (let sent = 0; sent < frame.length; ) sent += writeSync(channelDescriptor, frame, sent);
}
