// From definitions to cases: one per combination of params, each with its id. Pure.
// Ids follow `group::name[params]`; the file's label comes before the first `::`.
import { BenchmemError } from '../errors.js';
import { defined } from '../shapes.js';
import { type PlainBenchOptions, plainOptions } from './bench-options.js';
import { type LabelledParam, type ParamValue, paramLabel, paramValue } from './params.js';
import type { Definition } from './registry.js';

/** A place in a source file. */
export interface SourcePlace {
  readonly file: string;
  readonly line: number;
}

/** A case as the runner knows it: everything but the functions. */
export interface CaseDescription {
  /** `group::name[params]`. */
  readonly localId: string;
  /** `name[params]`. */
  readonly name: string;
  readonly group: string | null;
  /** By what they are called. */
  readonly params: Readonly<Record<string, ParamValue>> | null;
  /** What stands in the brackets. */
  readonly param: string | null;
  readonly options: PlainBenchOptions;
  /** Absent if the stack did not say. */
  readonly source?: SourcePlace;
}

export interface Case extends CaseDescription {
  readonly definition: Definition;
  /** What the benchmark's functions get: the params by value, which may be of any type. */
  readonly values: Readonly<Record<string, unknown>>;
}

/** All cases, in the order of their definition. Throws INVALID_OPTION for the same id twice, naming both places. */
export function casesOf(definitions: readonly Definition[]): Case[] {
  const cases = definitions.flatMap(expand);
  const seen = new Map<string, Case>();
  for (const found of cases) {
    const before = seen.get(found.localId);
    if (before !== undefined) throw duplicate(before, found);
    seen.set(found.localId, found);
  }
  return cases;
}

function expand(definition: Definition): Case[] {
  const { options, groups, name, calledAt } = definition;
  const source = sourceOf(calledAt);
  return combinations(Object.entries(options.params ?? {})).map((entries) => {
    const param =
      entries.length === 0 ? null : entries.map(([, value]) => String(paramLabel(value))).join('-');
    const caseName = param === null ? name : `${name}[${param}]`;
    return {
      definition,
      localId: [...groups, caseName].join('::'),
      name: caseName,
      group: options.group ?? (groups.length === 0 ? null : groups.join('::')),
      params:
        param === null ? null : Object.fromEntries(entries.map(([key, value]) => [key, paramLabel(value)])),
      values: Object.fromEntries(entries.map(([key, value]) => [key, paramValue(value)])),
      param,
      options: plainOptions(options),
      ...defined({ source }),
    };
  });
}

type Param = ParamValue | LabelledParam;
type Entry = readonly [name: string, value: Param];

function combinations(lists: readonly (readonly [string, readonly Param[]])[]): Entry[][] {
  return lists.reduce<Entry[][]>(
    (rows, [name, values]) => rows.flatMap((row) => values.map((value) => [...row, [name, value] as const])),
    [[]],
  );
}

// `    at define (file:///folder/x.bench.ts:3:1)`, with or without a name, as URL or path.
function sourceOf(stackLine: string): SourcePlace | undefined {
  const match = /(?:\(|at (?:async )?)(?:file:\/\/)?(\/[^()]*?):(\d+):\d+\)?$/.exec(stackLine.trim());
  if (match === null) return undefined;
  const path = match[1] ?? '';
  return { file: stackLine.includes('file://') ? decodePath(path) : path, line: Number(match[2]) };
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function duplicate(before: Case, found: Case): BenchmemError {
  const id = JSON.stringify(found.localId);
  if (before.definition === found.definition) {
    return new BenchmemError(
      'DUPLICATE_BENCHMARK',
      `two combinations of params have the id ${id} (${placeText(found.source)})`,
      'give params values that print differently',
    );
  }
  return new BenchmemError(
    'DUPLICATE_BENCHMARK',
    `two benchmarks have the id ${id}: ${placeText(before.source)} and ${placeText(found.source)}`,
    'rename one of them, or put it into a group',
  );
}

export function placeText(source: SourcePlace | undefined): string {
  return source === undefined ? 'an unknown line' : `${source.file}:${source.line}`;
}
