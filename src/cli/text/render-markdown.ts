// The summary as a GitHub table, for a pull request or a job summary. Pure.

import { cellSpan, codeSpan, escapeMarkdown } from '../../text/escapes.js';
import { formatBytes } from '../../units.js';
import { markdownRow } from './markdown.js';
import { environmentPhrases } from './render-environment.js';
import { summaryCells } from './render-summary.js';
import { type Failure, type Report, reportId, siteName, sitePlace, sitesHeading } from './report.js';

export function renderMarkdown(reports: readonly Report[], failures: readonly Failure[]): string {
  const { headers, rows } = summaryCells(reports);
  const ids = reports.map((report) => cellSpan(reportId(report)));
  const lines = [
    markdownRow(['benchmark', ...headers.map(({ title }) => title)]),
    markdownRow([':--', ...headers.map(({ align }) => (align === 'left' ? ':--' : '--:'))]),
    ...rows.map((cells, index) => markdownRow([ids[index] ?? '', ...cells.map(escapeMarkdown)])),
    ...failures.map((failure) =>
      markdownRow([cellSpan(reportId(failure)), 'failed', ...headers.slice(1).map(() => '')]),
    ),
  ];
  const warnings = reports.flatMap((report) =>
    (report.blob.warnings ?? []).map(
      (warning) =>
        `- ${codeSpan(reportId(report))}: ${escapeMarkdown(`${warning.code}: ${warning.message}`)}`,
    ),
  );
  const problems = failures.map(
    (failure) => `- ${codeSpan(reportId(failure))} failed: ${escapeMarkdown(failure.message)}`,
  );
  const [environment] = reports.flatMap(({ blob }) =>
    blob.environment === undefined ? [] : [blob.environment],
  );
  const facts =
    environment === undefined ? [] : environmentPhrases(environment).map((phrase) => escapeMarkdown(phrase));
  const blocks = [
    lines.join('\n'),
    ...reports.map(sitesTable),
    facts.join(' · '),
    [...warnings, ...problems].join('\n'),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

const topSites = 5;

function sitesTable(report: Report): string {
  const found = report.blob.object_sites;
  if (found === undefined || found.sites.length === 0) return '';
  const heading = `${codeSpan(reportId(report))}: ${escapeMarkdown(sitesHeading(found.interval_bytes))}`;
  const rows = found.sites.slice(0, topSites).map((site) => {
    const place = sitePlace(site);
    const cells = [cellSpan(siteName(site)), escapeMarkdown(formatBytes(site.bytes))];
    return markdownRow([...cells, place === '' ? '' : cellSpan(place)]);
  });
  const table = [markdownRow(['function', 'bytes', 'where']), markdownRow([':--', '--:', ':--']), ...rows];
  return [heading, '', ...table].join('\n');
}
