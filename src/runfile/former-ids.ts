// The ids that a benchmark says it had before: `extra_info.formerly`. Pure.
import { isTexts } from '../shapes.js';
import { bracketOf } from './ids.js';
import type { Run } from './run.js';
import type { RunBenchmark } from './schema.js';

/** `[]` for anything that is not a list of texts. */
export function formerIds({ extra_info: { formerly } }: Pick<RunBenchmark, 'extra_info'>): readonly string[] {
  return isTexts(formerly) ? formerly : [];
}

function saysFormerIds({ extra_info: { formerly } }: RunBenchmark): boolean {
  return formerly !== undefined;
}

/** The former ids of one case: a benchmark with params had them under its former name too. */
export function formerIdsOfCase(id: string, formerly: readonly string[]): readonly string[] {
  const bracket = bracketOf(id);
  const params = bracket === undefined ? '' : id.slice(bracket);
  return formerly.map((former) => (bracketOf(former) === undefined ? former + params : former));
}

/** From each id to the one that the last of the runs calls it. Oldest first. */
export function renamedSince(runs: readonly Run[]): readonly ReadonlyMap<string, string>[] {
  const maps = runs.map(() => new Map<string, string>());
  // PERF: nearly no file says any.
  if (!runs.some(({ file }) => file.benchmarks.some(saysFormerIds))) return maps;
  const today = new Map<string, string>();
  for (const [at, { file }] of [...runs.entries()].reverse()) {
    const own = new Set(file.benchmarks.map(({ fullname }) => fullname));
    // WHY: an id that is there already takes no other, because they are two benchmarks in that run.
    for (const [from, to] of today) if (own.has(from) && !own.has(to)) maps[at]?.set(from, to);
    for (const benchmark of file.benchmarks) {
      const now = today.get(benchmark.fullname) ?? benchmark.fullname;
      for (const former of formerIds(benchmark)) if (former !== now) today.set(former, now);
    }
  }
  return maps;
}
