// Benchmarks that were called otherwise in earlier runs: `OLD=NEW`, for an id or for a prefix that ends in `::`. Pure.
import { BenchmemError } from '../errors.js';
import { defined } from '../shapes.js';
import { nearest } from '../stats/nearest.js';
import { renamedSince } from './former-ids.js';
import { shortId } from './ids.js';
import type { Run } from './run.js';

export interface Rename {
  readonly from: string;
  readonly to: string;
}

export interface RenamedRuns {
  readonly runs: readonly Run[];
  readonly unmatched: readonly UnmatchedRename[];
}

/** A rename that no earlier run has anything for. */
export interface UnmatchedRename {
  readonly from: string;
  /** The id that was probably meant. */
  readonly meant?: string;
}

/** `OLD=NEW`, split at the first `=` outside brackets. Throws USAGE. */
export function parseRename(text: string, origin = '--rename'): Rename {
  const equals = equalsOutsideBrackets(text);
  if (equals === undefined) {
    throw wrong(`${origin} must be OLD=NEW, not ${JSON.stringify(text)}`, `for example ${origin} ${example}`);
  }
  return checkRename({ from: text.slice(0, equals).trim(), to: text.slice(equals + 1).trim() }, origin);
}

/** The same rename, if both sides are ids, or both are prefixes. Throws USAGE. */
export function checkRename({ from, to }: Rename, origin: string): Rename {
  if (from === '' || to === '') throw wrong(`${origin} ${from}=${to} lacks a side`, `for example ${example}`);
  if (isPrefix(from) !== isPrefix(to)) {
    throw wrong(
      `${origin} ${from}=${to} renames ${isPrefix(from) ? 'a prefix to an id' : 'an id to a prefix'}`,
      'end both in ::, or neither',
    );
  }
  return { from, to };
}

/** `later` ones take the place of those that rename the same. Throws USAGE if two rename one id, or onto one id. */
export function joinRenames(earlier: readonly Rename[], later: readonly Rename[]): readonly Rename[] {
  const renamed = new Set(later.map(({ from }) => from));
  const all = [...earlier.filter(({ from }) => !renamed.has(from)), ...later];
  const sources = new Set<string>();
  const targets = new Map<string, string>();
  for (const { from, to } of all) {
    if (sources.has(from)) throw wrong(`${from} is renamed twice`, 'rename it once');
    sources.add(from);
    const other = targets.get(to);
    if (other !== undefined && !isPrefix(to)) throw oneId(other, from, to, 'the renames');
    targets.set(to, from);
  }
  return all;
}

/** All runs, those before the last with the names of the last: by the renames, and by what later runs say of former ids. Throws USAGE if two benchmarks of a run get one id. */
export function renameEarlier(runs: readonly Run[], renames: readonly Rename[]): RenamedRuns {
  const { runs: earlier, unmatched } = renameRuns(runs.slice(0, -1), renames);
  const all = [...earlier, ...runs.slice(-1)];
  const former = renamedSince(all);
  const named = all.map((run, at) => {
    const map = former[at];
    return map === undefined || map.size === 0 ? run : renameRun(run, (id) => map.get(id) ?? id);
  });
  return { runs: named, unmatched };
}

/** Runs that all are earlier than what they are compared with. Throws USAGE if two benchmarks of a run get one id. */
export function renameRuns(runs: readonly Run[], renames: readonly Rename[]): RenamedRuns {
  if (renames.length === 0) return { runs, unmatched: [] };
  const used = new Set<string>();
  const rename = renamer(renames, used);
  const renamed = runs.map((run) => renameRun(run, rename));
  const ids = [...new Set(runs.flatMap(({ file }) => file.benchmarks.map(({ fullname }) => fullname)))];
  const unmatched = renames
    .filter(({ from }) => !used.has(from))
    .map(({ from }): UnmatchedRename => {
      const meant = nearest(from, ids);
      return defined({ from, meant });
    });
  return { runs: renamed, unmatched };
}

const example = '"a.bench.ts::sort=a.bench.ts::quick sort"';

/** The new id; the id itself if nothing renames it. */
export type Renamer = (id: string) => string;

/** An id of its own wins over prefixes, and a longer prefix over a shorter one. `used` gets the left sides that renamed. */
export function renamer(renames: readonly Rename[], used: Set<string>): Renamer {
  const exact = new Map(renames.filter(({ from }) => !isPrefix(from)).map((each) => [each.from, each]));
  const prefixes = renames.filter(({ from }) => isPrefix(from)).sort((a, b) => b.from.length - a.from.length);
  return (id) => {
    const found = exact.get(id) ?? prefixes.find(({ from }) => id.startsWith(from));
    if (found === undefined) return id;
    used.add(found.from);
    return found.to + id.slice(found.from.length);
  };
}

function renameRun(run: Run, rename: Renamer): Run {
  const origins = new Map<string, string>();
  const benchmarks = run.file.benchmarks.map((benchmark) => {
    const from = benchmark.fullname;
    const to = rename(from);
    const other = origins.get(to);
    if (other !== undefined) throw oneId(other, from, to, run.path);
    origins.set(to, from);
    if (to === from) return benchmark;
    const name = benchmark.name === shortId(from) ? shortId(to) : benchmark.name;
    return { ...benchmark, fullname: to, name };
  });
  const { benchmem } = run.file;
  if (benchmem?.failures === undefined) return { ...run, file: { ...run.file, benchmarks } };
  const failures = benchmem.failures.map((failure) => ({ ...failure, fullname: rename(failure.fullname) }));
  return { ...run, file: { ...run.file, benchmarks, benchmem: { ...benchmem, failures } } };
}

// INVARIANT: outside brackets: a `::` inside them is part of a param.
function isPrefix(text: string): boolean {
  return text.endsWith('::') && depthAt(text, text.length) === 0;
}

function equalsOutsideBrackets(text: string): number | undefined {
  for (let at = text.indexOf('='); at !== -1; at = text.indexOf('=', at + 1)) {
    if (depthAt(text, at) === 0) return at;
  }
  return undefined;
}

function depthAt(text: string, end: number): number {
  let depth = 0;
  for (let at = 0; at < end; at += 1) {
    if (text[at] === '[') depth += 1;
    else if (text[at] === ']') depth = Math.max(0, depth - 1);
  }
  return depth;
}

/** Two benchmarks of `where` would have one id. */
export function oneId(one: string, other: string, to: string, where: string): BenchmemError {
  return wrong(
    `${where}: ${one} and ${other} would both be ${to}`,
    'rename each benchmark to an id of its own',
  );
}

function wrong(message: string, hint: string): BenchmemError {
  return new BenchmemError('USAGE', message, hint);
}
