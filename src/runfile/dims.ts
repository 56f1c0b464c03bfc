// The dims of a benchmark: what it can be grouped, filtered, pivoted and plotted by.
// Derived from params, extra_info and the id; values keep their type.
import { isRecord } from '../shapes.js';
import { partsOfId } from './ids.js';
import type { RunBenchmark } from './schema.js';

export type Scalar = string | number | boolean;

/** INVARIANT: a map, so that a dim called `__proto__` is a dim like any other. */
export type Dims = ReadonlyMap<string, Scalar>;

/** Dims that have a short name on the command line. */
const words: ReadonlyMap<string, string> = new Map([
  ['func', 'node.func'],
  ['group', 'node.group'],
  ['module', 'node.module'],
  ['class', 'node.class'],
]);

/** The dim that a word, `NAME` or `param:NAME` means; the last is never a word. */
export function dimOfKey(key: string): string {
  return words.get(key) ?? dimName(key);
}

/** The dim that `NAME` or `param:NAME` means. */
export function dimName(key: string): string {
  return key.startsWith('param:') ? key.slice('param:'.length) : key;
}

const unserializable = 'UNSERIALIZABLE[';

/** `params`, then scalar `extra_info` (which wins), then `custom:KEY` of its `custom_groups`, then `node.module|func|class|group`. */
export function dimsOf(benchmark: RunBenchmark): Dims {
  const dims = new Map<string, Scalar>();
  addScalars(dims, benchmark.params);
  addScalars(dims, benchmark.extra_info);
  const { custom_groups: custom } = benchmark.extra_info;
  if (isRecord(custom)) addScalars(dims, custom, 'custom:');
  const { module, func, qualifier } = partsOfId(benchmark.fullname);
  const node: readonly (readonly [string, string | null | undefined])[] = [
    ['node.module', module],
    ['node.func', func],
    ['node.class', qualifier],
    ['node.group', benchmark.group],
  ];
  // An empty text is no group and no module.
  for (const [name, value] of node) if (value) dims.set(name, value);
  return dims;
}

/** `true`, `10`, `1.5`, text as it is. */
export function printScalar(value: Scalar): string {
  return String(value);
}

const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** True if `text` is how somebody writes the value: as it is printed, or a number in another spelling (`10.0`, `1e3`). */
export function isWritten(value: Scalar, text: string): boolean {
  if (printScalar(value) === text) return true;
  return typeof value === 'number' && decimal.test(text) && Number(text) === value;
}

function addScalars(
  dims: Map<string, Scalar>,
  record: Readonly<Record<string, unknown>> | null | undefined,
  prefix = '',
) {
  if (record === null || record === undefined) return;
  for (const name of Object.keys(record)) {
    const value = record[name];
    if (name !== 'benchmem' && isScalar(value)) dims.set(prefix + name, value);
  }
}

/** True for what may be the value of a dim. */
export function isScalar(value: unknown): value is Scalar {
  if (typeof value === 'string') return !value.startsWith(unserializable);
  return typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value));
}
