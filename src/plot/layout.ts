// What all views share around their panels: title, colours of the light theme, legend, hover box.
// The page changes sizes and colours by window and theme; nothing here measures a window.
import type { Layout } from './figure.js';
import { themes } from './theme.js';

/** WHY: it is this high, because plotly would cut a legend at half of the height, and a static picture cannot be scrolled. */
const wholeLegend = 100_000;

/** The layout of a figure; `height` in pixels; title and subtitle are plain text already. */
export function figureLayout(title: string, subtitle: string, height: number, more: Layout): Layout {
  const { paper, text, hover, grid, diverging } = themes.light;
  const top = (more.xaxis as { side?: string } | undefined)?.side === 'top';
  const hasHead = top || (more.annotations as unknown[] | undefined)?.length !== 0;
  const usesColors = 'coloraxis' in more;
  const coloraxis = usesColors ? { coloraxis: { colorscale: diverging, ...(more.coloraxis as Layout) } } : {};
  return {
    title: {
      text: title,
      subtitle: { text: subtitle },
      x: 0,
      xref: 'container',
      xanchor: 'left',
      y: 1,
      yref: 'container',
      yanchor: 'top',
      pad: { l: 16, t: 24 },
    },
    height,
    autosize: true,
    paper_bgcolor: paper,
    plot_bgcolor: paper,
    font: { family: 'system-ui, "Segoe UI", "DejaVu Sans", sans-serif', size: 13, color: text },
    // Panel titles and the names of runs stand above the panels.
    margin: { l: 64, r: 28, t: hasHead ? 116 : 88, b: 60 },
    hovermode: 'closest',
    hoverlabel: {
      bgcolor: hover,
      bordercolor: grid,
      font: { color: text, size: 13 },
      align: 'left',
      namelength: 0,
    },
    legend: {
      orientation: 'h',
      x: 0,
      xanchor: 'left',
      y: -0.16,
      yanchor: 'top',
      itemsizing: 'constant',
      maxheight: wholeLegend,
    },
    ...more,
    ...coloraxis,
  };
}

/** `1 id`, `1,234 ids`. */
export function countIds(count: number): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? 'id' : 'ids'}`;
}

/** The height of a figure whose panels take `pixels`. */
export function listHeight(pixels: number): number {
  const margins = 190;
  return Math.max(260, Math.round(pixels) + margins);
}

/** Above this many rows, texts in cells are no longer readable. */
export const denseRows = 520;
