// Which limit holds for which benchmark: the benchmark's own first, then a scoped one, then the general one. Pure.
import { BenchmemError } from '../../errors.js';
import type { Metric } from '../../stats/metrics.js';
import { parseThreshold } from '../../text/limit-grammar.js';
import type { Entry } from '../series.js';
import { satisfies } from '../where.js';
import type { GateLimit } from './limits.js';

/** What a figure is over many runs, in the metric's unit. */
export interface Level {
  readonly level: number;
  /** One standard deviation of a run around it. */
  readonly sigma: number;
}

/** Undefined if too few runs are known. */
export type LevelOf = (id: string, metric: Metric) => Level | undefined;

/** What a gate is asked. */
export interface GateOptions {
  /** What takes the place of the base's figures, where there is one. */
  readonly levels?: LevelOf | undefined;
  readonly thresholds: readonly GateLimit[];
  readonly failOnMissing?: boolean;
  readonly allowMixed?: boolean;
  readonly allowPartial?: boolean;
  readonly allowUnseen?: boolean;
  /** Between 0 and 1; absent: the plain rule. */
  readonly confidence?: number;
}

/** A limit that a benchmark carries itself. */
export interface OwnThreshold extends GateLimit {
  /** Where it stands: `bench/io.bench.ts:12`, or the benchmark's id. */
  readonly origin: string;
}

/** A place in the code. */
export interface Source {
  readonly file: string;
  readonly line?: number;
}

export interface GateRules {
  /** The metrics to gate, in the order of their thresholds. */
  readonly rules: readonly GateRule[];
  /** True if some rule may say something about the benchmark. */
  concerns(entry: Entry): boolean;
}

export interface GateRule {
  readonly metric: Metric;
  /** As the user named it. */
  readonly field: string;
  /** The command line's threshold; absent for a metric that only benchmarks limit. */
  readonly threshold?: GateLimit;
  /** The limits that hold for a benchmark under this rule; [] where the rule is not about it. */
  limitsFor(head: Entry): readonly (GateLimit | OwnThreshold)[];
}

/** A benchmark under a rule, with both headlines. */
export interface Pair {
  readonly id: string;
  readonly base: Entry;
  readonly head: Entry;
  readonly from: number | undefined;
  readonly to: number | undefined;
  /** The coarser one of both sides, in the metric's unit. */
  /** How far head may be from base by chance alone, in the metric's unit. */
  readonly chance: number;
  readonly resolution: number;
  readonly limits: readonly (GateLimit | OwnThreshold)[];
}

/** A rule with the benchmarks that it judges. */
export interface CheckedRule {
  readonly rule: GateRule;
  readonly pairs: readonly Pair[];
}

/** Parses the limits that `entry` carries. Throws BAD_RUN_FILE naming the benchmark. */
export function ownThresholds(entry: Entry): readonly OwnThreshold[] {
  const blob = entry.benchmark.extra_info.benchmem;
  const raw = blob === undefined || !Object.hasOwn(blob, 'fail_on') ? undefined : blob.fail_on;
  if (raw === undefined || raw === null) return [];
  const origin = originOf(entry);
  const list: unknown[] = Array.isArray(raw) ? raw : [raw];
  return list.map((expression) => {
    if (typeof expression === 'string') {
      return { ...parseThreshold(expression, `${entry.id}: fail_on`), origin };
    }
    throw new BenchmemError(
      'BAD_RUN_FILE',
      `benchmark ${JSON.stringify(entry.id)}: fail_on must be a limit such as "peak:10%"`,
      'write it as text, or as a list of texts',
    );
  });
}

/** The rules of a gate over the benchmarks of its newer side. */
export function gateRules(thresholds: readonly GateLimit[], heads: Iterable<Entry>): GateRules {
  const own = new Map<string, readonly OwnThreshold[]>();
  for (const entry of heads) {
    const limits = ownThresholds(entry);
    if (limits.length > 0) own.set(entry.id, limits);
  }
  const ownFor = (entry: Entry, metric: Metric) =>
    (own.get(entry.id) ?? []).filter((limit) => limit.metric.field === metric.field && inScope(limit, entry));
  const rules = thresholds.map((threshold, index): GateRule => {
    const { metric, field } = threshold;
    const isFirst = thresholds.findIndex((each) => isOfOneKind(each, threshold)) === index;
    const limitsFor = (head: Entry) => {
      const carried = threshold.onChange === true ? [] : ownFor(head, metric);
      if (carried.length > 0) return isFirst ? carried : [];
      return inScope(threshold, head) && !isOverridden(threshold, thresholds, head) ? [threshold] : [];
    };
    return { metric, field, threshold, limitsFor };
  });
  const others = new Map<string, GateRule>();
  for (const limit of [...own.values()].flat()) {
    const { metric, field } = limit;
    if (thresholds.some((each) => isOfOneKind(each, limit)) || others.has(metric.field)) continue;
    others.set(metric.field, { metric, field, limitsFor: (head) => ownFor(head, metric) });
  }
  const all = [...rules, ...others.values()];
  const concerns = (entry: Entry) =>
    thresholds.some((threshold) => inScope(threshold, entry)) || own.has(entry.id) || thresholds.length === 0;
  return { rules: all, concerns };
}

export function inScope({ scope }: GateLimit, entry: Entry): boolean {
  return scope === undefined || satisfies(scope, entry);
}

// A limit of growth never stands for one of changes.
function isOfOneKind(one: GateLimit, other: GateLimit): boolean {
  return one.metric.field === other.metric.field && (one.onChange === true) === (other.onChange === true);
}

// A scoped limit replaces the general one of its metric and kind.
function isOverridden(threshold: GateLimit, all: readonly GateLimit[], entry: Entry): boolean {
  if (threshold.scope !== undefined) return false;
  return all.some(
    (other) => other.scope !== undefined && isOfOneKind(other, threshold) && inScope(other, entry),
  );
}

function originOf(entry: Entry): string {
  const source = sourceOf(entry);
  if (source === undefined) return entry.id;
  return source.line === undefined ? source.file : `${source.file}:${source.line}`;
}

/** Where the benchmark stands, as its run file says; undefined if it does not. */
export function sourceOf({ benchmark }: Entry): Source | undefined {
  const source = benchmark.extra_info.benchmem?.source as
    | { file?: unknown; line?: unknown }
    | null
    | undefined;
  if (typeof source?.file !== 'string') return undefined;
  const { file, line } = source;
  return Number.isSafeInteger(line) ? { file, line: line as number } : { file };
}
