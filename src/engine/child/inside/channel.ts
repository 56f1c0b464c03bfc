// The child's end of the channel: blocking reads and writes on one file descriptor.
// WHY not node's IPC: that reads on turns of the event loop, whose number varies and with it what stands on the heap;
// and user code would find a channel to write to. These calls allocate the same in every run.
import { readSync, writeSync } from 'node:fs';
import { FrameReader, toFrame } from '../frames.js';
import {
  type AnyResult,
  channelDescriptor,
  type FailureMessage,
  type ProgressMessage,
  type StartedMessage,
} from '../protocol.js';

/** Says that this process runs, and waits for the parent's first message. Throws where there is no channel. */
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

/** Returns once the message has left. Throws where the parent is gone. */
export function send(message: StartedMessage | ProgressMessage | AnyResult | FailureMessage): void {
  const frame = toFrame(message);
  for (let sent = 0; sent < frame.length; ) sent += writeSync(channelDescriptor, frame, sent);
}
