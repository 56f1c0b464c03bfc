// What a gate found, for people: what grew and what fell past a limit, what is missing, and the summary. Pure.

import type { Found, GateResult } from '../../compare/gate/verdict.js';
import type { ComparisonWarning } from '../../compare/warnings.js';
import { unbroken, wrap } from '../../layout/printable.js';
import { partsOfId } from '../../runfile/ids.js';
import type { Run } from '../../runfile/run.js';
import { guardCommand, literal, printable } from '../../text/escapes.js';
import type { Threshold } from '../../text/limit-grammar.js';
import { changeText, singleText } from '../../text/numbers.js';
import { formatCount } from '../../units.js';
import { type Colors, colorsOf } from '../terminal.js';
import type { Io, Terminal } from '../world.js';
import { errorAnnotation, type Place } from './annotations.js';
import { warningColumns } from './render-warnings.js';

const fieldColumns = 12;
const shownSubjects = 10;

/** The lines that stand below the one of a regression. */
export type LinesBelow = (found: Found) => readonly string[];

const nothingBelow: LinesBelow = () => [];

/** The verdict and the regressions, a line each; then the counts. */
export function renderGate(
  result: GateResult,
  terminal: Pick<Terminal, 'color'>,
  below: LinesBelow = nothingBelow,
): string {
  const colors = colorsOf(terminal);
  const tone = result.tripped ? colors.red : colors.green;
  const lines = sections(result).flatMap(({ title, found }) => [
    tone(title),
    ...found.flatMap((each) => [`  ${foundLine(each)}`, ...below(each)]),
  ]);
  return `${[...lines, ...missingLines(result), summaryLine(result)].join('\n')}\n`;
}

export function renderGateMarkdown(result: GateResult, below: LinesBelow = nothingBelow): string {
  const item = (found: Found) => [
    `- ${found.field} ${literal(found.name)}: ${change(found)}${own(found, literal)}`,
    ...below(found),
  ];
  const blocks = sections(result).flatMap(({ title, found }) => [
    `**${title}**`,
    found.flatMap(item).join('\n'),
  ]);
  const missing = result.missing.map((id) => `- missing: ${literal(id)}`).join('\n');
  return `${[...blocks, missing, summaryLine(result)].filter(Boolean).join('\n\n')}\n`;
}

/** Workflow commands: an error for each move past a limit, at its benchmark's line if the run says it, and for each gone one. */
export function renderGateAnnotations(
  { regressions, improvements, missing }: GateResult,
  pathOf: (file: string) => string,
): string {
  const placeOf = (place: Place | undefined) => place && { ...place, file: pathOf(place.file) };
  return [
    ...[...regressions, ...improvements].map((found) =>
      errorAnnotation(
        placeOf(found.source ?? moduleOf(found.id)),
        found.id,
        `${found.field}: ${change(found)}${own(found, printable)}`,
      ),
    ),
    ...missing.map((id) =>
      errorAnnotation(placeOf(moduleOf(id)), id, 'it is missing, or lost a gated metric'),
    ),
  ].join('');
}

function moduleOf(id: string): Place | undefined {
  const { module: file } = partsOfId(id);
  return file === undefined || file === '' ? undefined : { file };
}

/** `peak         name: 4.1 MiB → 5 MiB (+22.0%)`. */
function foundLine(found: Found): string {
  return `${found.field.padEnd(fieldColumns)} ${printable(found.name)}: ${change(found)}${own(found, printable)}`;
}

/** `gate: 12 compared, 1 new, 0 removed, 0 incomparable`. */
export function summaryLine({ summary }: Pick<GateResult, 'summary'>): string {
  const { compared, added, removed, incomparable } = summary;
  const [a, b, c, d] = [compared, added, removed, incomparable].map(formatCount);
  return `gate: ${a} compared, ${b} new, ${c} removed, ${d} incomparable`;
}

/** Says on standard error what was left out of the files that were read. */
export function writeReadWarnings(runs: readonly Run[], { stderr }: Pick<Io, 'stderr'>): void {
  const warnings = runs.flatMap((run) => run.warnings ?? []);
  if (warnings.length > 0) stderr.write(renderComparisonWarnings(warnings, stderr));
}

/** Warnings for standard error, those of one kind together. */
export function renderComparisonWarnings(warnings: readonly ComparisonWarning[], terminal: Terminal): string {
  const colors = colorsOf(terminal);
  const width = Math.max(20, warningColumns(terminal) - 2);
  const groups = new Map<string, { warning: ComparisonWarning; subjects: string[] }>();
  for (const each of warnings) {
    const key = JSON.stringify([each.code, each.message, each.hint]);
    const group = groups.get(key) ?? { warning: each, subjects: [] };
    groups.set(key, group);
    group.subjects.push(each.subject);
  }
  const lines = [...groups.values()].flatMap((group) => warningLines(group, colors, width));
  return lines.map((line) => `${guardCommand(line)}\n`).join('');
}

function warningLines(
  {
    warning: { code, message, hint, names = [] },
    subjects,
  }: { warning: ComparisonWarning; subjects: string[] },
  colors: Colors,
  width: number,
): string[] {
  const more = subjects.length > shownSubjects ? ` and ${subjects.length - shownSubjects} more` : '';
  const about = `${subjects.slice(0, shownSubjects).map(unbroken).join(', ')}${more}`;
  const label = 'warning:';
  const sentence = names.reduce(
    (text, name) => text.replaceAll(printable(name), unbroken(name)),
    printable(message),
  );
  const [first = '', ...rest] = wrap(`${label} ${code}: ${about}: ${sentence}`, width);
  return [
    `${colors.yellow(label)}${first.slice(label.length)}`,
    ...rest.map((line) => `  ${line}`),
    ...(hint === '' ? [] : wrap(`hint: ${printable(hint)}`, width).map((line) => `  ${line}`)),
  ];
}

interface Section {
  readonly title: string;
  readonly found: readonly Found[];
}

// WHY: there are two sections, because what fell is not a regression, though it fails a gate of changes as well.
function sections({ regressions, improvements, missing }: GateResult): Section[] {
  const grown = { title: `${regressions.length} regression(s) over threshold:`, found: regressions };
  const fallen = { title: `${improvements.length} improvement(s) over threshold:`, found: improvements };
  const present = [grown, fallen].filter(({ found }) => found.length > 0);
  if (present.length > 0) return present;
  const title =
    missing.length > 0 ? 'no regressions, but benchmarks are missing:' : 'no regressions over thresholds';
  return [{ title, found: [] }];
}

function missingLines({ missing }: GateResult): string[] {
  return missing.map((id) => `  ${'missing'.padEnd(fieldColumns)} ${printable(id)}`);
}

function change({ base, head, pct, limit }: Found): string {
  const { unit } = limit.metric;
  const percent = pct === null ? fromNothing(base) : ` (${changeText(pct)})`;
  return `${singleText(base, unit)} → ${singleText(head, unit)}${percent}`;
}

// A base that is not positive has no percentage; an infinite one has no text.
function fromNothing(base: number): string {
  if (base > 0) return '';
  return base === 0 ? ' (from 0)' : ' (from below 0)';
}

// A limit that the benchmark carries itself is named with the place it stands at.
function own({ limit }: Found, show: (text: string) => string): string {
  if (!('origin' in limit)) return '';
  return `, own limit ${limitText(limit)} in ${show(limit.origin)}`;
}

function limitText({ percent, limit, allowance, metric }: Threshold): string {
  if (!percent) return singleText(limit, metric.unit);
  return allowance === undefined ? `${limit}%` : `${limit}% + ${singleText(allowance, metric.unit)}`;
}
