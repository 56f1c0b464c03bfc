// Which columns a comparison shows: `--columns` and `--stat` as typed columns. Pure.
import { BenchmemError } from '../errors.js';
import {
  askedStatNames,
  headlineStat,
  isStatName,
  type Metric,
  type MetricUnit,
  metricNamed,
  metricNames,
  metrics,
  type StatName,
  statsFor,
} from '../stats/metrics.js';
import { nearest } from '../stats/nearest.js';

/** One metric and statistic, or a label out of the dims. */
export interface ComparedColumn {
  /** As the user named it: `peak`, `extra:flows`. */
  readonly metric: string;
  /** Null for a label. */
  readonly stat: StatName | null;
  readonly unit: MetricUnit;
  /** Where the values come from; absent for a label. */
  readonly source?: Metric;
  /** The dim of a label. */
  readonly dim?: string;
}

export interface ColumnChoice {
  /** Comma-separated; default `time,peak`. */
  readonly columns?: string | undefined;
  /** `all`, one statistic, or several separated by commas. */
  readonly stat?: string | undefined;
  readonly diff?: boolean;
}

const extraPrefix = 'extra:';
const defaultColumns = 'time,peak';

/** In the order given, each once. Throws USAGE for an unknown name. */
export function chooseColumns({
  columns = defaultColumns,
  stat,
  diff = false,
}: ColumnChoice): ComparedColumn[] {
  const stats = stat === undefined && diff ? undefined : chooseStats(stat ?? 'all');
  const names = [...new Set(columns.split(',').map((name) => name.trim()))];
  return names.flatMap((name): ComparedColumn[] => {
    if (name.startsWith(extraPrefix) && name.length > extraPrefix.length) {
      return [{ metric: name, stat: null, unit: '', dim: name.slice(extraPrefix.length) }];
    }
    const source = metricNamed(name);
    if (source === undefined) throw unknown('column', name, [...metricNames], `${offered()}, or extra:NAME`);
    const shown = stats === undefined ? [headlineStat(source)] : stats === 'all' ? statsFor(source) : stats;
    return shown.map((each) => ({ metric: name, stat: each, unit: source.unit, source }));
  });
}

/** What a header or a diff's row calls the column's metric. */
export function metricTitle({ metric, dim }: Pick<ComparedColumn, 'metric' | 'dim'>): string {
  return dim ?? metric;
}

/** `peak:min`, `extra:flows`: the column in CSV headers. */
export function columnKey({ metric, stat }: Pick<ComparedColumn, 'metric' | 'stat'>): string {
  return stat === null ? metric : `${metric}:${stat}`;
}

function chooseStats(text: string): readonly StatName[] | 'all' {
  if (text === 'all') return text;
  const names = [...new Set(text.split(',').map((name) => name.trim()))];
  return names.map((name) => {
    if (isStatName(name)) return name;
    throw unknown(
      'statistic',
      name,
      ['all', ...askedStatNames],
      `choose from all, ${askedStatNames.join(', ')}`,
    );
  });
}

function offered(): string {
  return `choose from ${metrics.map(({ name }) => name).join(', ')}, a field such as js_total_bytes`;
}

function unknown(what: string, name: string, known: readonly string[], hint: string): BenchmemError {
  const meant = nearest(name, known);
  return new BenchmemError(
    'USAGE',
    `there is no ${what} ${JSON.stringify(name)}`,
    meant === undefined ? hint : `did you mean ${meant}? ${hint}`,
  );
}
