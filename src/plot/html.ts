// A plot as one HTML file that opens from disk: plotly, figure and script inlined, every other address refused.
// SAFETY: what comes from outside is JSON in a data block or escaped text, never markup.

import { escapeMarkup } from '../text/escapes.js';
import type { Plot } from './figure.js';
import type { PageSetup } from './page.js';
import { pageScript, setupOf } from './page-script.js';

export interface HtmlOptions {
  /** The source text of plotly.js-cartesian-dist-min. */
  readonly plotly: string;
  /** Default `auto`: what the reader's system prefers. */
  readonly theme?: 'auto' | 'light' | 'dark';
  /** Makes a page that answers with an image of itself instead. */
  readonly image?: NonNullable<PageSetup['image']>;
}

const policy =
  "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:; base-uri 'none'; form-action 'none'";

const style = `
html { font: 14px/1.45 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; background: #fff; color: #1f2430; }
@media (prefers-color-scheme: dark) { html { background: #15181e; color: #e6e8ec; } }
body { margin: 0 auto; max-width: 1680px; }
#plot { width: 100%; min-height: 240px; }
#notes { margin: 0 16px 24px; padding: 0; list-style: none; opacity: 0.8; overflow-wrap: anywhere; }
`;

/** The page. It needs no network and asks for none. */
export function renderHtml(plot: Plot, { plotly, theme = 'auto', image }: HtmlOptions): string {
  const setup = setupOf(plot, theme, image);
  const notes = plot.notes.map(({ message }) => `<li>${escapeMarkup(message)}</li>`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${titleOf(plot)}</title>
<style>${style}</style>
</head>
<body>
<div id="plot" role="img" aria-label="${labelOf(plot)}"></div>
<noscript>This picture needs JavaScript.</noscript>
<ul id="notes">${notes.join('')}</ul>
<script type="application/json" id="figure">${dataBlock(plot.figure)}</script>
<script type="application/json" id="setup">${dataBlock(setup)}</script>
<script>${scriptBlock(plotly)}</script>
<script>${scriptBlock(pageScript)}</script>
</body>
</html>
`;
}

/** An image of the plot that says what it is to whoever does not see it. */
export function nameSvg(svg: string, plot: Plot): string {
  return svg.replace(
    /^<svg ([^>]*)>/,
    (_, attributes: string) =>
      `<svg role="img" aria-label="${labelOf(plot)}" ${attributes}><title>${titleOf(plot)}</title>`,
  );
}

function titleOf({ metric, view }: Plot): string {
  return `benchmem: ${escapeMarkup(`${metric}, ${view}`)}`;
}

function labelOf({ metric, view, ids }: Plot): string {
  return escapeMarkup(`${view} of ${metric}, ${ids} ${ids === 1 ? 'id' : 'ids'}`);
}

// SAFETY: without `<` no text can end the block or open a comment in it.
function dataBlock(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}

// A string literal in a script may hold the end tag; `\/` means the same there.
function scriptBlock(source: string): string {
  return source.replaceAll(/<\/(?=script)/gi, '<\\/').replaceAll('<!--', '<\\!--');
}
