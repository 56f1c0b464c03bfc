// What changed since the last saved run, below the tables of a run: which run that is, and the section as text.
// INVARIANT: nothing of it changes the exit code, and a storage that cannot be read is a warning.
import os from 'node:os';
import { type ComparisonWarning, warning } from '../../compare/warnings.js';
import { BenchmemError } from '../../errors.js';
import { defaultNoise } from '../../history/noise.js';
import { pairsWithin, type SectionOptions, sectionOf } from '../../history/section.js';
import { environmentOf } from '../../runfile/environment-key.js';
import { headAt, headFacts, type RunHead } from '../../runfile/heads.js';
import { renameEarlier } from '../../runfile/renames.js';
import type { Run } from '../../runfile/run.js';
import type { RunFile } from '../../runfile/schema.js';
import { machineFolder } from '../../runfile/storage.js';
import type { RunStore, SeriesTable } from '../../runfile/store.js';
import { metricNamed } from '../../stats/metrics.js';
import type { World } from '../world.js';
import type { SuiteArgs } from './options.js';
import { savedSeries, stepLines } from './since-steps.js';
import { type SectionView, type SinceText, sectionTexts } from './since-text.js';

/** What is saved, as it stood before the run that is measured got a number. */
export interface Saved {
  readonly store: RunStore;
  /** The figures of the branch's runs; absent if nothing can be read. */
  readonly table?: SeriesTable;
  /** Why nothing of it can be read. */
  readonly problem?: string;
}

/** Undefined if nobody wants to know. */
export async function openSaved(
  args: SuiteArgs,
  { openStore, cwd, env }: World,
  branch: string | undefined,
): Promise<Saved | undefined> {
  if (!args.history) return undefined;
  const store = await openStore(args.storage, { cwd, env });
  try {
    // WHY: the series are read before the listing, because each unknown file is then read once for both.
    return { store, table: await savedSeries(store, args, branch) };
  } catch (error) {
    if (!(error instanceof BenchmemError)) {
      await store.close();
      throw error;
    }
    return { store, problem: error.message };
  }
}

/** A run that has been measured. */
export interface Measured {
  readonly file: RunFile;
  /** The version of the node that measured. */
  readonly node: string;
  readonly isSaved: boolean;
  /** The run that `--compare` found. */
  readonly base: Run | undefined;
}

/** The section; undefined if there is nothing to say. */
export async function sinceLast(
  saved: Saved,
  measured: Measured,
  args: SuiteArgs,
  world: World,
): Promise<SinceText | undefined> {
  const { file, isSaved } = measured;
  if (file.benchmarks.length === 0) return undefined;
  const options = optionsOf(args);
  const now: Run = { path: 'this run', label: 'this run', file };
  const view = { options, isSaved, now: world.clock.now(), pairs: pairsWithin(now, options) };
  const { base, problems } = await baselineOf(saved, measured, args);
  const section = base && sectionOf(base.run, now, options);
  if (base === undefined || section === undefined)
    return sectionTexts({ ...view, problems, ...silent(args, base) });
  // WHY: with --compare there are none, because the comparison itself says how the two were measured.
  const warnings = measured.base === undefined && base.isSameEnvironment ? section.warnings : [];
  const { lines, problems: more } = await stepsOf(saved, file, args, world);
  const found: SectionView = {
    ...view,
    base: base.head,
    section,
    steps: lines,
    problems: [...problems, ...warnings, ...more],
  };
  return sectionTexts(found);
}

/** What cannot be said of steps is a warning: the section stands without. */
async function stepsOf(
  { table }: Saved,
  file: RunFile,
  args: SuiteArgs,
  world: World,
): Promise<{ readonly lines: readonly string[]; readonly problems: SectionView['problems'] }> {
  if (table === undefined) return { lines: [], problems: [] };
  try {
    return { lines: await stepLines(table, file, args, world), problems: [] };
  } catch (error) {
    if (!(error instanceof BenchmemError)) throw error;
    return { lines: [], problems: [warning('NO_STEPS', 'history', error.message, error.hint)] };
  }
}

// WHY: `measure` says nothing, because somebody who measures one thing by hand did not ask for a history.
function silent({ kind }: SuiteArgs, base: Base | undefined): Pick<SectionView, 'isNothingSaved'> {
  return { isNothingSaved: base === undefined && kind === 'run' };
}

function optionsOf({ words, columns }: SuiteArgs): SectionOptions {
  return {
    ...words,
    excludeParams: [],
    distinctParams: [],
    metrics: columns.flatMap((name) => metricNamed(name) ?? []),
    noise: defaultNoise,
  };
}

interface Base {
  readonly head: RunHead;
  readonly run: Run;
  readonly isSameEnvironment: boolean;
}

async function baselineOf(
  { store, problem }: Saved,
  { file, node, base }: Measured,
  { kind, renames }: SuiteArgs,
): Promise<{ readonly base?: Base; readonly problems: SectionView['problems'] }> {
  if (base !== undefined)
    return { base: { head: headOf(base), run: base, isSameEnvironment: true }, problems: [] };
  if (problem !== undefined) return { problems: [warning('UNREADABLE_RUN', 'storage', problem, '')] };
  const folder = machineFolder(os.type(), node);
  const problems: ComparisonWarning[] = [];
  try {
    const { unread } = await store.list();
    problems.push(...unread.map(({ path, message }) => warning('UNREADABLE_RUN', path, message, '')));
    const found = await store.baseline({ kind, environment: environmentOf(file), folder });
    if (found === undefined) return { problems };
    const now: Run = { path: 'this run', label: 'this run', file };
    const { runs } = renameEarlier([await store.read(found.head), now], renames);
    const [run] = runs;
    if (run === undefined) return { problems };
    const other = found.isSameEnvironment ? [] : [otherEnvironment(found.head)];
    return { base: { ...found, run }, problems: [...other, ...problems] };
  } catch (error) {
    if (!(error instanceof BenchmemError)) throw error;
    return { problems: [...problems, warning('UNREADABLE_RUN', 'storage', error.message, '')] };
  }
}

function otherEnvironment({ stem, environment: { machine, memory } }: RunHead): ComparisonWarning {
  const of = memory === undefined ? machine : `${machine}; ${memory}`;
  return warning('ENVIRONMENT_DIFFERS', stem, `no run of this environment is saved; ${stem} is of ${of}`, '');
}

function headOf({ path, label, file }: Run): RunHead {
  return headAt({ path, folder: '', stem: label }, headFacts(file, label));
}
