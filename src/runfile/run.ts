// Runs by reference: a file, a folder of run files, or an entry of the storage; and the labels that tell them apart.
// Reads folders and files, and standard input as it is handed in; changes none.
import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, resolve, sep } from 'node:path';
import { BenchmemError } from '../errors.js';
import { defined } from '../shapes.js';
import { parseRunBytes, type ReadWarning, readRunFile } from './read.js';
import { findStored, isNewestWord, type SavedRuns, savedHint } from './references.js';
import type { RunFile, RunKind } from './schema.js';
import { defaultStorage, discoverRuns } from './storage.js';

/** A run file that was read. */
export interface Run {
  /** The file, as errors and messages name it. */
  readonly path: string;
  /** The series name: the file's stem, with parents where stems clash. */
  readonly label: string;
  readonly file: RunFile;
  /** What was left out of the file; absent for nothing. */
  readonly warnings?: readonly ReadWarning[];
}

export interface RunPlace {
  /** Where relative paths start; the process's folder by default. */
  readonly cwd?: string;
  /** The storage that references are looked up in; `.benchmarks` by default. */
  readonly storage?: string;
  /** The kind that `latest` and `previous` mean: that of the first run beside them, or `run`, by default. */
  readonly kind?: RunKind;
  /** Saved runs that stand in no folder. */
  readonly saved?: SavedRuns | undefined;
  /** What `-` reads. Absent: `-` is refused. */
  readonly readInput?: () => Promise<Buffer>;
}

/** The reference that means standard input. */
export const standardInput = '-';

/**
 * One run: a run file, a folder that holds exactly one, `-` for standard input, or a storage reference (`0003`,
 * `0003_name`, `name`, `latest`, `previous`). Throws BAD_RUN_FILE, naming the file and the benchmark; USAGE for a folder
 * with several, and for a reference that fits two.
 */
export async function readRun(reference: string, place: RunPlace = {}): Promise<Run> {
  const paths = await resolveReference(reference, place);
  const [path, another] = paths;
  if (path === undefined || another !== undefined) {
    throw new BenchmemError(
      'USAGE',
      `${reference} holds ${paths.length} runs, and one is needed`,
      `name one of them: ${paths.slice(0, 3).join(', ')}`,
    );
  }
  return { ...(await readOne(path, place)), label: stemOf(path) };
}

/** All runs that the references mean, labelled. Throws BAD_RUN_FILE; USAGE for the same file twice. */
export async function readRuns(references: readonly string[], place: RunPlace = {}): Promise<Run[]> {
  const read = new Map<string, ReadRun>();
  const once = async (path: string) => {
    const run = read.get(path) ?? (await readOne(path, place));
    read.set(path, run);
    return run;
  };
  const named = new Map<string, string[]>();
  for (const reference of references) {
    if (!isNewestWord(reference)) named.set(reference, await resolveReference(reference, place));
  }
  const [beside] = references.some(isNewestWord) ? [...named.values()].flat() : [];
  const kind = place.kind ?? (beside === undefined ? undefined : (await once(beside)).file.benchmem?.kind);
  const paths: string[] = [];
  for (const reference of references) {
    paths.push(...(named.get(reference) ?? (await resolveReference(reference, defined({ ...place, kind })))));
  }
  await refuseSameFile(paths, place);
  const labels = labelsOf(paths.map((path) => (path === standardInput ? path : resolveIn(place, path))));
  const runs: Run[] = [];
  for (const [index, path] of paths.entries()) {
    runs.push({ ...(await once(path)), label: labels[index] ?? path });
  }
  return runs;
}

type ReadRun = Omit<Run, 'label'>;

async function readOne(path: string, place: RunPlace): Promise<ReadRun> {
  if (place.saved?.has(path)) return { path, file: await place.saved.read(path) };
  const warnings: ReadWarning[] = [];
  const onWarning = (warning: ReadWarning) => warnings.push(warning);
  const file =
    path === standardInput
      ? parseRunBytes(await readInput(place), nameOf(path), onWarning)
      : await readRunFile(path, resolveIn(place, path), onWarning);
  return { path: nameOf(path), file, ...(warnings.length > 0 && { warnings }) };
}

async function readInput({ readInput }: RunPlace): Promise<Buffer> {
  if (readInput !== undefined) return readInput();
  throw new BenchmemError('USAGE', '- is standard input, which is not read here', 'name a run file');
}

function nameOf(path: string): string {
  return path === standardInput ? 'standard input' : path;
}

/** Each file's stem; clashing stems with as many parents as it takes. */
export function labelsOf(paths: readonly string[]): string[] {
  const parts = paths.map((path) => [...dirname(path).split(sep).filter(Boolean), stemOf(path)]);
  const depths = parts.map(() => 1);
  const label = (index: number) => (parts[index] ?? []).slice(-(depths[index] ?? 1)).join('/');
  for (;;) {
    const groups = new Map<string, number[]>();
    for (const index of parts.keys()) groups.set(label(index), [...(groups.get(label(index)) ?? []), index]);
    const clashing = [...groups.values()].filter((group) => group.length > 1).flat();
    const growing = clashing.filter((index) => (depths[index] ?? 1) < (parts[index] ?? []).length);
    if (growing.length === 0) return parts.map((_, index) => label(index));
    for (const index of growing) depths[index] = (depths[index] ?? 1) + 1;
  }
}

/** The file's name without its last ending. */
export function stemOf(path: string): string {
  if (path === standardInput) return 'stdin';
  const name = basename(path);
  const dot = name.lastIndexOf('.');
  return dot > 0 ? name.slice(0, dot) : name;
}

async function resolveReference(reference: string, place: RunPlace): Promise<string[]> {
  if (reference === standardInput) return [standardInput];
  const found = await stat(resolveIn(place, reference)).catch(() => undefined);
  if (found?.isDirectory()) {
    const runs = await discoverRuns(reference, place);
    if (runs.length > 0) return runs;
    throw new BenchmemError(
      'BAD_RUN_FILE',
      `${reference} holds no run file`,
      'name a folder with .json run files',
    );
  }
  if (found !== undefined) return [reference];
  const storage = place.storage ?? defaultStorage;
  const stored = await findStored(reference, storage, place);
  if (stored !== undefined) return [stored];
  if (isNewestWord(reference)) throw nothingSaved(reference, storage);
  const hint = reference.endsWith('.json') ? undefined : await savedHint(reference, storage, place);
  // A reference that means nothing is a file that is not there: the reader says so.
  if (hint === undefined) return [reference];
  throw new BenchmemError(
    'BAD_RUN_FILE',
    `cannot read ${reference}: ENOENT: there is no such file, and no saved run of that name or number in ${storage}`,
    hint,
  );
}

function nothingSaved(reference: string, storage: string): BenchmemError {
  const isFirst = reference.endsWith('latest');
  return new BenchmemError(
    'BAD_RUN_FILE',
    isFirst
      ? `there is no complete saved run in ${storage}`
      : `there is no saved run before the latest in ${storage}`,
    'save one with benchmem run --save NAME; a run that ended early or a shard is named by its number',
  );
}

async function refuseSameFile(paths: readonly string[], place: RunPlace): Promise<void> {
  const seen = new Map<string, string>();
  for (const path of paths) {
    const absolute = path === standardInput ? path : resolveIn(place, path);
    const real = absolute === standardInput ? absolute : await realpath(absolute).catch(() => absolute);
    const before = seen.get(real);
    if (before !== undefined) {
      throw new BenchmemError(
        'USAGE',
        before === path ? `${path} was given twice` : `${before} and ${path} are the same file`,
        'name each run once',
      );
    }
    seen.set(real, path);
  }
}

function resolveIn({ cwd = '.' }: RunPlace, path: string): string {
  return resolve(cwd, path);
}
