// The short lines that a run prints while it works. Pure.
import type { Shard } from '../../runfile/schema.js';
import { shardText } from '../../runfile/shards.js';
import { headlineOf } from '../../runfile/table.js';
import type { Plan } from '../../runner/plan.js';
import type { CaseOutcome } from '../../runner/run-suite.js';
import { metricNamed } from '../../stats/metrics.js';
import { singleText } from '../../text/numbers.js';
import { roundHalfEven } from '../../units.js';

/** What a shard without a benchmark says; undefined for any other run. That a job of many has nothing to do is not an error. */
export function emptyShardText(
  { cases, elsewhere, broken }: Plan,
  shard: Shard | undefined,
): string | undefined {
  if (shard === undefined || cases.length > 0 || broken.length > 0) return undefined;
  const all = elsewhere === 1 ? '1 benchmark' : `${elsewhere} benchmarks`;
  return `shard ${shardText(shard)} holds none of ${all}: nothing is measured\n`;
}

/** `time 1.52 ms, peak 20.3 MiB`, or how it failed. */
export function outcomeText(outcome: CaseOutcome): string {
  if (outcome.kind === 'failed') return `failed in ${outcome.failure.step} (${outcome.error.code})`;
  const parts = ['time', 'peak'].flatMap((name) => {
    const metric = metricNamed(name);
    const value = metric && headlineOf(outcome.benchmark, metric);
    return metric === undefined || value === undefined ? [] : [`${name} ${singleText(value, metric.unit)}`];
  });
  const limit = outcome.breaches.length > 0 ? ', above its limit' : '';
  return parts.join(', ') + limit;
}

/** What became of the benchmarks of a run. */
export interface RunCounts {
  readonly measured: number;
  readonly failed: number;
  readonly planned: number;
  /** Files that could not be loaded: nobody knows how many benchmarks they define. */
  readonly brokenFiles: number;
}

/** How many benchmarks have figures, how many failed, how long the run took, and in which children. */
export function spentText(
  { measured, failed, planned, brokenFiles }: RunCounts,
  elapsedMs: number,
  spentMs: ReadonlyMap<string, number>,
): string {
  const done = measured + failed;
  const kinds = [...spentMs].map(([kind, ms]) => `${kind} ${seconds(ms)}`).join(', ');
  const each = done > 1 ? `, ${seconds(elapsedMs / done)} each` : '';
  const where = kinds === '' ? '' : ` (${kinds}${each})`;
  const parts = [
    `${measured} of ${planned} ${planned === 1 ? 'benchmark' : 'benchmarks'} in ${seconds(elapsedMs)}`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(brokenFiles > 0 ? [`${brokenFiles === 1 ? '1 file' : `${brokenFiles} files`} not loaded`] : []),
  ];
  return `${parts.join(', ')}${where}\n`;
}

function seconds(ms: number): string {
  return `${roundHalfEven(ms / 1000, ms < 10_000 ? 2 : 1)} s`;
}
