// The figures of all runs of a storage, beside the index of their heads: a line per run with a part per metric, so that
// whoever asks for one metric of some runs reads no other. INVARIANT: as the index of heads, it is only a saving.
import { join, resolve } from 'node:path';
import { isRecord, isText, isTexts } from '../shapes.js';
import type { FigureCell, FigureColumn, FigureNames, RunFigures } from './figures.js';
import { compareCodePoints } from './ids.js';
import { cacheName, type FileStamp, readCache, replaceCache } from './index-cache.js';

const version = 1;
// WHY: tabs separate, because JSON never holds one as it is, so that a line is split without being parsed.
const separator = '\t';
// WHY: a line that was cut between two parts would be a run that lacks a metric.
const lineEnd = 'end';

interface Line {
  readonly stamp: FileStamp;
  /** FigureNames as JSON; mostly the same text for many runs. */
  readonly names: string;
  readonly profiles: string;
  /** Columns as JSON, by field. */
  readonly parts: ReadonlyMap<string, string>;
}

/** The figures of one storage, as they were found. */
export class FiguresIndex {
  readonly #path: string | undefined;
  readonly #storage: string;
  readonly #known: Map<string, Line>;
  readonly #parsed = new Map<string, FigureNames | undefined>();
  #isChanged = false;

  private constructor(path: string | undefined, storage: string, known: Map<string, Line>) {
    this.#path = path;
    this.#storage = storage;
    this.#known = known;
  }

  /** `folder` undefined: nothing is remembered. */
  static async open(storage: string, folder: string | undefined): Promise<FiguresIndex> {
    const absolute = resolve(storage);
    if (folder === undefined) return new FiguresIndex(undefined, absolute, new Map());
    const path = join(folder, `${cacheName(absolute)}.figures`);
    return new FiguresIndex(path, absolute, linesFrom(await readCache(path), absolute));
  }

  /** The figures of a file, with the columns of some fields; undefined if it has to be read. `path` is below the storage. */
  get(path: string, stamp: FileStamp, fields: readonly string[]): RunFigures | undefined {
    const line = this.#known.get(path);
    if (line === undefined || line.stamp !== stamp) return undefined;
    const names = this.#namesOf(line.names);
    const profiles = pairsFrom(parse(line.profiles), isText);
    if (names === undefined || profiles === undefined) return undefined;
    const columns = new Map<string, readonly FigureColumn[]>();
    for (const field of fields) {
      const part = line.parts.get(field);
      if (part === undefined) continue;
      const read = columnsFrom(parse(part), names.ids.length);
      if (read === undefined) return undefined;
      columns.set(field, read);
    }
    return { names, profiles, columns };
  }

  /** Remembers the figures of a file. */
  put(path: string, stamp: FileStamp, { names, profiles, columns }: RunFigures): void {
    const parts = new Map([...columns].map(([field, column]) => [field, JSON.stringify(column)]));
    const line = { stamp, names: JSON.stringify(names), profiles: JSON.stringify(profiles), parts };
    this.#known.set(path, line);
    this.#isChanged = true;
  }

  /** Forgets all files but those. */
  keep(paths: ReadonlySet<string>): void {
    for (const path of this.#known.keys()) {
      if (paths.has(path)) continue;
      this.#known.delete(path);
      this.#isChanged = true;
    }
  }

  /** Writes what is known; nothing if that is what was found. */
  async save(): Promise<void> {
    if (this.#path === undefined || !this.#isChanged) return;
    const names = new Map<string, number>();
    const lines: string[] = [];
    for (const [path, line] of [...this.#known].sort(([a], [b]) => compareCodePoints(a, b))) {
      const place = names.get(line.names) ?? names.size;
      names.set(line.names, place);
      const parts = [...line.parts].flat();
      lines.push(
        ['run', JSON.stringify(path), line.stamp, place, line.profiles, ...parts, lineEnd].join(separator),
      );
    }
    const named = [...names.keys()].map((text) => `names${separator}${text}`);
    // WHY: a failure is no error, because a cache that cannot be written costs time the next time, and nothing else.
    const text = `${[headerOf(this.#storage), ...named, ...lines].join('\n')}\n`;
    await replaceCache(this.#path, text).catch(() => {});
    this.#isChanged = false;
  }

  // PERF: hundreds of runs have one list of ids.
  #namesOf(text: string): FigureNames | undefined {
    if (!this.#parsed.has(text)) this.#parsed.set(text, namesFrom(parse(text)));
    return this.#parsed.get(text);
  }
}

function headerOf(storage: string): string {
  return JSON.stringify({ benchmem: 'figures', version, storage });
}

function linesFrom(text: string, storage: string): Map<string, Line> {
  const known = new Map<string, Line>();
  const [header, ...rest] = text.split('\n');
  if (header !== headerOf(storage)) return known;
  const names: string[] = [];
  for (const line of rest) {
    const [word, first = '', stamp, place, profiles, ...parts] = line.split(separator);
    const isWhole = parts.pop() === lineEnd;
    if (word === 'names') names.push(first);
    const text = names[Number(place)];
    const path = word === 'run' ? parse(first) : undefined;
    if (typeof path !== 'string' || stamp === undefined || profiles === undefined || text === undefined)
      continue;
    if (!isWhole || parts.length % 2 !== 0) continue;
    const pairs = parts.flatMap((field, at) => (at % 2 === 0 ? [[field, parts[at + 1] ?? ''] as const] : []));
    known.set(path, { stamp, names: text, profiles, parts: new Map(pairs) });
  }
  return known;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What is left of parsed data that is the names of a run. */
export function namesFrom(value: unknown): FigureNames | undefined {
  if (!isRecord(value)) return undefined;
  const { ids, versions } = value;
  const formerly = pairsFrom(value.formerly, isTexts);
  if (!isTexts(ids) || typeof versions !== 'string' || formerly === undefined) return undefined;
  return { ids, versions, formerly };
}

/** What is left of parsed data that is places with values. */
export function pairsFrom<Value>(
  value: unknown,
  isValue: (value: unknown) => value is Value,
): (readonly [number, Value])[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const isPair = (pair: unknown) => Array.isArray(pair) && isPlace(pair[0]) && isValue(pair[1]);
  return value.every(isPair) ? (value as [number, Value][]) : undefined;
}

function columnsFrom(value: unknown, count: number): readonly FigureColumn[] | undefined {
  const isSound =
    Array.isArray(value) && value.every((column) => isRecord(column) && isColumn(column, count));
  return isSound ? (value as FigureColumn[]) : undefined;
}

function isColumn(column: Record<string, unknown>, count: number): boolean {
  const { environment, passes, resolution, isPreloaded, rows, cells } = column;
  return (
    typeof environment === 'string' &&
    isPlace(passes) &&
    Number.isFinite(resolution) &&
    typeof isPreloaded === 'boolean' &&
    Array.isArray(rows) &&
    rows.every((row) => isPlace(row) && row < count) &&
    Array.isArray(cells) &&
    cells.length === rows.length &&
    cells.every(isCell)
  );
}

/** True for what a column may hold. */
export function isCell(cell: unknown): cell is FigureCell {
  if (Array.isArray(cell)) return cell.length === 3 && cell.every(Number.isFinite);
  return Number.isFinite(cell);
}

function isPlace(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
