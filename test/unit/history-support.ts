// Options of an analysis, and heads of runs, for the tests of the history: as few words as the test at hand needs.
import type { AnalysisOptions } from '../../src/history/analysis.js';
import { parseGroupTokens } from '../../src/history/group-label.js';
import { defaultNoise } from '../../src/history/noise.js';
import type { RunHead } from '../../src/runfile/heads.js';
import { metricNamed } from '../../src/stats/metrics.js';

export function optionsOf(
  {
    groupBy = [],
    ...given
  }: Partial<Omit<AnalysisOptions, 'groupBy' | 'metrics'>> & {
    groupBy?: readonly string[];
  } = {},
  metrics: readonly string[] = ['time', 'peak'],
): AnalysisOptions {
  return {
    metrics: metrics.map((name) => metricNamed(name) as NonNullable<ReturnType<typeof metricNamed>>),
    named: false,
    where: [],
    renames: [],
    noise: defaultNoise,
    sort: 'name',
    original: [],
    reference: [],
    postfixLabels: {},
    excludeParams: [],
    distinctParams: [],
    ...given,
    groupBy: parseGroupTokens(groupBy),
  };
}

export function headOf(stem: string, given: Partial<RunHead> = {}): RunHead {
  const number = /^(\d+)_/.exec(stem)?.[1];
  return {
    path: `.benchmarks/F/${stem}.json`,
    folder: 'F',
    stem,
    id: stem,
    kind: 'run',
    complete: true,
    isShard: false,
    dirty: false,
    environment: { machine: 'here' },
    benchmarks: 1,
    ...(number !== undefined && { number: Number(number) }),
    ...given,
  };
}
