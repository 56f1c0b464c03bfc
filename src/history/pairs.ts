// Two implementations within one run: an original and the newer one that refers to it, matched by their postfixes. Pure.
import { GateRefusal } from '../compare/gate/refusals.js';
import type { Entry, Series } from '../compare/series.js';
import { compareCodePoints } from '../runfile/ids.js';
import type { Run } from '../runfile/run.js';
import type { Metric } from '../stats/metrics.js';
import type { Case, CaseRules, Role } from './cases.js';
import type { NoiseRules } from './noise.js';
import { type Overall, overallOf } from './overall.js';
import { type Row, rowsOf } from './rows.js';

/** The pairs of a run. */
export interface Pairs {
  readonly original: readonly string[];
  readonly reference: readonly string[];
  /** The configuration that is missing, so that there are no pairs. */
  readonly skipped?: 'original_postfix' | 'reference_postfix';
  /** The original is each row's reference, the newer implementation its candidate. */
  readonly rows: readonly Row[];
  readonly overall: readonly Overall[];
}

/** Undefined if neither postfix is configured. */
export function pairsOf(
  cases: readonly Case[],
  { original, reference }: Pick<CaseRules, Role>,
  metrics: readonly Metric[],
  noise: NoiseRules,
): Pairs | undefined {
  if (original.length === 0 && reference.length === 0) return undefined;
  const words = { original, reference, rows: [], overall: [] };
  if (original.length === 0) return { ...words, skipped: 'original_postfix' };
  if (reference.length === 0) return { ...words, skipped: 'reference_postfix' };
  const rows = rowsOf(ofRole(cases, 'original'), ofRole(cases, 'reference'), metrics, noise, {
    row: ({ pairRowKey }) => pairRowKey,
    member: ({ pairKey }) => pairKey,
  });
  rows.sort((a, b) => compareCodePoints(a.key, b.key));
  return {
    original,
    reference,
    rows: rows.filter(({ status }) => status === 'both'),
    overall: overallOf(rows, metrics),
  };
}

function ofRole(cases: readonly Case[], role: Role): Case[] {
  return cases.filter((each) => each.role === role);
}

/**
 * Originals and their newer implementations as two series, so that compare's own gate can judge them. Throws GateRefusal
 * where there is no pair, and where several cases are one side of a pair.
 */
export function pairSeries(
  run: Run,
  cases: readonly Case[],
  { original, reference }: Pick<CaseRules, Role>,
): readonly [base: Series, head: Series] {
  if (original.length === 0 || reference.length === 0) {
    throw new GateRefusal(
      '--fail-on-pair judges pairs, and no postfix tells them apart',
      'pass --original-postfix and --reference-postfix, such as --original-postfix orig --reference-postfix new',
    );
  }
  const [from, to] = [entriesOf(ofRole(cases, 'original')), entriesOf(ofRole(cases, 'reference'))];
  if (![...to.keys()].some((key) => from.has(key))) {
    throw new GateRefusal(
      `no benchmark of ${run.label} has both an original (${original.join(', ')}) and a reference (${reference.join(', ')})`,
      'call them alike except for the postfix, such as parse_orig and parse_new',
    );
  }
  return [
    { label: original.join(', '), entries: from, run, gated: true },
    { label: reference.join(', '), entries: to, run, gated: true },
  ];
}

function entriesOf(cases: readonly Case[]): ReadonlyMap<string, Entry> {
  const entries = new Map<string, Entry>();
  for (const { pairKey, entry, id } of cases) {
    if (entries.has(pairKey)) {
      throw new GateRefusal(
        `${id} and another benchmark are one side of the same pair`,
        'name one postfix for each side, so that every pair is of two benchmarks',
      );
    }
    entries.set(pairKey, { id: pairKey, dims: entry.dims, benchmark: withoutOwnLimits(entry) });
  }
  return entries;
}

// WHY: a benchmark's own limits are about earlier runs, not about another implementation.
function withoutOwnLimits({ benchmark }: Entry): Entry['benchmark'] {
  const { benchmem } = benchmark.extra_info;
  if (benchmem?.fail_on === undefined) return benchmark;
  const { fail_on: _own, ...blob } = benchmem;
  return { ...benchmark, extra_info: { ...benchmark.extra_info, benchmem: blob } };
}
