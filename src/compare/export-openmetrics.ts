// A run in the OpenMetrics text format: a gauge per metric, a sample per benchmark and statistic. Pure.
import type { Run } from '../runfile/run.js';
import { metrics, statsFor } from '../stats/metrics.js';
import { type Measured, metricId } from './export-figures.js';

/** The exposition's text, `# EOF` included. */
export function openMetricsText({ label }: Run, measured: readonly Measured[]): string {
  const lines = metrics.flatMap((metric) => {
    const name = `benchmem_${metricId(metric)}`;
    const samples = measured.flatMap(({ id, figures }) => {
      const stats = figures.find((figure) => figure.metric === metric)?.stats;
      return statsFor(metric).flatMap((stat) => {
        const value = stats?.[stat];
        const labels = `benchmark="${escapeLabel(id)}",run="${escapeLabel(label)}",stat="${stat}"`;
        return value === undefined ? [] : [`${name}{${labels}} ${value}`];
      });
    });
    if (samples.length === 0) return [];
    const unit = { B: [`# UNIT ${name} bytes`], s: [`# UNIT ${name} seconds`], '': [] }[metric.unit];
    return [`# TYPE ${name} gauge`, ...unit, ...samples];
  });
  return `${[...lines, '# EOF'].join('\n')}\n`;
}

// A label value holds any text; what would end the line or move a terminal is replaced.
function escapeLabel(text: string): string {
  return text
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('\n', '\\n')
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, '\ufffd');
}
