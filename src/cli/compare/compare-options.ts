// What `benchmem compare` accepts: the flags as yargs shows them, and the typed plan that they mean.
// Reads no run: every name and threshold is checked before one is opened.
import type { Argv } from 'yargs';
import { type ComparePlan, planComparison } from '../../compare/compare.js';
import type { GateLimit } from '../../compare/gate/limits.js';
import type { GateOptions } from '../../compare/gate/rules.js';
import type { SortKey } from '../../compare/groups.js';
import { defined } from '../../shapes.js';
import { parseCondition } from '../../text/conditions.js';
import { parseThreshold } from '../../text/limits.js';
import { flag, nonEmpty, refuseRepeated, renamesOf, strings, usage } from '../option-values.js';

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

const groups = {
  what: 'What to compare:',
  view: 'What to show:',
  gate: 'When to fail:',
  output: 'Output:',
};

const options = {
  where: {
    group: groups.what,
    nargs: 1,
    describe: 'Only benchmarks whose K is V: --where group=io; may be repeated (all must hold)',
  },
  pivot: { group: groups.what, nargs: 1, describe: 'One run: the values of this dim become the series' },
  rename: {
    group: groups.what,
    nargs: 1,
    describe: 'OLD=NEW: what earlier runs call OLD is NEW; ids, or prefixes that end in ::; may be repeated',
  },
  label: { group: groups.what, alias: 'l', nargs: 1, describe: 'Name of a series, once for each of them' },
  storage: {
    group: groups.what,
    nargs: 1,
    describe: 'Where 0003, a name, latest or previous is looked up (default: .benchmarks)',
  },
  columns: {
    group: groups.view,
    nargs: 1,
    describe: 'Metrics or fields, comma-separated; extra:NAME shows a label (default: time,peak)',
  },
  stat: {
    group: groups.view,
    nargs: 1,
    describe:
      'min, max, mean, median, stddev, trend (of retained) or all (default: all; with --diff: min, trend)',
  },
  'group-by': {
    group: groups.view,
    nargs: 1,
    describe:
      "fullname, name, func, group, module, class, param:NAME, comma-separated; '' for one table (default: fullname)",
  },
  sort: {
    group: groups.view,
    nargs: 1,
    choices: ['name', 'value', 'change'],
    describe: 'Rows of a table, by its first column (default: name)',
  },
  diff: {
    group: groups.view,
    type: 'boolean',
    describe: 'The first run, and what changed in each later one',
  },
  'fail-on': {
    group: groups.gate,
    nargs: 1,
    describe:
      'Exit 1 where FIELD grew past LIMIT from the first run to the last: peak:10%, time:20ms, retained:10%+64KiB, peak:1MiB@group=io; may be repeated (a scope replaces the general limit)',
  },
  'fail-on-change': {
    group: groups.gate,
    nargs: 1,
    describe: 'As --fail-on, also where FIELD fell by more than LIMIT; may be repeated',
  },
  'fail-on-missing': {
    group: groups.gate,
    type: 'boolean',
    describe: 'Exit 1 where a benchmark, or a gated metric, is gone',
  },
  confidence: {
    group: groups.gate,
    nargs: 1,
    describe: 'Every limit fails only where the medians differ beyond chance, from 6 values a side on: 0.95',
  },
  'allow-mixed': {
    group: groups.gate,
    type: 'boolean',
    describe: 'Gate memory across modes, allocators, Node majors or V8 flags',
  },
  'allow-partial': { group: groups.gate, type: 'boolean', describe: 'Gate a run that ended early' },
  'allow-unseen': {
    group: groups.gate,
    type: 'boolean',
    describe: 'Gate benchmarks with memory that no figure holds',
  },
  format: {
    group: groups.output,
    nargs: 1,
    choices: ['table', 'md', 'json'],
    describe: 'For people, for a pull request, for programs (default: table)',
  },
  csv: {
    group: groups.output,
    nargs: 1,
    describe:
      'Write the raw values to FILE as well; - for standard output, and the table goes to standard error',
  },
  color: {
    group: groups.output,
    type: 'boolean',
    describe: 'Colour, or --no-color (default: on a terminal)',
  },
} as const;

const repeatable = ['where', 'label', 'l', 'fail-on', 'fail-on-change', 'rename'];

/** Adds the command's flags and examples. */
export function buildCompare(yargs: Argv): Argv {
  return yargs
    .usage(
      '$0 compare RUNS... [options]\n\nPuts runs side by side, the first being the base. A run is a file, a folder of runs, - for standard input, or a storage reference (0003, a name, latest, previous).',
    )
    .options(options)
    .example('$0 compare base.json head.json', 'both, with multipliers against the best')
    .example('$0 compare base.json head.json --diff', 'what changed')
    .example(
      '$0 compare base.json head.json --fail-on peak:10% --fail-on allocations:5%',
      'exit 1 on a regression',
    )
    .example('$0 compare run.json --pivot allocator', 'the values of one dim, side by side');
}

/** The typed meaning of parsed flags. Throws USAGE. */
export function readCompareArgs(parsed: Record<string, unknown>): CompareArgs {
  refuseRepeated(parsed, compareFlags, repeatable);
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

function readGate(parsed: Record<string, unknown>): GateOptions | undefined {
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

/** The names of all flags, for suggestions. */
export const compareFlags: readonly string[] = Object.keys(options);
