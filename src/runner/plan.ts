// Which benchmarks of bench files a run measures: files loaded, ids composed, selected by `only`, `skip`, a substring and a shard.
// Loads files through children; measures nothing.
import { BenchmemError } from '../errors.js';
import type { RunFailure, Shard } from '../runfile/schema.js';
import { isInShard } from '../runfile/shards.js';
import type { NamedFile } from './discover.js';
import { refuseOwnFormer } from './former-cases.js';
import { type ChildSettings, type LoadedFile, loadFile } from './list.js';
import type { PlannedCase } from './planned.js';
import { isFailureOfOne, runFailure } from './run-suite.js';

/** What the command line takes of all benchmarks. */
export interface Choice {
  /** Only ids that contain it. */
  readonly substring?: string | undefined;
  /** Only this part of what `substring`, `only` and `skip` leave. */
  readonly shard?: Shard | undefined;
}

export interface BrokenFile {
  readonly file: NamedFile;
  readonly failure: RunFailure;
  readonly error: BenchmemError;
}

export interface Plan {
  readonly cases: readonly PlannedCase[];
  /** Those that say `skip`, or that another one's `only` leaves out. */
  readonly skipped: readonly PlannedCase[];
  /** How many benchmarks would be measured, but belong to other shards. */
  readonly elsewhere: number;
  /** Files that could not be loaded. */
  readonly broken: readonly BrokenFile[];
  /** Bench files that define nothing. */
  readonly empty: readonly NamedFile[];
  dispose(): void;
}

type Loaded = LoadedFile<'cases'>;

/**
 * Loads the files, `jobs` at a time. Throws NO_BENCHMARKS where nothing is left to measure, no file is broken and no
 * other shard has anything; INVALID_OPTION, DUPLICATE_BENCHMARK, ABORTED.
 */
export async function planRun(
  files: readonly NamedFile[],
  choice: Choice,
  settings: ChildSettings,
  jobs: number,
): Promise<Plan> {
  const loaded: (Loaded | BrokenFile)[] = [];
  const dispose = () => {
    // WHY: there is a filter, because a file that ends the run leaves its place empty.
    for (const entry of loaded.filter(Boolean)) if ('dispose' in entry) entry.dispose();
  };
  try {
    await loadAll(files, settings, jobs, loaded);
    const sound = loaded.filter((entry) => 'found' in entry);
    const broken = loaded.filter((entry) => 'failure' in entry);
    refuseOwnFormer(sound.flatMap(plannedCases));
    const { cases, skipped, elsewhere } = select(sound.flatMap(plannedCases), choice);
    if (cases.length === 0 && elsewhere === 0 && broken.length === 0) {
      throw nothingLeft(sound, skipped, choice.substring);
    }
    const empty = sound.filter((entry) => entry.found.length === 0).map(({ file }) => file);
    return { cases, skipped, elsewhere, broken, empty, dispose };
  } catch (error) {
    dispose();
    throw error;
  }
}

async function loadAll(
  files: readonly NamedFile[],
  settings: ChildSettings,
  jobs: number,
  loaded: (Loaded | BrokenFile)[],
): Promise<void> {
  const places = files.entries();
  const worker = async () => {
    for (const [index, file] of places) {
      loaded[index] = await loadFile(file, 'cases', settings).catch((error: unknown): BrokenFile => {
        if (!isFailureOfOne(error)) throw error;
        return { file, failure: runFailure(file.label, error), error };
      });
    }
  };
  const workers = await Promise.allSettled(Array.from({ length: Math.max(1, jobs) }, worker));
  const failed = workers.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

function plannedCases({ file, url, found }: Loaded): PlannedCase[] {
  return found.map((description) => ({
    id: `${file.label}::${description.localId}`,
    file: file.label,
    url,
    description,
    origin: { kind: 'bench' },
  }));
}

/** Those that are measured, those that are skipped, and how many belong to other shards. */
export function select(
  all: readonly PlannedCase[],
  { substring, shard }: Choice,
): { cases: PlannedCase[]; skipped: PlannedCase[]; elsewhere: number } {
  const wanted = all.filter(({ id }) => substring === undefined || id.includes(substring));
  const hasOnly = wanted.some(({ description }) => description.options.only === true);
  const runs = ({ description: { options } }: PlannedCase) =>
    options.skip !== true && (!hasOnly || options.only === true);
  const isHere = ({ id }: PlannedCase) => shard === undefined || isInShard(id, shard);
  const chosen = wanted.filter(runs);
  const cases = chosen.filter(isHere);
  const skipped = wanted.filter((planned) => !runs(planned) && isHere(planned));
  return { cases, skipped, elsewhere: chosen.length - cases.length };
}

/** For files that are named one by one. Throws USAGE. */
export function refuseTwice(files: readonly NamedFile[]): void {
  const twice = files.find(({ path }, at) => files.findIndex((other) => other.path === path) < at);
  if (twice === undefined) return;
  throw new BenchmemError('USAGE', `${twice.label} was named twice`, 'name each file once');
}

function nothingLeft(
  sound: readonly Loaded[],
  skipped: readonly PlannedCase[],
  substring: string | undefined,
): BenchmemError {
  const ids = sound.flatMap(plannedCases).map(({ id }) => id);
  if (ids.length === 0) {
    const labels = sound.map(({ file }) => file.label).join(', ');
    return new BenchmemError(
      'NO_BENCHMARKS',
      `${labels} ${sound.length === 1 ? 'defines' : 'define'} no benchmark`,
      "write: import { bench } from 'benchmem'; bench('name', () => { … })",
    );
  }
  if (skipped.length > 0) {
    return new BenchmemError('NO_BENCHMARKS', 'every benchmark is skipped', 'remove a skip: true');
  }
  return new BenchmemError(
    'NO_BENCHMARKS',
    `no benchmark's id contains ${JSON.stringify(substring)}`,
    `ids look like ${ids[0]}; --list shows all`,
  );
}
