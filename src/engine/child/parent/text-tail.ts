// The last bytes of a stream, as text that is safe to print. Bounded, however much is written.

/** Keeps the last `limit` bytes. */
export class TextTail {
  readonly #limit: number;
  #kept = Buffer.alloc(0);

  constructor(limit: number) {
    this.#limit = limit;
  }

  push(chunk: Uint8Array): void {
    // WHY: this is a copy, because a slice would keep its whole chunk alive.
    const newest = chunk.subarray(Math.max(0, chunk.length - this.#limit));
    const older = this.#kept.subarray(Math.max(0, this.#kept.length + newest.length - this.#limit));
    this.#kept = Buffer.concat([older, newest]);
  }

  toString(): string {
    return withoutControls(dropCutCharacter(this.#kept).toString('utf8')).trim();
  }
}

// A cut may have left the rest of a UTF-8 sequence at the front.
function dropCutCharacter(bytes: Buffer): Buffer {
  let start = 0;
  while (start < Math.min(3, bytes.length) && ((bytes[start] as number) & 0xc0) === 0x80) start += 1;
  return bytes.subarray(start);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it removes.
const escapeSequences = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it removes.
const controlCharacters = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** `text` without terminal escape sequences and control characters; line breaks and tabs stay. */
export function withoutControls(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(escapeSequences, '').replace(controlCharacters, '');
}
