// The traces of one series in a history: its values, the runs that count nowhere, its levels, its steps, its drift. Pure.

import { changeOf } from '../history/changes.js';
import type { HistoryPoint, HistoryRun, HistorySeries } from '../history/series.js';
import type { SeriesStep, SteppedSeries } from '../history/series-steps.js';
import type { Trace } from './figure.js';
import { changeLine, hoverText, idLine } from './hover.js';
import { plain, shorten, valueText } from './text.js';
import { less, lineColors, more, same } from './theme.js';

interface Place {
  readonly runs: readonly HistoryRun[];
  /** What the axes of the panel are called by. */
  readonly suffix: string;
  readonly names: (of: HistorySeries) => string;
  /** True for the panel whose traces the legend names. */
  readonly isFirst: boolean;
}

export function historyTraces(series: SteppedSeries, place: Place): Trace[] {
  const { suffix, names, isFirst } = place;
  const name = names(series);
  const color = lineColors[hueOf(name)] ?? lineColors[0];
  const base = { type: 'scatter' as const, xaxis: `x${suffix}`, yaxis: `y${suffix}` };
  const counted = series.points.filter(({ isHollow }) => !isHollow);
  const hollow = series.points.filter(({ isHollow }) => isHollow);
  const shown = { legendgroup: name, showlegend: isFirst };
  return [
    {
      ...base,
      ...pointsOf(counted, series, place),
      ...shown,
      mode: 'lines+markers',
      name: name === '' ? 'runs' : plain(shorten(name, 60)),
      line: { color, width: 1.5 },
      marker: { color, size: 6 },
    },
    ...(hollow.length === 0
      ? []
      : [
          {
            ...base,
            ...pointsOf(hollow, series, place),
            ...shown,
            mode: 'markers',
            name: 'not counted',
            marker: { color, size: 7, symbol: 'circle-open' },
          },
        ]),
    ...levelTraces(series, base),
    ...stepTraces(series, place, base),
  ];
}

// WHY: the name decides, because one environment has one colour in every panel.
function hueOf(name: string): number {
  let sum = 0;
  for (const character of name) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 9973;
  return sum % lineColors.length;
}

function pointsOf(points: readonly HistoryPoint[], { id, metric }: SteppedSeries, { runs }: Place) {
  return {
    x: points.map(({ run }) => run),
    y: points.map(({ headline }) => headline),
    hoverinfo: 'text',
    hovertext: points.map((point) =>
      hoverText([
        idLine(id),
        runText(runs[point.run]),
        `${metric.name}: ${valueText(point.headline, metric.unit)}`,
        point.low === point.high
          ? undefined
          : `${valueText(point.low, metric.unit)} … ${valueText(point.high, metric.unit)}`,
      ]),
    ),
  };
}

function runText(run: HistoryRun | undefined): string {
  if (run === undefined) return '';
  const { stem, branch, commit, dirty, complete } = run.head;
  const said = [
    stem,
    branch,
    commit?.slice(0, 8),
    dirty ? 'uncommitted changes' : '',
    complete ? '' : 'ended early',
  ];
  return plain(shorten(said.filter(Boolean).join(' · '), 120));
}

type Base = Pick<Trace, 'type' | 'xaxis' | 'yaxis'>;

/** A level line per stretch between certain steps, or the line of a drift. */
function levelTraces(series: SteppedSeries, base: Base): Trace[] {
  const places = series.points.filter(({ isHollow }) => !isHollow).map(({ run }) => run);
  const [first, last] = [places[0], places.at(-1)];
  if (first === undefined || last === undefined) return [];
  const line = { ...base, mode: 'lines', hoverinfo: 'skip', showlegend: false };
  const dashed = { color: same, width: 2, dash: 'dash' };
  if (series.drift !== undefined) {
    return [
      { ...line, name: 'drift', x: [first, last], y: [series.drift.from, series.drift.to], line: dashed },
    ];
  }
  const certain = series.steps.filter(({ isCertain }) => isCertain);
  if (certain.length === 0) return [];
  const edges = [first, ...certain.map(({ run }) => run)];
  const ends = [...certain.map(({ lastBefore }) => lastBefore), last];
  const levels = [certain[0]?.before ?? 0, ...certain.map(({ after }) => after)];
  return edges.map((start, index) => ({
    ...line,
    name: 'level',
    x: [start, ends[index] ?? start],
    y: [levels[index] ?? 0, levels[index] ?? 0],
    line: dashed,
  }));
}

/** A filled mark for a certain step, an open one for one that may be chance; up is worse, down is better. */
function stepTraces(series: SteppedSeries, { runs }: Place, base: Base): Trace[] {
  return series.steps.map((step): Trace => {
    const isWorse = step.after > step.before;
    const at = series.points.find(({ run }) => run === step.run);
    const symbol = `triangle-${isWorse ? 'up' : 'down'}${step.isCertain ? '' : '-open'}`;
    return {
      ...base,
      mode: 'markers',
      name: 'step',
      showlegend: false,
      x: [step.run],
      y: [at?.headline ?? step.after],
      marker: { color: isWorse ? more : less, size: 13, symbol },
      hoverinfo: 'text',
      hovertext: [stepText(series, step, runs)],
    };
  });
}

function stepText({ id, metric }: SteppedSeries, step: SeriesStep, runs: readonly HistoryRun[]): string {
  const { reference, candidate } = changeOf(step.before, step.after);
  return hoverText([
    idLine(id),
    runText(runs[step.run]),
    changeLine(reference, candidate, metric),
    step.isExact ? 'exact' : `chance ${step.p.toPrecision(2)}${step.isCertain ? '' : ', not certain'}`,
    step.versions === undefined
      ? undefined
      : plain(shorten(`${step.versions[1]} after ${step.versions[0]}`, 120)),
  ]);
}
