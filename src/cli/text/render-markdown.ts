// The summary as a GitHub table, for a pull request or a job summary. Pure.

import { cellSpan, codeSpan, escapeMarkdown } from '../../text/escapes.js';
import { formatBytes } from '../../units.js';
import { type Failure, type Figures, functionId, siteName, sitePlace, sitesHeading } from './figures.js';
import { markdownRow } from './markdown.js';
import { markdownRetainers } from './markdown-retainers.js';
import { environmentPhrases } from './render-environment.js';
import { summaryCells } from './render-summary.js';

export function renderMarkdown(functions: readonly Figures[], failures: readonly Failure[]): string {
  const { headers, rows } = summaryCells(functions);
  const ids = functions.map((figures) => cellSpan(functionId(figures)));
  const lines = [
    markdownRow(['benchmark', ...headers.map(({ title }) => title)]),
    markdownRow([':--', ...headers.map(({ align }) => (align === 'left' ? ':--' : '--:'))]),
    ...rows.map((cells, index) => markdownRow([ids[index] ?? '', ...cells.map(escapeMarkdown)])),
    ...failures.map((failure) =>
      markdownRow([cellSpan(functionId(failure)), 'failed', ...headers.slice(1).map(() => '')]),
    ),
  ];
  const warnings = functions.flatMap((figures) =>
    (figures.blob.warnings ?? []).map(
      (warning) =>
        `- ${codeSpan(functionId(figures))}: ${escapeMarkdown(`${warning.code}: ${warning.message}`)}`,
    ),
  );
  const problems = failures.map(
    (failure) => `- ${codeSpan(functionId(failure))} failed: ${escapeMarkdown(failure.message)}`,
  );
  const [environment] = functions.flatMap(({ blob }) =>
    blob.environment === undefined ? [] : [blob.environment],
  );
  const facts =
    environment === undefined ? [] : environmentPhrases(environment).map((phrase) => escapeMarkdown(phrase));
  const blocks = [
    lines.join('\n'),
    ...functions.map(sitesTable),
    ...functions.map((figures) => markdownRetainers(functionId(figures), figures.blob)),
    facts.join(' · '),
    [...warnings, ...problems].join('\n'),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

const topSites = 5;

function sitesTable(figures: Figures): string {
  const found = figures.blob.object_sites;
  if (found === undefined || found.sites.length === 0) return '';
  const heading = `${codeSpan(functionId(figures))}: ${escapeMarkdown(sitesHeading(found.interval_bytes))}`;
  const rows = found.sites.slice(0, topSites).map((site) => {
    const place = sitePlace(site);
    const cells = [cellSpan(siteName(site)), escapeMarkdown(formatBytes(site.bytes))];
    return markdownRow([...cells, place === '' ? '' : cellSpan(place)]);
  });
  const table = [markdownRow(['function', 'bytes', 'where']), markdownRow([':--', '--:', ':--']), ...rows];
  return [heading, '', ...table].join('\n');
}
