// Lines of a table, as the UTF-8 bytes that are written. Knows no column. Pure.
// INVARIANT: no line that is put together ends in a blank, or reads as a command of a CI runner.
import { guardCommand } from '../../text/escapes.js';

const blank = 0x20;
const newline = 0x0a;
const hash = 0x23;
const colon = 0x3a;
const firstBeyondAscii = 0x80;

/** Bytes that are handed out together, about. */
const piece = 1 << 16;

/** PERF: bytes take a third of the time of texts, which would be joined, kept with two bytes a letter, and encoded. */
export class Lines {
  #bytes = Buffer.allocUnsafeSlow(2 * piece);
  #length = 0;
  #lineStart = 0;
  // Blanks that nothing has followed yet.
  #pending = 0;

  blanks(count: number): void {
    if (count > 0) this.#pending += count;
  }

  /** Adds printable text to the line. */
  text(text: string): void {
    const { length } = text;
    if (length === 0) return;
    this.#makeRoom(3 * length);
    const bytes = this.#bytes;
    let at = this.#length;
    for (let index = 0; index < length; index += 1) {
      const code = text.charCodeAt(index);
      if (code >= firstBeyondAscii) {
        at = this.#length + bytes.write(text, this.#length);
        break;
      }
      bytes[at] = code;
      at += 1;
    }
    this.#length = at;
    this.#unwriteBlanks();
  }

  /** Adds printable text that is UTF-8 already. */
  encoded(added: Uint8Array): void {
    const { length } = added;
    if (length === 0) return;
    this.#makeRoom(length);
    const bytes = this.#bytes;
    let at = this.#length;
    // PERF: a loop is faster than set() for so few.
    if (length > 64) bytes.set(added, at);
    else for (let index = 0; index < length; index += 1) bytes[at + index] = added[index] as number;
    at += length;
    this.#length = at;
    this.#unwriteBlanks();
  }

  /** Ends the line. */
  end(): void {
    this.#pending = 0;
    const bytes = this.#bytes;
    let at = this.#lineStart;
    while (at < this.#length && bytes[at] === blank) at += 1;
    const first = bytes[at] as number;
    const isOdd =
      at < this.#length &&
      (first === colon ||
        first === hash ||
        first >= firstBeyondAscii ||
        (bytes[this.#length - 1] as number) >= firstBeyondAscii);
    if (isOdd) this.#rewrite(guardCommand(this.#line().trimEnd()));
    this.#break();
  }

  /** A whole line as it is. */
  whole(line: string | Uint8Array): void {
    if (typeof line === 'string') this.text(line);
    else this.encoded(line);
    this.#break();
  }

  /** The bytes of all lines that were ended, if they are worth handing out; all of the last lines with `isLast`. */
  take(isLast = false): Buffer | undefined {
    if (this.#length < (isLast ? 1 : piece)) return undefined;
    const taken = this.#bytes.subarray(0, this.#length);
    this.#bytes = Buffer.allocUnsafeSlow(isLast ? 0 : 2 * piece);
    this.#length = 0;
    this.#lineStart = 0;
    return taken;
  }

  #line(): string {
    return this.#bytes.toString('utf8', this.#lineStart, this.#length);
  }

  #rewrite(line: string): void {
    this.#length = this.#lineStart;
    this.#makeRoom(3 * line.length);
    this.#length += this.#bytes.write(line, this.#length);
  }

  #break(): void {
    this.#makeRoom(1);
    this.#bytes[this.#length] = newline;
    this.#length += 1;
    this.#lineStart = this.#length;
  }

  // Blanks at the end stand only if something follows.
  #unwriteBlanks(): void {
    while (this.#length > this.#lineStart && this.#bytes[this.#length - 1] === blank) {
      this.#length -= 1;
      this.#pending += 1;
    }
  }

  // For so many bytes, behind the blanks before them.
  #makeRoom(count: number): void {
    const blanks = this.#pending;
    const needed = this.#length + blanks + count + 1;
    if (needed > this.#bytes.length) {
      const larger = Buffer.allocUnsafeSlow(2 * needed);
      this.#bytes.copy(larger, 0, 0, this.#length);
      this.#bytes = larger;
    }
    for (let index = 0; index < blanks; index += 1) this.#bytes[this.#length + index] = blank;
    this.#length += blanks;
    this.#pending = 0;
  }
}
