// Protocol buffers as pprof files need them: fields written one after the other, and read with every length checked.
// WHY: the reader is our own, because decoders from npm make an object per message before anyone can count them, and a number of
// a million bytes takes them minutes; docs/decisions/profile-file.md.

export class MessageWriter {
  #bytes = Buffer.alloc(256);
  #length = 0;

  /** A number field; 0 is what an absent field means, and is left out. */
  number(field: number, value: number): this {
    if (value === 0) return this;
    this.#varint(field * 8);
    this.#varint(value);
    return this;
  }

  /** Numbers in one field, zeros among them. */
  numbers(field: number, values: Iterable<number>): this {
    const packed = new MessageWriter();
    for (const value of values) packed.#varint(value);
    return packed.#length === 0 ? this : this.bytes(field, packed.finish());
  }

  text(field: number, text: string): this {
    return this.bytes(field, Buffer.from(text, 'utf8'));
  }

  message(field: number, fill: (message: MessageWriter) => void): this {
    const inner = new MessageWriter();
    fill(inner);
    return this.bytes(field, inner.finish());
  }

  bytes(field: number, bytes: Uint8Array): this {
    this.#varint(field * 8 + 2);
    this.#varint(bytes.length);
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
    return this;
  }

  finish(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  #varint(value: number): void {
    if (!Number.isSafeInteger(value) || value < 0) throw new TypeError(`a profile cannot hold ${value}`);
    this.#reserve(8);
    let rest = value;
    while (rest >= 128) {
      this.#bytes[this.#length++] = (rest % 128) + 128;
      rest = Math.floor(rest / 128);
    }
    this.#bytes[this.#length++] = rest;
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const larger = Buffer.alloc(Math.max(this.#bytes.length * 2, this.#length + more));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }
}

/** What is wrong with a file; the message goes on from its name. */
export class WireError extends Error {}

function noMessage(what: string): WireError {
  return new WireError(`is not a pprof file, or a broken one: it ${what}`);
}

export interface Field {
  readonly number: number;
  /** Of a number: inexact from 2^53 on. Absent for bytes. */
  readonly value?: number;
  /** Where the bytes of a text, a message or packed numbers lie. */
  readonly start: number;
  readonly end: number;
}

/** The fields of the message between two offsets, in their order. Throws WireError. */
export function* fieldsOf(bytes: Buffer, start: number, end: number): Generator<Field> {
  let at = start;
  while (at < end) {
    const key = readVarint(bytes, at, end);
    at = key.next;
    const [number, type] = [Math.floor(key.value / 8), key.value % 8];
    if (number === 0 || number >= 2 ** 29) throw noMessage(`has a field numbered ${number}`);
    if (type === 0) {
      const { value, next } = readVarint(bytes, at, end);
      at = next;
      yield { number, value, start: at, end: at };
    } else if (type === 2) {
      const length = readVarint(bytes, at, end);
      at = length.next + length.value;
      if (at > end) throw noMessage('ends in the middle of a field');
      yield { number, start: length.next, end: at };
    } else if (type === 1 || type === 5) {
      // No field of a profile: newer writers may have some.
      at += type === 1 ? 8 : 4;
      if (at > end) throw noMessage('ends in the middle of a field');
    } else {
      throw noMessage(`has a field of type ${type}`);
    }
  }
}

/** The numbers of a repeated field, packed or single. Throws WireError. */
export function* numbersOf(bytes: Buffer, field: Field): Generator<number> {
  if (field.value !== undefined) {
    yield field.value;
    return;
  }
  let at = field.start;
  while (at < field.end) {
    const { value, next } = readVarint(bytes, at, field.end);
    at = next;
    yield value;
  }
}

function readVarint(bytes: Buffer, start: number, end: number): { value: number; next: number } {
  let [value, scale] = [0, 1];
  for (let at = start; at < end && at - start < 10; at += 1) {
    const byte = bytes[at] as number;
    value += (byte & 127) * scale;
    if (byte < 128) return { value, next: at + 1 };
    scale *= 128;
  }
  throw noMessage(
    end - start < 10 ? 'ends in the middle of a number' : 'has a number of more than ten bytes',
  );
}
