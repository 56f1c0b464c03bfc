// The questions that a profile answers, each by one figure of its stacks. The names are those of `--worst`.
import { BenchmemError } from '../../errors.js';
import type { FigureName, Profile, ProfileStack } from '../model.js';

export const profileMetrics = [
  'peak',
  'native',
  'allocated',
  'allocations',
  'leaked',
  'temporary',
  'js',
] as const;

export type ProfileMetric = (typeof profileMetrics)[number];

export interface MetricFigures {
  readonly value: FigureName;
  /** How many blocks or calls the value is of; absent if nobody counts them. */
  readonly count?: FigureName;
  readonly unit: 'B' | '';
  /** What is counted; '' where the value is a count itself. */
  readonly counted: 'blocks' | 'allocations' | '';
  /** What it is, in a sentence. */
  readonly text: string;
}

export const metricFigures: Readonly<Record<ProfileMetric, MetricFigures>> = {
  peak: { value: 'sumBytes', count: 'sumBlocks', unit: 'B', counted: 'blocks', text: 'live at the peak' },
  native: {
    value: 'peakBytes',
    count: 'peakBlocks',
    unit: 'B',
    counted: 'blocks',
    text: 'live at the peak of native memory',
  },
  allocated: { value: 'bytes', count: 'allocations', unit: 'B', counted: 'allocations', text: 'allocated' },
  allocations: { value: 'allocations', count: 'allocations', unit: '', counted: '', text: 'allocations' },
  leaked: {
    value: 'liveBytes',
    count: 'liveBlocks',
    unit: 'B',
    counted: 'blocks',
    text: 'still held afterwards',
  },
  temporary: {
    value: 'temporary',
    count: 'allocations',
    unit: '',
    counted: '',
    text: 'temporary allocations',
  },
  js: { value: 'jsBytes', unit: 'B', counted: '', text: 'allocated by JavaScript (sampled)' },
};

/** The figures of a metric. Throws NOT_MEASURED if the profile does not have its value. */
export function figuresFor(profile: Profile, metric: ProfileMetric): MetricFigures {
  const figures = metricFigures[metric];
  if (profile.figures.includes(figures.value)) return figures;
  const held = profileMetrics.filter((each) => profile.figures.includes(metricFigures[each].value));
  const { id, jsSamplesRefused: reason } = profile.meta;
  const why = metric === 'js' && reason !== undefined ? `: ${reason}` : '';
  throw new BenchmemError(
    'NOT_MEASURED',
    `the profile${id === '' ? '' : ` of ${id}`} does not hold ${metric}${why}`,
    `it holds ${held.join(', ')}`,
  );
}

/** A figure that the profile has; 0 in a stack that does not have it, and of no name. */
export function figureOf({ figures }: ProfileStack, name: FigureName | undefined): number {
  return name === undefined ? 0 : (figures[name] ?? 0);
}

/** The sum over all stacks; undefined for a figure that was not measured. */
export function totalOf(profile: Profile, name: FigureName): number | undefined {
  if (!profile.figures.includes(name)) return undefined;
  return profile.stacks.reduce((sum, stack) => sum + figureOf(stack, name), 0);
}

/** Memory that is part of the peak and of no stack. */
export interface AsideBytes {
  readonly name: string;
  readonly bytes: number;
}

/** What stands beside the stacks of a metric, so that both together are the metric of the profiled pass. */
export function asideOf({ meta }: Pick<Profile, 'meta'>, metric: ProfileMetric): AsideBytes[] {
  if (metric !== 'peak') return [];
  const parts = [
    { name: 'JavaScript heap', bytes: meta.jsAtPeakBytes ?? 0 },
    { name: 'WebAssembly memory and resizable buffers', bytes: meta.mappedOtherAtPeakBytes ?? 0 },
  ];
  return parts.filter(({ bytes }) => bytes !== 0);
}
