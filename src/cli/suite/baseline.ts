// The inline gate of `benchmem run`: finds the run to compare with, and judges the new one by the same functions that
// `benchmem compare` uses. Reads the storage; prints nothing.
import { isAbsolute } from 'node:path';
import { compareRuns, planComparison } from '../../compare/compare.js';
import type { GateLimit } from '../../compare/gate/limits.js';
import type { Found, GateResult } from '../../compare/gate/verdict.js';
import { type ComparisonWarning, renameWarnings } from '../../compare/warnings.js';
import { BenchmemError } from '../../errors.js';
import { findStored, isNewestWord, savedHint } from '../../runfile/references.js';
import { renameRuns, type UnmatchedRename } from '../../runfile/renames.js';
import { type Run, type RunPlace, readRun, standardInput } from '../../runfile/run.js';
import type { RunBenchmark, RunFile, Shard } from '../../runfile/schema.js';
import { isInShard } from '../../runfile/shards.js';
import { defaultStorage } from '../../runfile/storage.js';
import { headlineOf } from '../../runfile/table.js';
import { defined } from '../../shapes.js';
import { metricNamed } from '../../stats/metrics.js';
import { parseThreshold } from '../../text/limit-grammar.js';
import { singleText } from '../../text/numbers.js';
import { withRuns } from '../input.js';
import { isCi } from '../terminal.js';
import { gateVerdict } from '../text/gate-verdict.js';
import type { World } from '../world.js';
import { type SavedLevels, savedLevels } from './levels.js';
import { branchOfBase, findBase, noBase } from './merge-base.js';
import type { SuiteArgs } from './options.js';
import type { RunEntry, RunProblem } from './table.js';

/** What says which run that is, and how far a new one may go. */
export type BaselineArgs = Pick<
  SuiteArgs,
  'compare' | 'compareFail' | 'compareFailOnChange' | 'storage' | 'kind' | 'requireBaseline' | 'renames'
> &
  Partial<Pick<SuiteArgs, 'against' | 'mainBranch' | 'memory'>>;

/** What a run is compared with, and the limits of the command line. */
export interface Baseline {
  readonly thresholds: readonly GateLimit[];
  /** Absent if there is none yet, and none is required. */
  readonly run?: Run;
  /** What is saved, where the run that was named is not. */
  readonly savedHint?: string | undefined;
  /** What takes the place of its figures in limits. */
  readonly levels?: SavedLevels | undefined;
  /** What is to be said of the choice of it. */
  readonly notes?: readonly ComparisonWarning[];
  /** Renames that it has nothing for. */
  readonly unmatched?: readonly UnmatchedRename[];
}

/** What the comparison found. */
export interface Judgement {
  readonly gate: GateResult | null;
  readonly warnings: readonly ComparisonWarning[];
  /** Why the gate could not answer. */
  readonly refusal?: BenchmemError;
}

/** Undefined without --compare. Throws USAGE; BAD_RUN_FILE, also for a missing baseline that is required. */
export async function findBaseline(
  args: BaselineArgs,
  node: string,
  world: World,
): Promise<Baseline | undefined> {
  const found = await findRun(args, node, world);
  if (found?.run === undefined || args.against !== 'level') return found;
  return { ...found, levels: await savedLevels(args, world) };
}

async function findRun(args: BaselineArgs, node: string, world: World): Promise<Baseline | undefined> {
  const onChange = '--compare-fail-on-change';
  const thresholds: GateLimit[] = [
    ...args.compareFail.map((text) => parseThreshold(text, '--compare-fail')),
    ...args.compareFailOnChange.map((text) => ({ ...parseThreshold(text, onChange), onChange: true })),
  ];
  if (args.compare === undefined) return undefined;
  const reference = args.compare === '' ? 'latest' : args.compare;
  return withRuns([reference], world, args.storage, (place) =>
    findNamed({ reference, thresholds, place }, args, node, world),
  );
}

interface Named {
  readonly reference: string;
  readonly thresholds: readonly GateLimit[];
  readonly place: RunPlace;
}

async function findNamed(
  { reference, thresholds, place }: Named,
  args: BaselineArgs,
  node: string,
  world: World,
): Promise<Baseline> {
  const { env } = world;
  const storage = args.storage ?? defaultStorage;
  const isInput = reference === standardInput;
  const stored = isInput
    ? reference
    : await findStored(reference, storage, { ...place, node, kind: args.kind });
  // WHY: a run that is saved as base is asked first, because that run is meant then.
  const branch = stored === undefined ? branchOfBase(reference) : undefined;
  if (branch !== undefined) return baseOf({ reference: branch, thresholds, place }, args, node, world);
  if (stored === undefined && (args.compare === '' || !looksLikeFile(reference))) {
    const isNamed = !isNewestWord(reference);
    const hint = isNamed ? await savedHint(reference, storage, { ...place, node }) : undefined;
    // WHY: this holds outside CI too, because a name that is none of the saved ones is misspelt, and its gate would pass.
    const isRequired = args.requireBaseline ?? ((isCi(env) || hint !== undefined) && thresholds.length > 0);
    if (!isRequired) return { thresholds, savedHint: hint };
    throw new BenchmemError(
      'BAD_RUN_FILE',
      `there is no saved run ${args.compare === '' ? '' : `${reference} `}in ${storage} to compare with`,
      hint === undefined
        ? 'save one with --save NAME, or pass --no-require-baseline'
        : `${hint}; save one with --save ${reference}, or pass --no-require-baseline`,
    );
  }
  const saved = await readRun(stored ?? reference, { ...place, storage });
  const { runs, unmatched } = renameRuns([saved], args.renames);
  return { thresholds, run: runs[0] ?? saved, unmatched };
}

/** `reference` is the branch. */
async function baseOf(
  { reference: branch, thresholds, place }: Named,
  args: BaselineArgs,
  node: string,
  world: World,
): Promise<Baseline> {
  const { env } = world;
  const storage = args.storage ?? defaultStorage;
  const { head, warnings: notes, hint } = await findBase(branch, args, node, world);
  if (head === undefined) {
    if (args.requireBaseline ?? (isCi(env) && thresholds.length > 0)) throw noBase(hint, storage);
    return { thresholds, savedHint: hint };
  }
  const { runs, unmatched } = renameRuns([await readRun(head.path, { ...place, storage })], args.renames);
  return { thresholds, run: runs[0] as Run, unmatched, notes };
}

function looksLikeFile(reference: string): boolean {
  return reference.endsWith('.json') || reference.startsWith('.') || isAbsolute(reference);
}

/** Compares and, where there are limits, gates. */
export function judge(
  { run: whole, thresholds, unmatched = [], notes = [], levels }: Baseline,
  file: RunFile,
  shard?: Shard,
): Judgement {
  const run = whole && shard ? partOf(whole, shard) : whole;
  if (run === undefined || file.benchmarks.length === 0) return { gate: null, warnings: [] };
  const head: Run = { path: 'this run', label: run.label === 'now' ? 'this run' : 'now', file };
  const present = ['time', 'peak'].filter((name) =>
    isMeasured(name, [...run.file.benchmarks, ...file.benchmarks]),
  );
  const columns = [...new Set([...present, ...thresholds.map(({ field }) => field)])].join(',');
  const compared = compareRuns([run, head], planComparison({ columns }));
  const warnings = [...notes, ...renameWarnings(unmatched), ...compared.warnings];
  const hasOwn = file.benchmarks.some(({ extra_info: extra }) => extra.benchmem?.fail_on !== undefined);
  if (thresholds.length === 0 && !hasOwn) return { gate: null, warnings };
  const gated = { thresholds, levels: levels?.(file) };
  const { result, refusal } = gateVerdict(compared.compared, gated, sayFlag);
  return {
    gate: result,
    warnings: [...warnings, ...(result?.warnings ?? [])],
    ...defined({ refusal }),
  };
}

// This command has no --allow flags: whoever wants such a gate compares two saved runs.
const sayFlag = (flag: string) => `save both runs and use benchmem compare ${flag}`;

// WHY: a run without times has no column of times, and the user knows, because the user asked for that. So it is not a warning.
function isMeasured(name: string, benchmarks: readonly RunBenchmark[]): boolean {
  const metric = metricNamed(name);
  return benchmarks.some((found) => metric !== undefined && headlineOf(found, metric) !== undefined);
}

// WHY: what other shards measure is not missing in this one.
function partOf(run: Run, shard: Shard): Run {
  const benchmarks = run.file.benchmarks.filter(({ fullname }) => isInShard(fullname, shard));
  return { ...run, file: { ...run.file, benchmarks } };
}

/** The ids of what moved past a limit, or stands above a ceiling of its own. */
export function overLimit(
  gate: GateResult | null,
  entries: readonly (RunEntry | undefined)[],
): ReadonlySet<string> {
  const { regressions = [], improvements = [] } = gate ?? {};
  const above = entries.flatMap((entry) => (entry?.breaches.length ? [entry.planned.id] : []));
  return new Set([...regressions.map(({ id }) => id), ...improvements.map(({ id }) => id), ...above]);
}

/** What moved past a limit, as reporters show it. */
export function gateProblems(gate: GateResult | null): RunProblem[] {
  const problem =
    (verb: string) =>
    ({ id, field, base, head, limit }: Found): RunProblem => {
      const [from, to] = [base, head].map((value) => singleText(value, limit.metric.unit));
      return { id, message: `${field} ${verb} from ${from} to ${to}` };
    };
  const { regressions = [], improvements = [] } = gate ?? {};
  return [...regressions.map(problem('grew')), ...improvements.map(problem('fell'))];
}
