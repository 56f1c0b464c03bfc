// The typed plan that the flags of `benchmem compare` mean.
// Reads no run: every name and threshold is checked before one is opened.
import { type ComparePlan, planComparison } from '../../compare/compare.js';
import type { GateLimit } from '../../compare/gate/limits.js';
import type { GateOptions } from '../../compare/gate/rules.js';
import type { SortKey } from '../../compare/groups.js';
import { defined } from '../../shapes.js';
import { parseCondition } from '../../text/conditions.js';
import { parseThreshold } from '../../text/limits.js';
import type { CommandLine, Parsed } from '../command.js';
import { flag, nonEmpty, renamesOf, strings, usage } from '../option-values.js';
import { readOverRenames } from '../suite/config.js';
import type { World } from '../world.js';

export type ComparisonFormat = 'table' | 'md' | 'json';

export interface CompareArgs {
  readonly runs: readonly string[];
  readonly plan: ComparePlan;
  /** Absent: no gate. */
  readonly gate?: GateOptions;
  readonly format: ComparisonFormat;
  readonly csv: string | undefined;
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
    ...defined({ gate }),
    format: (parsed.format as ComparisonFormat | undefined) ?? 'table',
    csv: nonEmpty('--csv', parsed.csv, 'name the file to write'),
    storage: nonEmpty('--storage', parsed.storage, 'name the folder'),
    color: parsed.color as boolean | undefined,
  };
}

function readGate(parsed: Parsed): GateOptions | undefined {
  const thresholds: GateLimit[] = [
    ...strings(parsed['fail-on']).map((text) => parseThreshold(text)),
    ...strings(parsed['fail-on-change']).map((text) => ({
      ...parseThreshold(text, '--fail-on-change'),
      onChange: true,
    })),
  ];
  const failOnMissing = flag(parsed['fail-on-missing']);
  const confidence = readConfidence(parsed.confidence);
  if (thresholds.length === 0 && !failOnMissing) {
    if (confidence === undefined) return undefined;
    throw usage(
      '--confidence is about a gate, and there is none',
      'pass --fail-on as well: --fail-on time:5%',
    );
  }
  return {
    thresholds,
    failOnMissing,
    allowMixed: flag(parsed['allow-mixed']),
    allowPartial: flag(parsed['allow-partial']),
    allowUnseen: flag(parsed['allow-unseen']),
    ...defined({ confidence }),
  };
}

function readConfidence(raw: unknown): number | undefined {
  if (raw === undefined) return undefined;
  const value = /^(0?\.\d{1,6})$/.test(String(raw)) ? Number(raw) : Number.NaN;
  // WHY from 0.5: a bound that is less sure than a coin makes the gate stricter than the plain rule.
  if (value >= 0.5 && value <= 0.999) return value;
  throw usage(
    `--confidence must be from 0.5 to 0.999, not ${JSON.stringify(raw)}`,
    'for example --confidence 0.95',
  );
}
