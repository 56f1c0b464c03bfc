// A run of tests beside a saved one: which that is, what moved, and the gate of --fail-on-increase.
import type { GateResult } from '../../compare/gate/verdict.js';
import type { ComparisonWarning } from '../../compare/warnings.js';
import type { BenchmemError } from '../../errors.js';
import type { RunFile } from '../../runfile/schema.js';
import { defined } from '../../shapes.js';
import { comparableTests, movesOf, type SkippedTest, type TestMoves } from '../../testing/increases.js';
import { type Baseline, findBaseline, judge } from '../suite/baseline.js';
import type { World } from '../world.js';
import type { TestArgs } from './read.js';

export interface ComparedTests {
  /** What the saved run is called. */
  readonly label: string;
  readonly moves: TestMoves;
  readonly skipped: readonly SkippedTest[];
  readonly gate: GateResult | null;
  readonly warnings: readonly ComparisonWarning[];
  /** Why the gate could not answer. */
  readonly refusal?: BenchmemError;
}

/** Undefined if nobody compares. Throws USAGE; BAD_RUN_FILE, also for a saved run that is required and not there. */
export function findSavedTests(args: TestArgs, node: string, world: World): Promise<Baseline | undefined> {
  const { compare, increases, storage, requireBaseline } = args;
  return findBaseline(
    {
      compare,
      compareFail: increases,
      compareFailOnChange: [],
      storage,
      requireBaseline,
      renames: [],
      kind: 'test',
    },
    node,
    world,
  );
}

/** Undefined if there is no saved run. */
export function compareTests(baseline: Baseline | undefined, file: RunFile): ComparedTests | undefined {
  const saved = baseline?.run;
  if (baseline === undefined || saved === undefined) return undefined;
  const { base, head, skipped } = comparableTests(saved.file, file);
  const { gate, warnings, refusal } = judge({ ...baseline, run: { ...saved, file: base } }, head);
  return { label: saved.label, moves: movesOf(base, head), skipped, gate, warnings, ...defined({ refusal }) };
}
