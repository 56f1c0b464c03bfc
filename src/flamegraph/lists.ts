// The views of a profile that are lists of places: what is still held, and what was freed at once. Pure.
// SAFETY: every text of it is made printable here.
import type { Profile } from '../profile/model.js';
import { frameText, placeText } from '../profile/reports/frames.js';
import { leakRemarks, leaks } from '../profile/reports/leaks.js';
import type { ProfileMetric } from '../profile/reports/metrics.js';
import { shareText } from '../profile/reports/share.js';
import type { Site } from '../profile/reports/sites.js';
import { temporary } from '../profile/reports/temporary.js';
import { printable } from '../text/escapes.js';
import { singleText } from '../text/numbers.js';
import { formatCount } from '../units.js';
import type { PageList } from './page-data.js';

const mostRows = 200;

/** Those of the metrics that the profile holds. */
export function listsOf(profile: Profile, held: readonly ProfileMetric[]): PageList[] {
  return [
    ...(held.includes('leaked') ? [leakList(profile, held.indexOf('leaked'))] : []),
    ...(held.includes('temporary') ? [temporaryList(profile, held.indexOf('temporary'))] : []),
  ];
}

function leakList(profile: Profile, metric: number): PageList {
  const report = leaks(profile);
  const blocks = report.blocks === undefined ? '' : ` in ${countText(report.blocks, 'block')}`;
  const rows = report.rows.map((row) => [
    ...placesOf(row),
    singleText(row.bytes, 'B'),
    row.blocks === undefined ? '' : formatCount(row.blocks),
    row.allocations === undefined ? '' : formatCount(row.allocations),
  ]);
  return listOf({
    ...{ name: 'leaks', label: 'Leaks', metric, rows },
    about: [
      `${singleText(report.bytes, 'B')}${blocks}: allocated in the profiled pass, and held after the action, its result and all collections.`,
      ...leakRemarks(report),
    ],
    columns: ['allocated by', 'from', 'held', 'blocks', 'of'],
  });
}

function temporaryList(profile: Profile, metric: number): PageList {
  const report = temporary(profile);
  const of =
    report.allocations === undefined
      ? ''
      : ` of ${countText(report.allocations, 'allocation')} (${shareText(report.temporary, report.allocations) || '0%'})`;
  const rows = report.rows.map((row) => [
    ...placesOf(row),
    formatCount(row.temporary),
    row.allocations === undefined ? '' : shareText(row.temporary, row.allocations),
    row.bytes === undefined ? '' : singleText(row.bytes, 'B'),
  ]);
  return listOf({
    ...{ name: 'temporary', label: 'Temporary', metric, rows },
    about: [
      `${formatCount(report.temporary)}${of} were freed by their own thread with at most one other allocation in between.`,
      'They need no memory, but time: a buffer that is kept would save many of them at one line.',
    ],
    columns: ['allocated by', 'from', 'temporary', 'of its own', 'allocated'],
  });
}

function listOf(list: Omit<PageList, 'left'>): PageList {
  const rows = list.rows.slice(0, mostRows).map((row) => row.map(printable));
  return { ...list, about: list.about.map(printable), rows, left: list.rows.length - rows.length };
}

function placesOf({ leaf, site, callers }: Site): [string, string] {
  const from = [site === undefined ? '' : frameText(site), ...callers.slice(0, 3).map(placeText)];
  return [leaf === undefined ? '' : frameText(leaf), from.filter((text) => text !== '').join(' ← ')];
}

function countText(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}
