// Reads what observed processes append to their files, each line once: its cost does not grow with what was read before.
import { closeSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { KeptSnapshots } from './kept-snapshots.js';
import { type ProcessHeader, type ProcessRecord, parseLine } from './snapshot.js';

/** Of one file: how far it was read, the line that is not whole yet, and what stood in the others. */
class RecordFile {
  readonly #path: string;
  #offset = 0;
  #unfinished = '';
  readonly #decoder = new StringDecoder('utf8');
  #header: ProcessHeader | undefined;
  readonly #snapshots = new KeptSnapshots();

  constructor(path: string) {
    this.#path = path;
  }

  /** Whether there was a whole line more. */
  read(chunk: Buffer): boolean {
    const file = openSync(this.#path, 'r');
    let found = false;
    try {
      for (;;) {
        const length = readSync(file, chunk, 0, chunk.length, this.#offset);
        if (length === 0) return found;
        this.#offset += length;
        found = this.#take(this.#decoder.write(chunk.subarray(0, length))) || found;
      }
    } finally {
      closeSync(file);
    }
  }

  record(): ProcessRecord | undefined {
    return (
      this.#header && { header: this.#header, snapshots: this.#snapshots.list(), taken: this.#snapshots.seen }
    );
  }

  #take(text: string): boolean {
    const lines = (this.#unfinished + text).split('\n');
    this.#unfinished = lines.pop() ?? '';
    for (const line of lines) {
      const parsed = parseLine(line);
      if (parsed?.kind === 'process') this.#header = parsed;
      else if (parsed !== undefined) this.#snapshots.add(parsed);
    }
    return lines.length > 0;
  }
}

const chunkBytes = 64 * 1024;

export class RecordsReader {
  readonly #folder: string;
  readonly #files = new Map<string, RecordFile>();
  readonly #chunk = Buffer.allocUnsafe(chunkBytes);

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Reads what is new; answers whether there was any. */
  update(): boolean {
    let changed = false;
    for (const name of readdirSync(this.#folder)) {
      if (!name.endsWith('.jsonl')) continue;
      const file = this.#files.get(name) ?? new RecordFile(join(this.#folder, name));
      this.#files.set(name, file);
      changed = file.read(this.#chunk) || changed;
    }
    return changed;
  }

  records(): ProcessRecord[] {
    return [...this.#files.values()].map((file) => file.record()).filter((record) => record !== undefined);
  }
}
