// Runs by reference: a file, a folder of run files, or an entry of the storage; and the labels that tell them apart.
// Reads folders and files; changes none.
import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, resolve, sep } from 'node:path';
import { BenchmemError } from '../errors.js';
import { type ReadWarning, readRunFile } from './read.js';
import type { RunFile } from './schema.js';
import { defaultStorage, discoverRuns, findStored } from './storage.js';

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
  /** Where relative paths start; the process's folder unless told. */
  readonly cwd?: string;
  /** The storage that references are looked up in; `.benchmarks` unless told. */
  readonly storage?: string;
}

/**
 * One run: a run file, a folder that holds exactly one, or a storage reference (`0003`, `0003_name`, `name`, `latest`).
 * Throws BAD_RUN_FILE, naming the file and the benchmark; USAGE for a folder with several.
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
  return readLabelled(path, stemOf(path), place);
}

/** All runs that the references mean, labelled. Throws BAD_RUN_FILE; USAGE for the same file twice. */
export async function readRuns(references: readonly string[], place: RunPlace = {}): Promise<Run[]> {
  const paths: string[] = [];
  for (const reference of references) paths.push(...(await resolveReference(reference, place)));
  await refuseSameFile(paths, place);
  const labels = labelsOf(paths.map((path) => resolveIn(place, path)));
  const runs: Run[] = [];
  for (const [index, path] of paths.entries())
    runs.push(await readLabelled(path, labels[index] ?? path, place));
  return runs;
}

async function readLabelled(path: string, label: string, place: RunPlace): Promise<Run> {
  const warnings: ReadWarning[] = [];
  const file = await readRunFile(path, resolveIn(place, path), (warning) => warnings.push(warning));
  return { path, label, file, ...(warnings.length > 0 && { warnings }) };
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
  const name = basename(path);
  const dot = name.lastIndexOf('.');
  return dot > 0 ? name.slice(0, dot) : name;
}

async function resolveReference(reference: string, place: RunPlace): Promise<string[]> {
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
  const stored = await findStored(reference, place.storage ?? defaultStorage, place);
  // A reference that means nothing is a file that is not there: the reader says so.
  return stored === undefined ? [reference] : [stored];
}

async function refuseSameFile(paths: readonly string[], place: RunPlace): Promise<void> {
  const seen = new Map<string, string>();
  for (const path of paths) {
    const absolute = resolveIn(place, path);
    const real = await realpath(absolute).catch(() => absolute);
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
