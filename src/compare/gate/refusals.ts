// What a gate refuses before it compares anything: runs that could only pass, or fail, for another reason. Pure.
// Knows no command: what a caller could allow is data, and each command says in its own words how the allowance is given.
import { BenchmemError } from '../../errors.js';
import { headlineOf } from '../../runfile/table.js';
import { differencesOf } from '../environments.js';
import type { Entry, Series } from '../series.js';
import { nothingFits } from '../where.js';
import { hasEnoughValues, leastValues } from './limits.js';
import { type CheckedRule, type GateOptions, type GateRule, inScope, type Pair } from './rules.js';

/** The options that let a gate answer all the same. */
export type Allowance = Extract<keyof GateOptions, `allow${string}`>;

/** GATE_REFUSED. */
export class GateRefusal extends BenchmemError {
  /** Absent if nothing can allow it. */
  readonly allowedBy: Allowance | undefined;

  constructor(message: string, hint: string, allowedBy?: Allowance) {
    super('GATE_REFUSED', message, hint);
    this.allowedBy = allowedBy;
  }
}

/** Throws GateRefusal, naming what is wrong and what allows it. */
export function refuseIncomparable(
  base: Series,
  head: Series,
  common: readonly Entry[],
  checked: readonly CheckedRule[],
  options: GateOptions,
): void {
  if (options.allowPartial !== true) refusePartial(base, head);
  if (common.length === 0) {
    throw new GateRefusal(
      `${base.label} and ${head.label} have no benchmark in common`,
      'compare runs of the same suite',
    );
  }
  for (const { rule } of checked) refuseUncarried(rule, common, base);
  for (const { rule, pairs } of checked) {
    if (rule.metric.pass === 'timing') continue;
    const carried = pairs.filter(({ from, to }) => from !== undefined && to !== undefined);
    if (options.allowMixed !== true) refuseMixed(rule, carried);
    if (options.allowUnseen !== true) refuseUnseen(rule, carried);
  }
}

/** Throws GateRefusal, naming the ids whose rounds are missing or too few. */
export function refuseUnknownNoise(checked: readonly CheckedRule[]): void {
  for (const { rule, pairs } of checked) {
    const unknown = pairs
      .filter(({ from, to }) => from !== undefined && to !== undefined)
      .filter((pair) => !hasEnoughValues(pair, rule.metric))
      .map(({ id }) => id);
    if (unknown.length === 0) continue;
    throw new GateRefusal(
      `--confidence needs the raw rounds and at least ${leastValues} values a side; ${rule.field} has fewer in ${nameSome(unknown)}`,
      rule.metric.pass === 'timing'
        ? `measure with --min-rounds ${leastValues} or more and keep them (--save-rounds), or leave out --confidence`
        : `measure with --repeats ${leastValues} or more, or gate ${rule.field} in a comparison without --confidence`,
    );
  }
}

function refusePartial(...sides: readonly Series[]): void {
  const partial = sides.find(({ run }) => run.file.benchmem?.complete === false);
  if (partial === undefined) return;
  throw new GateRefusal(
    `${partial.run.path} is incomplete: its run ended early`,
    'run it to its end',
    'allowPartial',
  );
}

function refuseUncarried(
  { threshold, metric, field }: GateRule,
  common: readonly Entry[],
  base: Series,
): void {
  if (threshold === undefined) return;
  const carries = (entry: Entry | undefined) =>
    entry !== undefined && headlineOf(entry.benchmark, metric) !== undefined;
  const scoped = common.filter((entry) => inScope(threshold, entry));
  if (scoped.some((entry) => carries(entry) && carries(base.entries.get(entry.id)))) return;
  const { scope } = threshold;
  const where = scope === undefined ? '' : ` with ${scope.key}=${scope.value}`;
  throw new GateRefusal(
    `no benchmark${where} carries ${field} in both runs: this gate could never fire`,
    scoped.length === 0 && scope !== undefined
      ? `check the scope after @: ${nothingFits([scope], common).hint}`
      : `measure ${field} on both sides`,
  );
}

function refuseMixed({ field }: GateRule, pairs: readonly Pair[]): void {
  for (const { id, base, head } of pairs) {
    const found = differencesOf(base, head).find(({ prevents }) => prevents);
    if (found === undefined) continue;
    throw new GateRefusal(
      `${field} cannot be gated: ${id} was measured with ${found.text}`,
      're-run one side',
      'allowMixed',
    );
  }
}

function refuseUnseen({ field }: GateRule, pairs: readonly Pair[]): void {
  const unseen = pairs.filter(({ base, head }) => hasUnseen(base) || hasUnseen(head)).map(({ id }) => id);
  if (unseen.length === 0) return;
  throw new GateRefusal(
    `${field} cannot be gated: memory that no figure holds (UNSEEN_MEMORY) in ${nameSome(unseen)}`,
    'the warning names the library',
    'allowUnseen',
  );
}

function hasUnseen({ benchmark }: Entry): boolean {
  return (benchmark.extra_info.benchmem?.warnings ?? []).some(({ code }) => code === 'UNSEEN_MEMORY');
}

/** The first three, and how many more. */
function nameSome(ids: readonly string[]): string {
  const shown = ids.slice(0, 3).join(', ');
  return ids.length > 3 ? `${shown} and ${ids.length - 3} more` : shown;
}
