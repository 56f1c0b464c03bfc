// One run in the formats of other tools. Pure: a run in, the file's text out.
import { BenchmemError } from '../errors.js';
import type { Run } from '../runfile/run.js';
import { metrics, statsFor } from '../stats/metrics.js';
import { csvText } from './csv.js';
import { type Measured, measuredOf, metricId } from './export-figures.js';
import { openMetricsText } from './export-openmetrics.js';
import { escapeControls } from './json.js';
import { casesOfRun, junitXml } from './junit.js';

export const exportFormats = ['github-action-benchmark', 'csv', 'junit', 'bencher', 'openmetrics'] as const;

export type ExportFormat = (typeof exportFormats)[number];

/** The file's text. Throws BAD_RUN_FILE for a run without a figure. */
export function exportRun(run: Run, format: ExportFormat): string {
  const measured = run.file.benchmarks.map(measuredOf);
  if (measured.every(({ figures }) => figures.length === 0) && format !== 'junit') {
    throw new BenchmemError('BAD_RUN_FILE', `${run.path} holds no figure`, 'measure something first');
  }
  switch (format) {
    case 'github-action-benchmark':
      return json(githubActionBenchmark(measured));
    case 'csv':
      return exportCsv(measured);
    case 'junit':
      return junitXml(casesOfRun(run.file), run.file.datetime);
    case 'bencher':
      return json(bencherMetrics(measured));
    case 'openmetrics':
      return openMetricsText(run, measured);
  }
}

// github-action-benchmark's `customSmallerIsBetter`.
function githubActionBenchmark(measured: readonly Measured[]) {
  return measured.flatMap(({ id, figures }) =>
    figures.map(({ metric, stats, value }) => ({
      name: `${id} ${metric.name}`,
      unit: { B: 'bytes', s: 'seconds', '': 'count' }[metric.unit],
      value,
      ...(stats.max === undefined ? {} : { range: String(stats.max - value), extra: `max ${stats.max}` }),
    })),
  );
}

// Bencher Metric Format: its `latency` is in nanoseconds, other measures are named by their unit.
function bencherMetrics(measured: readonly Measured[]) {
  const document: Record<string, Record<string, object>> = Object.create(null);
  for (const { id, figures } of measured) {
    const measures = figures.map(({ metric, stats, value }) => {
      const factor = metric.unit === 's' ? 1e9 : 1;
      const upper = stats.max === undefined ? {} : { upper_value: stats.max * factor };
      const name = metric.unit === 's' ? 'latency' : metricId(metric).replaceAll('_', '-');
      return [name, { value: value * factor, lower_value: value * factor, ...upper }] as const;
    });
    document[id] = Object.fromEntries(measures);
  }
  return document;
}

function exportCsv(measured: readonly Measured[]): string {
  const present = metrics.filter((metric) =>
    measured.some(({ figures }) => figures.some((f) => f.metric === metric)),
  );
  const header = present.flatMap((metric) => statsFor(metric).map((stat) => `${metric.name}:${stat}`));
  const rows = measured.map(({ id, figures }) => {
    const byMetric = new Map(figures.map(({ metric, stats }) => [metric, stats]));
    return [id, ...present.flatMap((metric) => statsFor(metric).map((stat) => byMetric.get(metric)?.[stat]))];
  });
  return csvText([['id', ...header], ...rows]);
}

function json(value: unknown): string {
  return `${escapeControls(JSON.stringify(value, null, 2))}\n`;
}
