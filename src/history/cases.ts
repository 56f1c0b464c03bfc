// The cases of a run: one benchmark each, with its name taken apart and the keys that match it with others. Pure.
// INVARIANT: the postfix is part of what matches two runs, so that variants never pair across them.
import type { Entry } from '../compare/series.js';
import { BenchmemError } from '../errors.js';
import { offer } from '../runfile/known-dims.js';
import { knownPostfixes, type NameParts, partsOfBenchmark } from '../runfile/name-parts.js';
import type { RunBenchmark } from '../runfile/schema.js';
import { type GroupToken, groupLabel, type PostfixLabels, pairsText, paramsOf } from './group-label.js';

/** How cases are named, told apart and grouped. */
export interface CaseRules {
  /** Words that mean the original implementation, and the newer one that refers to it. */
  readonly original: readonly string[];
  readonly reference: readonly string[];
  readonly postfixLabels: PostfixLabels;
  readonly excludeParams: readonly string[];
  readonly distinctParams: readonly string[];
  readonly groupBy: readonly GroupToken[];
}

export type Role = 'original' | 'reference';

export interface Case {
  readonly id: string;
  readonly benchmark: RunBenchmark;
  readonly entry: Entry;
  readonly parts: NameParts;
  /** Only from configured words. */
  readonly role: Role | undefined;
  /** The id's last part without its parameters, as it is spelled. */
  readonly method: string;
  /** The params that rows are told apart by. */
  readonly distinct: ReadonlyMap<string, string>;
  /** What rows of two runs are matched by: prefix, base, postfix, distinct params. */
  readonly rowKey: string;
  /** What cases of two runs are matched by. */
  readonly memberKey: string;
  /** What an original and its newer implementation share. */
  readonly pairKey: string;
  /** What the rows of pairs are matched by. */
  readonly pairRowKey: string;
  readonly label: string;
}

/** Params that name the implementation, in any case: they tell no cases apart. */
const implementationParams: ReadonlySet<string> = new Set(['implementation', 'impl', 'variant']);

/** Throws USAGE for words that would give one case two roles. */
export function refuseTwoRoles({ original, reference }: Pick<CaseRules, Role>): void {
  const twice = original.find((word) => reference.includes(word));
  if (twice === undefined) return;
  throw new BenchmemError(
    'USAGE',
    `the postfix ${twice} is both the original's and the reference's`,
    'name it with --original-postfix or with --reference-postfix',
  );
}

export function casesOf(entries: Iterable<Entry>, rules: CaseRules): Case[] {
  const postfixes = knownPostfixes([...rules.original, ...rules.reference]);
  return Array.from(entries, (entry) => caseOf(entry, rules, postfixes));
}

function caseOf(entry: Entry, rules: CaseRules, postfixes: readonly string[]): Case {
  const { benchmark, id } = entry;
  const parts = partsOfBenchmark(benchmark, postfixes);
  const { prefix, base, parameters, postfix } = parts;
  const params = paramsOf(benchmark);
  const distinct = pick(params, (name) => rules.distinctParams.includes(name));
  const kept = pick(params, (name) => isKept(name, rules));
  const ownParams = params.size === 0 ? (parameters ?? '') : pairsText(kept);
  const variant = `${prefix}${base}|${postfix ?? ''}|`;
  const last = id.slice(prefix.length);
  return {
    id,
    benchmark,
    entry,
    parts,
    role: roleOf(postfix, rules),
    method:
      parameters !== null && last.endsWith(`[${parameters}]`) ? last.slice(0, -parameters.length - 2) : last,
    distinct,
    rowKey: variant + pairsText(distinct),
    // WHY: the id is the key, because what a file calls differently may be another case, though its params are the same.
    memberKey: rules.excludeParams.length === 0 ? id : JSON.stringify([variant, ownParams]),
    pairKey: `${prefix}${base}${ownParams === '' ? '' : `[${ownParams}]`}`,
    pairRowKey: `${prefix}${base}|${pairsText(distinct)}`,
    label: groupLabel({ entry, parts }, rules.groupBy, rules.postfixLabels),
  };
}

function roleOf(postfix: string | null, { original, reference }: CaseRules): Role | undefined {
  if (postfix === null) return undefined;
  if (original.includes(postfix)) return 'original';
  return reference.includes(postfix) ? 'reference' : undefined;
}

function isKept(name: string, { excludeParams }: CaseRules): boolean {
  return !implementationParams.has(name.toLowerCase()) && !excludeParams.includes(name);
}

function pick(
  params: ReadonlyMap<string, string>,
  isPicked: (name: string) => boolean,
): ReadonlyMap<string, string> {
  return new Map([...params].filter(([name]) => isPicked(name)));
}

/** Throws USAGE for a param or a group key that no case has, and for one that is both excluded and distinct. */
export function refuseUnknownParams(cases: readonly Case[], rules: CaseRules): void {
  const params = new Set(cases.flatMap(({ benchmark }) => [...paramsOf(benchmark).keys()]));
  const named: readonly (readonly [flag: string, name: string])[] = [
    ...rules.excludeParams.map((name) => ['--exclude-param', name] as const),
    ...rules.distinctParams.map((name) => ['--distinct-param', name] as const),
    ...rules.groupBy.flatMap(({ word, key }) =>
      word === 'params' && key !== undefined ? [['--group-by param:', key] as const] : [],
    ),
  ];
  for (const [flag, name] of named) {
    if (params.has(name)) continue;
    throw new BenchmemError(
      'USAGE',
      `${flag}${flag.endsWith(':') ? '' : ' '}${name}: no benchmark has a param of that name`,
      params.size === 0 ? 'the benchmarks have no params' : `the params are ${offer(name, params)}`,
    );
  }
  const both = rules.excludeParams.find((name) => rules.distinctParams.includes(name));
  if (both === undefined) return;
  throw new BenchmemError(
    'USAGE',
    `the param ${both} is both excluded and distinct`,
    'pass --exclude-param to average over it, or --distinct-param for a row per value',
  );
}
