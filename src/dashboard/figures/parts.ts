// A figure within a page: its place, its data, and the scripts that draw it. Pure.
import { BenchmemError, exitCode } from '../../errors.js';
import type { Layout, Plot } from '../../plot/figure.js';
import { type PlotOptions, plotView } from '../../plot/index.js';
import { setupOf } from '../../plot/page-script.js';
import type { Run } from '../../runfile/run.js';
import { isRecord } from '../../shapes.js';
import { dataBlock, type Html, html } from '../html.js';
import type { AssetName } from '../links.js';

/** A figure and what the page needs for it; `assets` are none where nothing is drawn. */
export interface FigurePart {
  readonly part: Html;
  readonly assets: readonly AssetName[];
}

export function figureOf({ figure, view, metric }: Pick<Plot, 'figure' | 'view' | 'metric'>): FigurePart {
  const { layout, ...drawn } = figure;
  const part = html`<div id="plot" role="img" aria-label="${view} of ${metric}"></div>
<noscript><p class="muted">The figure needs JavaScript; the tables below hold its values.</p></noscript>
${dataBlock('setup', setupOf({ view, metric }, 'auto'))}
${dataBlock('figure', { ...drawn, layout: withoutScale(layout) }, withoutBold)}`;
  return { part, assets: ['plotly.js', 'figure.js'] };
}

/** A view of runs; a sentence in its place where they cannot be drawn. */
export function viewPart(view: Plot['view'], runs: readonly Run[], options: PlotOptions): FigurePart {
  try {
    const plot = plotView(view, runs, options);
    const { part, assets } = figureOf(plot);
    const notes = plot.notes.map(({ message }) => html`<p class="muted">${message}</p>`);
    return { part: html`${part}${notes}`, assets };
  } catch (error) {
    if (!(error instanceof BenchmemError) || error.exitCode !== exitCode.usage) throw error;
    return { part: html`<p class="muted">There is no figure: ${error.message}.</p>`, assets: [] };
  }
}

// WHY: plotly makes bold text and the scale of colours with style attributes, which the policy of the pages forbids. Text
// from outside holds no tag, and the changes that colours stand for are said beside the pointer and in the table.
function withoutBold(text: string): string {
  return text.replaceAll(/<\/?b>/g, '');
}

function withoutScale(layout: Layout): Layout {
  const { coloraxis } = layout;
  return isRecord(coloraxis) ? { ...layout, coloraxis: { ...coloraxis, showscale: false } } : layout;
}
