// The index over a storage: the head of each run file, one line per file, so that a command reads the few runs that it shows.
// It stands in the user's cache, never in the storage. INVARIANT: what it holds is only a saving: an index that is lost,
// broken, of another version or written by two processes at once costs a reading of the files and changes no answer.
import { createHash, randomUUID } from 'node:crypto';
import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { makeFolder } from '../files/make-folder.js';
import { isRecord } from '../shapes.js';
import { factsFrom, type HeadFacts } from './heads.js';
import { compareCodePoints } from './ids.js';

const version = 1;
/** No index that this program writes is as large. */
const mostBytes = 256 * 1024 * 1024;
// WHY: these are two seconds, because no file system's clock is coarser, and a file that changes again within one tick looks
// unchanged.
const settledMs = 2000;

/** What changes with a file's content: `size:mtime:ctime:inode`. */
export type FileStamp = string;

/** What one file holds: a run's head, or why it is none. */
export type IndexEntry =
  | { readonly facts: HeadFacts }
  | {
      readonly unread: string /** True for JSON that claims to be no run at all. */;
      readonly isOther: boolean;
    };

interface Line {
  readonly stamp: FileStamp;
  readonly entry: IndexEntry;
}

/** Where indexes stand: `$XDG_CACHE_HOME/benchmem`, or `~/.cache/benchmem`. */
export function cacheFolder(env: Readonly<Record<string, string | undefined>>): string {
  const named = env.XDG_CACHE_HOME;
  // WHY: only an absolute path counts, because the standard says that others are to be ignored.
  const root = named !== undefined && isAbsolute(named) ? named : join(env.HOME || os.homedir(), '.cache');
  return join(root, 'benchmem');
}

/** The stamp of a file, and whether its content can no longer change without changing the stamp. */
export async function stampOf(
  path: string,
  nowMs: number,
): Promise<{ readonly stamp: FileStamp; readonly isSettled: boolean }> {
  const { size, mtimeNs, ctimeNs, ino } = await stat(path, { bigint: true });
  const changedMs = Number(ctimeNs > mtimeNs ? ctimeNs : mtimeNs) / 1e6;
  return { stamp: [size, mtimeNs, ctimeNs, ino].join(':'), isSettled: nowMs - changedMs >= settledMs };
}

/** What the indexes of a storage are called, whose path is absolute. */
export function cacheName(storage: string): string {
  return createHash('sha256').update(storage).digest('hex').slice(0, 32);
}

/** The index of one storage, as it was found. */
export class RunIndex {
  readonly #path: string | undefined;
  readonly #storage: string;
  readonly #known: ReadonlyMap<string, Line>;
  readonly #next = new Map<string, Line>();

  private constructor(path: string | undefined, storage: string, known: ReadonlyMap<string, Line>) {
    this.#path = path;
    this.#storage = storage;
    this.#known = known;
  }

  /** `folder` undefined: nothing is remembered. */
  static async open(storage: string, folder: string | undefined): Promise<RunIndex> {
    const absolute = resolve(storage);
    if (folder === undefined) return new RunIndex(undefined, absolute, new Map());
    const path = join(folder, `${cacheName(absolute)}.jsonl`);
    return new RunIndex(path, absolute, await readLines(path, absolute));
  }

  /** What the file holds; undefined if it has to be read. `path` is below the storage. */
  get(path: string, stamp: FileStamp): IndexEntry | undefined {
    const line = this.#known.get(path);
    if (line === undefined || line.stamp !== stamp) return undefined;
    this.#next.set(path, line);
    return line.entry;
  }

  /** Remembers what a file holds. */
  put(path: string, stamp: FileStamp, entry: IndexEntry): void {
    this.#next.set(path, { stamp, entry });
  }

  /** Writes what was got and put; nothing if that is what was found. */
  async save(): Promise<void> {
    const isSame =
      this.#next.size === this.#known.size &&
      [...this.#next].every(([path, line]) => this.#known.get(path) === line);
    if (this.#path === undefined || isSame) return;
    const lines = [...this.#next]
      .sort(([a], [b]) => compareCodePoints(a, b))
      .map(([path, line]) => JSON.stringify({ path, ...line }));
    const text = `${[headerOf(this.#storage), ...lines].join('\n')}\n`;
    // WHY: a failure is no error, because a cache that cannot be written costs time the next time, and nothing else.
    await replaceCache(this.#path, text).catch(() => {});
  }
}

function headerOf(storage: string): string {
  return JSON.stringify({ benchmem: 'index', version, storage });
}

/** Puts a file of the cache in place as a whole. Throws the system's error. */
export async function replaceCache(path: string, text: string): Promise<void> {
  await makeFolder(dirname(path));
  const sibling = `${path}.${randomUUID()}.tmp`;
  try {
    await writeFile(sibling, text, { flag: 'wx' });
    await rename(sibling, path);
  } catch (error) {
    await rm(sibling, { force: true });
    throw error;
  }
}

async function readLines(path: string, storage: string): Promise<ReadonlyMap<string, Line>> {
  const lines = new Map<string, Line>();
  const text = await readCache(path);
  const [header, ...rest] = text.split('\n');
  if (header !== headerOf(storage)) return lines;
  for (const line of rest) {
    const read = lineFrom(line);
    if (read !== undefined) lines.set(read.path, read.line);
  }
  return lines;
}

/** The text of a file of the cache; '' where it is none that this program writes. */
export async function readCache(path: string): Promise<string> {
  try {
    const found = await stat(path);
    return found.isFile() && found.size <= mostBytes ? await readFile(path, 'utf8') : '';
  } catch {
    return '';
  }
}

function lineFrom(text: string): { readonly path: string; readonly line: Line } | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isRecord(value) || !isRecord(value.entry)) return undefined;
  const { path, stamp, entry } = value;
  const read = entryFrom(entry as Record<string, unknown>);
  if (typeof path !== 'string' || typeof stamp !== 'string' || read === undefined) return undefined;
  return { path, line: { stamp, entry: read } };
}

function entryFrom({ facts, unread, isOther }: Record<string, unknown>): IndexEntry | undefined {
  if (typeof unread === 'string' && typeof isOther === 'boolean') return { unread, isOther };
  const head = factsFrom(facts);
  return head && { facts: head };
}
