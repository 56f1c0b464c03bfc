// The metric catalogue: the names that columns, gates and plots take, with field, unit and the pass that gives them.
// One table for all commands. Reads no file and computes nothing.

/** Bytes, seconds, or a plain count. */
export type MetricUnit = 'B' | 's' | '';

export type MetricPass = 'peak' | 'accounting' | 'objects' | 'rss' | 'timing';

export interface Metric {
  /** What users type, lower case: a metric's name, or a field's own. */
  readonly name: string;
  /** The series in `extra_info.benchmem`; `stats` for the wall time. */
  readonly field: string;
  readonly unit: MetricUnit;
  readonly pass: MetricPass;
}

const named: readonly Metric[] = [
  { name: 'time', field: 'stats', unit: 's', pass: 'timing' },
  { name: 'peak', field: 'peak_bytes', unit: 'B', pass: 'peak' },
  { name: 'native', field: 'native_peak_bytes', unit: 'B', pass: 'accounting' },
  { name: 'js', field: 'js_peak_bytes', unit: 'B', pass: 'accounting' },
  { name: 'allocated', field: 'total_bytes', unit: 'B', pass: 'accounting' },
  { name: 'allocations', field: 'allocations', unit: '', pass: 'accounting' },
  { name: 'engine', field: 'engine_peak_bytes', unit: 'B', pass: 'accounting' },
  { name: 'objects', field: 'objects', unit: '', pass: 'objects' },
  { name: 'retained', field: 'retained_bytes', unit: 'B', pass: 'accounting' },
  { name: 'mapped', field: 'mapped_peak_bytes', unit: 'B', pass: 'accounting' },
  { name: 'rss', field: 'rss_bytes', unit: 'B', pass: 'rss' },
];

const fieldsOnly: readonly Metric[] = [
  { name: 'native_at_peak_bytes', field: 'native_at_peak_bytes', unit: 'B', pass: 'peak' },
  { name: 'js_at_peak_bytes', field: 'js_at_peak_bytes', unit: 'B', pass: 'peak' },
  { name: 'mapped_other_at_peak_bytes', field: 'mapped_other_at_peak_bytes', unit: 'B', pass: 'peak' },
  { name: 'native_total_bytes', field: 'native_total_bytes', unit: 'B', pass: 'accounting' },
  { name: 'js_total_bytes', field: 'js_total_bytes', unit: 'B', pass: 'accounting' },
  { name: 'engine_total_bytes', field: 'engine_total_bytes', unit: 'B', pass: 'accounting' },
  { name: 'engine_allocations', field: 'engine_allocations', unit: '', pass: 'accounting' },
  {
    name: 'requested_at_mapped_peak_bytes',
    field: 'requested_at_mapped_peak_bytes',
    unit: 'B',
    pass: 'accounting',
  },
  { name: 'private_mapped_peak_bytes', field: 'private_mapped_peak_bytes', unit: 'B', pass: 'accounting' },
];

const aliases = named
  .filter(({ name, field }) => field !== name && field !== 'stats')
  .map((metric): Metric => ({ ...metric, name: metric.field }));

/** The metrics with a name of their own, in the order of the tables. */
export const metrics: readonly Metric[] = named;

/** One metric for each field of a run file. */
export const fieldMetrics: readonly Metric[] = [...named, ...fieldsOnly];

/** Every name that a column, a gate or a plot takes. */
export const metricNames: readonly string[] = [...named, ...fieldsOnly, ...aliases].map(({ name }) => name);

const byName = new Map([...named, ...fieldsOnly, ...aliases].map((metric) => [metric.name, metric]));

/** The metric of that exact name (lower case); undefined for an unknown one. */
export function metricNamed(name: string): Metric | undefined {
  return byName.get(name);
}

/** The statistics that every series has, in the order of the tables. */
export const statNames = ['min', 'max', 'mean', 'median', 'stddev'] as const;

/** `trend` is of `retained` only: what stays, over the passes. */
export type StatName = (typeof statNames)[number] | 'trend';

/** The statistics that a metric may have, its headline first where that is no minimum. */
export function statsFor(metric: Metric): readonly StatName[] {
  return headlineStat(metric) === 'trend' ? ['trend', ...statNames] : statNames;
}

/** Which statistic tables, gates, plots and the API show where none is asked for. */
export function headlineStat({ field }: Metric): StatName {
  return field === 'retained_bytes' ? 'trend' : 'min';
}

/** Every statistic that can be asked for. */
export const askedStatNames: readonly StatName[] = [...statNames, 'trend'];

export function isStatName(name: string): name is StatName {
  return (askedStatNames as readonly string[]).includes(name);
}
