// The spool: a folder in which each process that runs tests appends to a file of its own, and that is read when all are done.
// Appends when a test ends, so that what was measured outlives a crash. Renders nothing.
import { appendFileSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cannotWrite } from '../errors.js';
import {
  parseSpoolLine,
  type SpoolLine,
  type StartedLine,
  type TestRecord,
  type WorkerLine,
} from './record.js';

/** Names the folder to processes that run tests. */
export const spoolVariable = 'BENCHMEM_SPOOL';

// WHY: the function is taken now, because a test may replace the functions of the file system.
const append = appendFileSync;

/** What one process writes. */
export class Spool {
  readonly #path: string;

  constructor(folder: string, pid: number = process.pid) {
    this.#path = join(folder, `${pid}.jsonl`);
  }

  /** Throws CANNOT_WRITE. */
  write(line: SpoolLine): void {
    try {
      append(this.#path, `${JSON.stringify(line)}\n`);
    } catch (error) {
      throw cannotWrite(`what a test measured to ${this.#path}`, error);
    }
  }
}

/** A line that says nothing that can be read: cut short by a crash, or written by somebody else. */
export interface UnreadableLine {
  readonly file: string;
  /** From 1; absent if the whole file could not be read. */
  readonly line?: number;
}

export interface SpoolContents {
  /** The last try of each test, in the order in which the files name them. */
  readonly records: readonly TestRecord[];
  /** Tests that began and did not end: their process crashed, was killed, or ran out of memory. */
  readonly open: readonly StartedLine[];
  readonly workers: readonly WorkerLine['worker'][];
  readonly unreadable: readonly UnreadableLine[];
}

/** Everything that was written so far. Throws the system's error where the folder cannot be read. */
export function readSpool(folder: string): SpoolContents {
  const contents = new Contents();
  for (const name of readdirSync(folder).sort()) {
    if (name.endsWith('.jsonl')) contents.read(join(folder, name));
  }
  return contents;
}

class Contents implements SpoolContents {
  readonly workers: WorkerLine['worker'][] = [];
  readonly unreadable: UnreadableLine[] = [];
  readonly #records = new Map<string, TestRecord>();
  readonly #open = new Map<string, StartedLine>();

  get records(): TestRecord[] {
    return [...this.#records.values()];
  }

  get open(): StartedLine[] {
    return [...this.#open.values()];
  }

  read(file: string): void {
    let text: string;
    try {
      text = readFileSync(file, 'utf8');
    } catch {
      this.unreadable.push({ file });
      return;
    }
    text.split('\n').forEach((line, index) => {
      if (line === '') return;
      const parsed = parseSpoolLine(line);
      if (parsed === undefined) this.unreadable.push({ file, line: index + 1 });
      else this.#take(parsed);
    });
  }

  #take(line: SpoolLine): void {
    if ('worker' in line) {
      this.workers.push(line.worker);
    } else if ('started' in line) {
      this.#open.set(openKey(line.pid, line.started), line);
    } else {
      this.#open.delete(openKey(line.test.pid, line.id));
      const earlier = this.#records.get(line.id);
      if (earlier === undefined || line.test.retry >= earlier.test.retry) this.#records.set(line.id, line);
    }
  }
}

function openKey(pid: number, id: string): string {
  return `${pid} ${id}`;
}
