// Messages on a byte stream: a length, then the structured clone of a value. Pure, except for what it is given.
import { deserialize, serialize } from 'node:v8';

const headBytes = 4;

/** Throws DataCloneError for what structured clone refuses. */
export function toFrame(message: unknown): Buffer {
  const body = serialize(message);
  const frame = Buffer.allocUnsafeSlow(headBytes + body.length);
  frame.writeUInt32LE(body.length, 0);
  body.copy(frame, headBytes);
  return frame;
}

/** Cuts a stream's chunks into messages. */
export class FrameReader {
  #pending: Buffer[] = [];
  #pendingBytes = 0;

  /** The messages that this chunk completes. Throws for bytes that are no structured clone. */
  push(chunk: Buffer): unknown[] {
    this.#pending.push(chunk);
    this.#pendingBytes += chunk.length;
    const messages: unknown[] = [];
    for (let body = this.#nextBody(); body !== undefined; body = this.#nextBody())
      messages.push(deserialize(body));
    return messages;
  }

  #nextBody(): Buffer | undefined {
    if (this.#pendingBytes < headBytes) return undefined;
    const [first] = this.#pending;
    if (first !== undefined && first.length < headBytes) this.#join();
    const bodyBytes = (this.#pending[0] as Buffer).readUInt32LE(0);
    if (this.#pendingBytes < headBytes + bodyBytes) return undefined;
    this.#join();
    const all = this.#pending[0] as Buffer;
    this.#pending = [all.subarray(headBytes + bodyBytes)];
    this.#pendingBytes -= headBytes + bodyBytes;
    return all.subarray(headBytes, headBytes + bodyBytes);
  }

  #join(): void {
    if (this.#pending.length > 1) this.#pending = [Buffer.concat(this.#pending)];
  }
}
