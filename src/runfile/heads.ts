// The head of a run: what is asked of a saved run before its benchmarks are, such as who it is and when it was measured.
// Pure; an index holds heads as they are, so that every value of one is plain data.
import { defined, isRecord } from '../shapes.js';
import { environmentOf, isSameEnvironment, type RunEnvironment } from './environment-key.js';
import { compareCodePoints } from './ids.js';
import { type RunFile, type RunKind, runKinds } from './schema.js';
import type { StoredFile } from './storage.js';
import { compareTimes } from './times.js';

/** What the file itself says. */
export interface HeadFacts {
  readonly id: string;
  /** Absent if the file names none. */
  readonly tag?: string;
  readonly kind: RunKind;
  readonly complete: boolean;
  readonly isShard: boolean;
  readonly datetime?: string;
  readonly commit?: string;
  readonly commitTime?: string;
  readonly branch?: string;
  readonly dirty: boolean;
  readonly environment: RunEnvironment;
  /** How many it has. */
  readonly benchmarks: number;
}

/** A run below a storage. */
export interface RunHead extends HeadFacts {
  /** As messages name it. */
  readonly path: string;
  /** The machine folder; '' for a run right below the storage. */
  readonly folder: string;
  /** `0003_main`; the file's name without its ending where it has no number. */
  readonly stem: string;
  /** Absent for a file that was not saved by number. */
  readonly number?: number;
}

/** Where the file stands. */
export type HeadPlace = Pick<StoredFile, 'path' | 'folder' | 'stem'> & Partial<StoredFile>;

/** What the file says of itself; `stem` is its name without the ending. */
export function headFacts(file: RunFile, stem: string): HeadFacts {
  const { benchmem, datetime, commit_info: commit } = file;
  const metadata = recordOf(file, 'metadata');
  const tags = benchmem?.tags ?? {};
  const revision = unless('unversioned', firstText(commit.id));
  return defined({
    id: firstText(metadata.run_id, own(file, 'run_id'), datetime, revision) ?? stem,
    tag: firstText(metadata.tag, metadata.label, own(file, 'label'), own(file, 'tag'), tags.tag),
    kind: benchmem?.kind ?? 'run',
    complete: benchmem?.complete !== false,
    isShard: benchmem?.shard !== undefined,
    datetime,
    commit: revision,
    commitTime: firstText(commit.time),
    branch: unless('(unknown)', firstText(commit.branch)),
    dirty: commit.dirty === true,
    environment: environmentOf(file),
    benchmarks: file.benchmarks.length,
  });
}

/** The head of the run at a place; a saved name is the tag of a run that names none. */
export function headAt({ path, folder, stem, number, name }: HeadPlace, facts: HeadFacts): RunHead {
  const tag = facts.tag ?? (name === '' ? undefined : name);
  return { ...facts, ...defined({ tag, number }), path, folder, stem };
}

/** When it was measured, then its number, then its path: the order of runs, oldest first. */
export function compareHeads(left: RunHead, right: RunHead): number {
  return (
    compareTimes(left.datetime, right.datetime) ||
    (left.number ?? 0) - (right.number ?? 0) ||
    compareCodePoints(left.path, right.path)
  );
}

/** True for a whole run of the kind: what `latest` and a baseline that nobody named may be. */
export function isWhole({ complete, isShard, kind }: HeadFacts, of: RunKind = 'run'): boolean {
  return complete && !isShard && kind === of;
}

/** True if the figures of both may be compared without more said. */
export function areAlike(one: RunHead, other: RunHead): boolean {
  return one.folder === other.folder && isSameEnvironment(one.environment, other.environment);
}

/** What is left of parsed data that is a head's facts; undefined for anything else. */
export function factsFrom(value: unknown): HeadFacts | undefined {
  if (!isRecord(value) || !isRecord(value.environment)) return undefined;
  const { id, kind, complete, isShard, dirty, environment, benchmarks } = value;
  const isSound =
    typeof id === 'string' &&
    runKinds.some((known) => known === kind) &&
    [complete, isShard, dirty].every((flag) => typeof flag === 'boolean') &&
    Number.isSafeInteger(benchmarks) &&
    typeof environment.machine === 'string' &&
    isTextOrAbsent(environment.memory) &&
    optionalTexts.every((name) => isTextOrAbsent(value[name]));
  return isSound ? (value as unknown as HeadFacts) : undefined;
}

const optionalTexts = ['tag', 'datetime', 'commit', 'commitTime', 'branch'] as const;

function isTextOrAbsent(value: unknown): boolean {
  return value === undefined || typeof value === 'string';
}

// A file from elsewhere may have more at its top than ours have.
function own(file: object, name: string): unknown {
  return (file as Record<string, unknown>)[name];
}

function recordOf(file: object, name: string): Record<string, unknown> {
  const value = own(file, name);
  return isRecord(value) ? value : {};
}

// What our own files say where there is no git.
function unless(nothing: string, text: string | undefined): string | undefined {
  return text === nothing ? undefined : text;
}

/** The first that says something: a text that is not empty, or a number. */
function firstText(...values: readonly unknown[]): string | undefined {
  for (const value of values) {
    if (typeof value === 'number' && Number.isFinite(value)) return String(value);
    if (typeof value === 'string' && value !== '') return value;
  }
  return undefined;
}
