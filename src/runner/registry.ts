// `bench` and `group`, as bench files call them: each definition goes to whoever is loading the file.
// Runs nothing. The collector is found by a global symbol, so that every copy of this package finds the same one.
import { BenchmemError } from '../errors.js';
import { type BenchContext, type BenchOptions, checkBenchOptions, invalid } from './bench-options.js';
import type { ParamLists, ParamsOf } from './params.js';

type AnyCall = (...args: never[]) => unknown;

/** One call of `bench`. */
export interface Definition {
  readonly name: string;
  /** The enclosing groups, outermost first. */
  readonly groups: readonly string[];
  readonly options: BenchOptions<unknown>;
  readonly action: AnyCall;
  /** The caller's line of a stack trace. */
  readonly calledAt: string;
}

/** What a loader of bench files puts in place before it imports one. */
export interface Collector {
  readonly definitions: Definition[];
  readonly groups: string[];
}

const place = Symbol.for('benchmem.collector');

type World = typeof globalThis & { [place]?: Collector };

/** From now on definitions go to the answer. */
export function startCollecting(): Collector {
  const collector: Collector = { definitions: [], groups: [] };
  (globalThis as World)[place] = collector;
  return collector;
}

/** Definitions from now on are an error. */
export function stopCollecting(): void {
  delete (globalThis as World)[place];
}

export interface Bench {
  <const Lists extends ParamLists, State>(
    name: string,
    options: BenchOptions<State, Lists> & {
      readonly setup: NonNullable<BenchOptions<State, Lists>['setup']>;
    },
    action: (state: Awaited<State>, params: ParamsOf<Lists>, context: BenchContext) => unknown,
  ): void;
  <const Lists extends ParamLists>(
    name: string,
    options: BenchOptions<undefined, Lists>,
    action: (params: ParamsOf<Lists>, context: BenchContext) => unknown,
  ): void;
  (name: string, action: (params: Record<never, never>, context: BenchContext) => unknown): void;
}

/**
 * Defines a benchmark; synchronous or asynchronous. The action gets what `setup` returned where there is a setup, then
 * the params, then the context. Throws INVALID_OPTION.
 */
export const bench: Bench = (name: string, ...rest: readonly unknown[]): void => {
  const collector = requireCollector('bench');
  requireName('bench', name);
  const [options, action] = rest.length === 1 ? [{}, rest[0]] : rest;
  if (typeof action !== 'function') {
    throw invalid(name, 'it has no function to run', `write bench(${JSON.stringify(name)}, () => { … })`);
  }
  checkBenchOptions(name, options);
  collector.definitions.push({
    name,
    groups: [...collector.groups],
    options: options as BenchOptions<unknown>,
    action: action as AnyCall,
    calledAt: callerOf(bench),
  });
};

/** Puts the benchmarks that `define` defines under a name: `file::group::name`. Throws INVALID_OPTION. */
export function group(name: string, define: () => void): void {
  const collector = requireCollector('group');
  requireName('group', name);
  if (typeof define !== 'function') {
    throw new BenchmemError(
      'INVALID_OPTION',
      `group ${JSON.stringify(name)} has no function`,
      `write group(${JSON.stringify(name)}, () => { bench(…) })`,
    );
  }
  collector.groups.push(name);
  try {
    const result: unknown = define();
    if (typeof (result as { then?: unknown } | undefined)?.then !== 'function') return;
    throw new BenchmemError(
      'INVALID_OPTION',
      `the function of group ${JSON.stringify(name)} is asynchronous`,
      'await before the group: a bench file may use top-level await',
    );
  } finally {
    collector.groups.pop();
  }
}

function requireCollector(what: string): Collector {
  const collector = (globalThis as World)[place];
  if (collector !== undefined) return collector;
  throw new BenchmemError(
    'USAGE',
    `${what} was called outside of a run: a bench file does nothing by itself`,
    'run it with: npx benchmem run FILE',
  );
}

function requireName(what: string, name: unknown): void {
  if (typeof name === 'string' && name !== '') return;
  throw new BenchmemError(
    'INVALID_OPTION',
    `the name of a ${what} is ${typeof name === 'string' ? 'empty' : `a ${typeof name}`}`,
    `write ${what}('name', …)`,
  );
}

function callerOf(callee: AnyCall): string {
  const holder: { stack?: string } = {};
  Error.captureStackTrace(holder, callee);
  return holder.stack?.split('\n').find((line) => line.trimStart().startsWith('at ')) ?? '';
}
