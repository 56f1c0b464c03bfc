// The typed plan that the flags of `benchmem compare` mean.
// Reads no run: every name and threshold is checked before one is opened.
import { type ComparePlan, planComparison } from '../../compare/compare.js';
import type { GateOptions } from '../../compare/gate/rules.js';
import type { SortKey } from '../../compare/groups.js';
import { defined } from '../../shapes.js';
import { parseCondition } from '../../text/conditions.js';
import type { CommandLine, Parsed } from '../command.js';
import { readGate } from '../gate-flags.js';
import { flag, nonEmpty, renamesOf, strings, usage } from '../option-values.js';
import { readOverRenames } from '../over-config.js';
import type { World } from '../world.js';

export type ComparisonFormat = 'table' | 'md' | 'json';

export interface CompareArgs {
  readonly runs: readonly string[];
  readonly plan: ComparePlan;
  /** Absent: no gate. */
  readonly gate?: GateOptions;
  readonly format: ComparisonFormat;
  readonly csv: string | undefined;
  /** Folders of the profiles of the base and of the head. */
  readonly profiles?: { readonly base: string; readonly head: string };
  readonly storage: string | undefined;
  readonly color: boolean | undefined;
}

/** The typed meaning of parsed flags over what a config renames. Throws USAGE, BAD_CONFIG. */
export async function read({ parsed }: CommandLine, { cwd }: World): Promise<CompareArgs> {
  return readOverRenames(parsed, cwd, readCompareArgs);
}

/** Throws USAGE. */
export function readCompareArgs(parsed: Parsed): CompareArgs {
  const [, ...runs] = strings(parsed._);
  if (runs.length === 0 || runs.includes('')) {
    throw usage('compare needs RUNS', 'for example: benchmem compare base.json head.json');
  }
  const gate = readGate(parsed);
  const plan = planComparison({
    columns: nonEmpty('--columns', parsed.columns, 'for example --columns peak,allocations'),
    stat: nonEmpty('--stat', parsed.stat, 'for example --stat min'),
    groupBy: parsed['group-by'] === undefined ? undefined : String(parsed['group-by']),
    sort: parsed.sort as SortKey | undefined,
    diff: flag(parsed.diff),
    pivot: nonEmpty('--pivot', parsed.pivot, 'name a dim'),
    where: strings(parsed.where).map((text) => parseCondition(text)),
    labels: strings(parsed.label),
    renames: renamesOf(parsed.rename, parsed.renames),
  });
  return {
    runs,
    plan,
    ...defined({ gate, profiles: profileFolders(parsed.profiles) }),
    format: (parsed.format as ComparisonFormat | undefined) ?? 'table',
    csv: nonEmpty('--csv', parsed.csv, 'name the file to write'),
    storage: nonEmpty('--storage', parsed.storage, 'name the folder'),
    color: parsed.color as boolean | undefined,
  };
}

function profileFolders(given: unknown): CompareArgs['profiles'] {
  if (given === undefined) return undefined;
  const [base = '', head = ''] = strings(given);
  if (base === '' || head === '') {
    throw usage('--profiles needs two folders', 'for example --profiles base-profiles head-profiles');
  }
  return { base, head };
}
