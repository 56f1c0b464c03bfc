// The view `scatter`: which ids moved, and were they large already? Baseline against ratio, coloured by the change.
// Three and more runs are frames of one animation, all against the first.
import { BenchmemError } from '../errors.js';
import { shortNames } from '../runfile/ids.js';
import { axisUnit, extentOf, type Panel, panelLayout, panelsOf, valueAxis } from './axes.js';
import { type DimReader, dimNamed, keyOf, sortedKeys } from './dims.js';
import type { Layout, Plot, PlotNote, Trace } from './figure.js';
import { changeLine, hoverText, idLine, runLine, spreadLine } from './hover.js';
import { countIds, figureLayout } from './layout.js';
import type { PlotOptions, PlotSource } from './options.js';
import { valueTicks } from './page-layout.js';
import { type Pair, type Pairs, pairRuns, requirePairs, requireRuns } from './pairs.js';
import { animated } from './scatter-steps.js';
import { type Selection, selectRows } from './selection.js';
import { plain, shorten } from './text.js';
import { same } from './theme.js';

const defaultPercentile = 95;

/** Throws INVALID_OPTION, NOT_MEASURED. */
export function plotScatter(source: PlotSource, options: PlotOptions = {}): Plot {
  const selection = selectRows(source, options);
  requireRuns(selection, 'scatter');
  const steps = selection.labels.slice(1).map((_, index) => pairRuns(selection, 0, index + 1));
  requirePairs(steps, selection.metric);
  const drawn = steps.map((step) => ({ ...step, pairs: step.pairs.filter(hasRatio) }));
  const shown = drawn.flatMap(({ pairs }) => pairs);
  if (shown.length === 0) throw noRatios(selection.metric);
  const facet = options.facet === undefined ? undefined : dimNamed(options.facet, selection.dims, 'facet');
  const titles =
    facet === undefined
      ? [undefined]
      : sortedKeys(
          shown.map(({ base }) => base),
          facet,
        );
  const panels = panelsOf(titles.map((title) => (title === undefined ? title : `${facet?.name}=${title}`)));
  const names = shortNames(shown.map(({ id }) => id));
  const traces = (step: Pairs) =>
    panels.map((panel, index) =>
      traceOf(step, panelPairs(step.pairs, facet, titles[index]), panel, selection, names),
    );
  const clip = clipOf(
    shown.map(({ change }) => change),
    options.clip,
  );
  const layout = layoutOf(selection, drawn, panels, clip, options);
  const figure =
    drawn.length === 1 ? { data: traces(drawn[0] as Pairs), layout } : animated(drawn, traces, layout);
  const { metric, stat, unit } = selection;
  const ids = new Set(shown.map(({ id }) => id)).size;
  return { view: 'scatter', metric, stat, unit, figure, ids, notes: notesOf(steps, drawn) };
}

/** The bound of the colours: `clip` itself, or a percentile of the changes' sizes; never 0. */
export function clipOf(changes: readonly number[], clip: PlotOptions['clip']): number {
  if (typeof clip === 'number') {
    if (clip > 0 && Number.isFinite(clip)) return clip;
    throw new BenchmemError(
      'INVALID_OPTION',
      `clip must be above zero, not ${clip}`,
      'for example 5242880, or 95%',
    );
  }
  const percentile = clip === undefined ? defaultPercentile : percentOf(clip);
  const sizes = changes.map(Math.abs).sort((a, b) => a - b);
  const at = (percentile * (sizes.length - 1)) / 100;
  const [low = 0, high = 0] = [sizes[Math.floor(at)], sizes[Math.ceil(at)]];
  const bound = low + (high - low) * (at - Math.floor(at));
  return bound || sizes.at(-1) || 1;
}

function percentOf(clip: string): number {
  const percent = /^\d{1,3}(?:\.\d{1,6})?%$/.test(clip) ? Number(clip.slice(0, -1)) : Number.NaN;
  if (percent > 0 && percent <= 100) return percent;
  throw new BenchmemError(
    'INVALID_OPTION',
    `clip cannot be ${clip}`,
    'a number above zero, or a percentile from 1% to 100%',
  );
}

// A logarithm needs both above zero.
function hasRatio({ base, head }: Pair): boolean {
  return base.value > 0 && head.value > 0;
}

function noRatios(metric: string): BenchmemError {
  return new BenchmemError(
    'INVALID_OPTION',
    `${metric} has no ratio: it is zero or negative in one of the runs for every id`,
    'choose the view compare, which shows differences',
  );
}

function panelPairs(
  pairs: readonly Pair[],
  facet: DimReader | undefined,
  title: string | undefined,
): readonly Pair[] {
  return facet === undefined ? pairs : pairs.filter(({ base }) => keyOf(base, facet) === title);
}

/** In letters, beside a point of a static picture. */
const longestLabel = 28;

function traceOf(
  step: Pairs,
  pairs: readonly Pair[],
  { suffix }: Panel,
  selection: Selection,
  names: ReadonlyMap<string, string>,
): Trace {
  return {
    type: 'scatter',
    mode: 'markers',
    name: plain(shorten(step.headLabel, 60)),
    // WHY: points have ids, because an animation moves the point of an id, not the point of an index.
    ids: pairs.map(({ id }) => id),
    x: pairs.map(({ base }) => base.value),
    y: pairs.map(({ base, head }) => head.value / base.value),
    xaxis: `x${suffix}`,
    yaxis: `y${suffix}`,
    text: pairs.map(({ id }) => plain(shorten(names.get(id) ?? id, longestLabel))),
    marker: {
      color: pairs.map(({ change }) => change),
      coloraxis: 'coloraxis',
      size: 10,
      line: { width: 1, color: same },
    },
    showlegend: false,
    hoverinfo: 'text',
    hovertext: pairs.map((pair) => pairHover(pair, step, selection)),
  };
}

export function pairHover(
  { id, base, head }: Pair,
  { baseLabel, headLabel }: Pairs,
  selection: Selection,
): string {
  return hoverText([
    idLine(id),
    runLine(baseLabel, base, selection),
    spreadLine(base, selection),
    runLine(headLabel, head, selection),
    spreadLine(head, selection),
    changeLine(base.value, head.value, selection),
  ]);
}

function layoutOf(
  selection: Selection,
  drawn: readonly Pairs[],
  panels: readonly Panel[],
  clip: number,
  options: PlotOptions,
): Layout {
  const shown = drawn.flatMap(({ pairs }) => pairs);
  const bases = extentOf(shown.map(({ base }) => base.value));
  const ratios = extentOf([1, ...shown.map(({ base, head }) => head.value / base.value)]);
  const x = valueAxis(
    `${selection.metric} in ${plain(shorten(selection.labels[0] ?? '', 30))}`,
    axisUnit(selection.unit),
    true,
    bases,
  );
  const y = valueAxis('ratio', 'ratio', true, ratios);
  // Room around the line at 1; and an animation keeps its axes, because a moving axis would hide what moves.
  const fixed = { x: drawn.length > 1 ? { range: logRange(bases) } : {}, y: { range: logRange(ratios) } };
  const { baseLabel = '', headLabel = '' } = drawn[0] ?? {};
  const others =
    drawn.length > 1
      ? `${drawn.length} runs against ${plain(baseLabel)}`
      : `${plain(baseLabel)} → ${plain(headLabel)}`;
  return figureLayout(
    `${selection.metric}: ${others}`,
    `${countIds(new Set(shown.map(({ id }) => id)).size)} · above the line: more than before`,
    panels.length === 1 ? 560 : 340 * Math.ceil(panels.length / 2) + 160,
    {
      ...panelLayout(
        panels,
        () => ({ x: { ...x, ...fixed.x }, y: { ...y, ...fixed.y } }),
        'grid',
        options.freeAxes,
      ),
      shapes: panels.map(({ suffix }) => lineAtOne(suffix)),
      coloraxis: { cmin: -clip, cmax: clip, cmid: 0, colorbar: colorbarOf(selection, clip) },
    },
  );
}

function logRange([low, high]: readonly [number, number]): [number, number] {
  const [from, to] = [Math.log10(low), Math.log10(high)];
  const room = Math.max(0.05, (to - from) * 0.08);
  return [from - room, to + room];
}

function lineAtOne(suffix: string): Layout {
  const line = { color: same, width: 1.5, dash: 'dash' };
  return {
    type: 'line',
    xref: `x${suffix} domain`,
    yref: `y${suffix}`,
    x0: 0,
    x1: 1,
    y0: 1,
    y1: 1,
    line,
    layer: 'below',
  };
}

function colorbarOf({ unit }: Selection, clip: number): Layout {
  const bar = { title: { text: 'change', side: 'top' }, thickness: 14, len: 0.9, outlinewidth: 0 };
  const { values, texts } = valueTicks(-clip, clip, false, 4, axisUnit(unit), '+');
  return { ...bar, tickmode: 'array', tickvals: values, ticktext: texts };
}

function notesOf(steps: readonly Pairs[], drawn: readonly Pairs[]): PlotNote[] {
  const notes = steps.flatMap((step) => step.notes);
  for (const [index, step] of steps.entries()) {
    const dropped = step.pairs.length - (drawn[index]?.pairs.length ?? 0);
    if (dropped === 0) continue;
    const message = `${countIds(dropped)} with a zero or negative value in ${step.baseLabel} or ${step.headLabel}: no ratio`;
    notes.push({ code: 'NO_RATIO', ids: dropped, message });
  }
  return notes;
}
