// The gate: which benchmarks moved past their limit from the first run to the last. Pure.
// INVARIANT: a gate that could not have fired is refused, never passed.
import { compareCodePoints, shortNames } from '../../runfile/ids.js';
import { headlineOf, resolutionOf } from '../../runfile/table.js';
import type { Regression } from '../document.js';
import { machineDifferences } from '../environments.js';
import { changePercent } from '../numbers.js';
import type { Entry, Series } from '../series.js';
import { type ComparisonWarning, warning } from '../warnings.js';
import { type Direction, type GateLimit, isSignificant, type Noise, passedBy } from './limits.js';
import { GateRefusal, refuseIncomparable, refuseUnknownNoise } from './refusals.js';
import {
  type CheckedRule,
  type GateOptions,
  type GateRule,
  type GateRules,
  gateRules,
  type LevelOf,
  type OwnThreshold,
  type Pair,
  type Source,
  sourceOf,
} from './rules.js';

/** A benchmark that moved past a limit. */
export interface Found extends Regression {
  /** The id as short as it is unique in both runs. */
  readonly name: string;
  readonly limit: GateLimit | OwnThreshold;
  /** Where the benchmark stands, if its run says so. */
  readonly source?: Source | undefined;
}

export interface GateSummary {
  readonly compared: number;
  readonly added: number;
  readonly removed: number;
  readonly incomparable: number;
}

export interface GateResult {
  readonly thresholds: readonly GateLimit[];
  /** What grew past a limit; in threshold order, then by id. */
  readonly regressions: readonly Found[];
  /** What fell past a limit of changes; in the same order. */
  readonly improvements: readonly Found[];
  /** Removed ids, and ones that lost a gated metric, where `failOnMissing` asks for them. */
  readonly missing: readonly string[];
  readonly warnings: readonly ComparisonWarning[];
  readonly summary: GateSummary;
  /** True if the gate fails. */
  readonly tripped: boolean;
}

/**
 * Base is the first series, head the last of those with a value. Throws GateRefusal where the runs cannot answer (one
 * run, nothing in common, mixed environments, unseen memory, unknown noise), USAGE and BAD_RUN_FILE for limits in a run.
 */
export function runGate(series: readonly Series[], options: GateOptions): GateResult {
  const [base, head] = sidesOf(series);
  const rules = gateRules(options.thresholds, head.entries.values());
  const common = [...head.entries.values()].filter(({ id }) => base.entries.has(id));
  common.sort((a, b) => compareCodePoints(a.id, b.id));
  const checked = rules.rules.map((rule) => ({ rule, pairs: pairsOf(rule, common, base, options.levels) }));
  refuseIncomparable(base, head, common, checked, options);
  const noise: Noise | undefined =
    options.confidence === undefined ? undefined : { confidence: options.confidence };
  if (noise !== undefined) refuseUnknownNoise(checked);
  const names = shortNames([base, head].flatMap(({ entries }) => [...entries.values()].map(({ id }) => id)));
  const moved = checked.flatMap(({ rule, pairs }) => movedOf(rule, pairs, noise));
  const [regressions, improvements] = (['growth', 'fall'] as const).map((direction) =>
    moved
      .filter((each) => each.direction === direction)
      .map(({ found }): Found => ({ ...found, name: names.get(found.id) ?? found.id })),
  ) as [Found[], Found[]];
  const changes = membershipOf(base, head, rules, checked);
  const missing = options.failOnMissing ? [...changes.removed, ...changes.lost] : [];
  return {
    thresholds: options.thresholds,
    regressions,
    improvements,
    missing: [...new Set(missing)].sort(compareCodePoints),
    warnings: [...changes.warnings, ...machineWarnings(base, head, checked)],
    summary: summaryOf(changes, checked, common.filter(rules.concerns)),
    tripped: moved.length > 0 || missing.length > 0,
  };
}

function sidesOf(series: readonly Series[]): [base: Series, head: Series] {
  const gated = series.filter((each) => each.gated);
  const [base] = gated;
  const head = gated.at(-1);
  if (base !== undefined && head !== undefined && base !== head) return [base, head];
  throw new GateRefusal(
    `a gate needs a base and a head, and there is ${gated.length === 1 ? `only ${base?.label}` : 'neither'}`,
    'name two runs, or --pivot along a dim with two values',
  );
}

function pairsOf(rule: GateRule, common: readonly Entry[], base: Series, levels?: LevelOf): Pair[] {
  return common.flatMap((head): Pair[] => {
    const limits = rule.limitsFor(head);
    const from = base.entries.get(head.id);
    if (limits.length === 0 || from === undefined) return [];
    const level = levels?.(head.id, rule.metric);
    return [
      {
        id: head.id,
        base: from,
        head,
        from: level?.level ?? headlineOf(from.benchmark, rule.metric),
        chance: level === undefined ? 0 : mostSigmas * level.sigma,
        to: headlineOf(head.benchmark, rule.metric),
        resolution: Math.max(
          resolutionOf(from.benchmark, rule.metric),
          resolutionOf(head.benchmark, rule.metric),
        ),
        limits,
      },
    ];
  });
}

/** Further from a level one run in thousands is by chance. */
const mostSigmas = 3.5;

interface Moved {
  readonly direction: Direction;
  readonly found: Omit<Found, 'name'>;
}

function movedOf(rule: GateRule, pairs: readonly Pair[], noise: Noise | undefined): Moved[] {
  return pairs.flatMap((pair): Moved[] => {
    const { id, from, to, limits, resolution, chance } = pair;
    if (from === undefined || to === undefined) return [];
    if (chance > 0 && Math.abs(to - from) <= chance) return [];
    const move = { from, to, resolution };
    for (const limit of limits) {
      const direction = passedBy(limit, move);
      if (direction === undefined) continue;
      if (noise !== undefined && !isSignificant(pair, limit, move, direction, noise)) continue;
      const change = changePercent(from, to);
      const pct = change !== undefined && Number.isFinite(change) ? change : null;
      const found = { field: rule.field, id, base: from, head: to, pct, limit, source: sourceOf(pair.head) };
      return [{ direction, found }];
    }
    return [];
  });
}

// WHY: this is no refusal, because two machines of one kind may be all that somebody has.
function machineWarnings(
  base: Series,
  head: Series,
  checked: readonly CheckedRule[],
): readonly ComparisonWarning[] {
  const differences = machineDifferences(base.run, head.run).map(({ text }) => text);
  if (differences.length === 0) return [];
  return checked
    .filter(({ rule, pairs }) => rule.metric.pass === 'timing' && pairs.length > 0)
    .map(({ rule: { field } }) =>
      warning(
        'TIME_ACROSS_MACHINES',
        field,
        `${base.label} and ${head.label} were not timed alike: ${differences.join(', ')}`,
        'take both times on one machine with one runtime: this gate may see nothing else',
      ),
    )
    .slice(0, 1);
}

interface Membership {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly lost: readonly string[];
  readonly warnings: readonly ComparisonWarning[];
}

function membershipOf(
  base: Series,
  head: Series,
  rules: GateRules,
  checked: readonly CheckedRule[],
): Membership {
  const only = (one: Series, other: Series) =>
    [...one.entries.values()]
      .filter((entry) => !other.entries.has(entry.id) && rules.concerns(entry))
      .map(({ id }) => id)
      .sort(compareCodePoints);
  const added = only(head, base);
  const removed = only(base, head);
  const lost: string[] = [];
  const changed: ComparisonWarning[] = [];
  for (const { rule, pairs } of checked) {
    for (const { id, from, to } of pairs) {
      if (from !== undefined && to === undefined) lost.push(id);
      if ((from === undefined) !== (to === undefined)) {
        const side = from === undefined ? base.label : head.label;
        changed.push(warning('METRIC_MISSING', id, `${side} has no ${rule.field} of it`, 'it was not gated'));
      }
    }
  }
  return {
    added,
    removed,
    lost,
    warnings: [
      ...added.map((id) => warning('NEW', id, `it is only in ${head.label}`, 'it was not gated')),
      ...removed.map((id) =>
        warning(
          'REMOVED',
          id,
          `it is only in ${base.label}`,
          'benchmem compare --fail-on-missing fails on this',
        ),
      ),
      ...changed,
    ],
  };
}

function summaryOf(
  { added, removed }: Membership,
  checked: readonly CheckedRule[],
  common: readonly Entry[],
): GateSummary {
  const limited = new Set<string>();
  const compared = new Set<string>();
  for (const { pairs } of checked) {
    for (const { id, from, to } of pairs) {
      limited.add(id);
      if (from !== undefined && to !== undefined) compared.add(id);
    }
  }
  // Where nothing but the membership is gated, that is what was compared.
  for (const { id } of common) if (!limited.has(id)) compared.add(id);
  return {
    compared: compared.size,
    added: added.length,
    removed: removed.length,
    incomparable: common.filter(({ id }) => !compared.has(id)).length,
  };
}
