// The stacks that moved most, below a regression: on a terminal, in markdown, in the JSON document. Pure.
import type { Worse } from '../../compare/worse.js';
import { columnsOf, truncate } from '../../layout/printable.js';
import { differenceText, stackText } from '../../profile/diff/texts.js';
import type { ProfileFrame } from '../../profile/model.js';
import { shortFrameText } from '../../profile/reports/frames.js';
import { metricFigures } from '../../profile/reports/metrics.js';
import { defined } from '../../shapes.js';
import { metricNamed } from '../../stats/metrics.js';
import { codeSpan, literal, printable } from '../../text/escapes.js';
import { changeText, singleText } from '../../text/numbers.js';
import { type Colors, colorsOf } from '../terminal.js';
import type { Terminal } from '../world.js';
import type { Moved } from './moved.js';

/** How many benchmarks that got worse are shown without a gate. */
export const mostWorse = 10;

type Part = Moved['parts'][number];

/** The lines below the one of a regression. */
export function movedLines(moved: Moved | undefined, terminal: Terminal): string[] {
  if (moved === undefined) return [];
  const colors = colorsOf(terminal);
  const width = terminal.unlimited === true ? Number.POSITIVE_INFINITY : terminal.columns;
  if (moved.missing !== undefined)
    return [colors.dim(`    ${truncate(printable(moved.missing), width - 4, 'ends')}`)];
  const amounts = moved.parts.map((part) => differenceText(part.change, unitOf(moved)));
  const widest = Math.max(...amounts.map((text) => text.length));
  return moved.parts.map((part, at) => {
    const amount = (amounts[at] ?? '').padStart(widest);
    const room = Math.max(20, width - widest - 6);
    return `    ${amount}  ${colors.dim(truncate(partText(part, room), room, 'start'))}`;
  });
}

// WHY: the first frame is cut, because it is the allocator's caller, and often a long name of C++; the user's lines follow.
function partText({ name, frames }: Part, room: number): string {
  if (name !== undefined) return printable(name);
  const [leaf = '', ...callers] = frames.map((frame) => printable(shortFrameText(frame)));
  const whole = [leaf, ...callers].join(' ← ');
  if (callers.length === 0 || columnsOf(whole) <= room) return whole;
  return [truncate(leaf, Math.max(16, Math.floor(room * 0.35)), 'ends'), ...callers].join(' ← ');
}

/** Items of a list below an item. */
export function movedItems(moved: Moved | undefined): string[] {
  if (moved === undefined) return [];
  if (moved.missing !== undefined) return [`  - ${literal(moved.missing)}`];
  return moved.parts.map((part) => {
    const text = part.name ?? stackText(part.frames);
    return `  - ${differenceText(part.change, unitOf(moved))}: ${part.name === undefined ? codeSpan(text) : text}`;
  });
}

/** What got worse, where no gate says what is a regression. */
export function renderWorse(
  worse: readonly Worse[],
  movedOf: (each: Worse) => Moved | undefined,
  terminal: Terminal,
): string {
  const colors = colorsOf(terminal);
  const shown = worse.slice(0, mostWorse);
  const lines = shown.flatMap((each) => [
    `  ${each.field.padEnd(12)} ${worseText(each, printable)}`,
    ...movedLines(movedOf(each), terminal),
  ]);
  return `${[titleOf(worse, colors), ...lines, ...moreOf(worse)].join('\n')}\n`;
}

export function renderWorseMarkdown(
  worse: readonly Worse[],
  movedOf: (each: Worse) => Moved | undefined,
): string {
  const items = worse
    .slice(0, mostWorse)
    .flatMap((each) => [`- ${each.field} ${worseText(each, literal)}`, ...movedItems(movedOf(each))]);
  return `${[`**${titleOf(worse)}**`, items.join('\n'), ...moreOf(worse)].filter(Boolean).join('\n\n')}\n`;
}

/** As the JSON document has it. */
export function movedDocument({ id, field, metric, parts, missing }: Moved) {
  return {
    ...{ id, field, metric },
    stacks: parts.map(({ name, change, base, head, frames }) => ({
      ...defined({ name }),
      ...{ change, base, head },
      frames: frames.map(plainFrame),
    })),
    ...defined({ missing }),
  };
}

function plainFrame({ name, file, line, object, package: owner }: ProfileFrame) {
  return { name, ...defined({ file, line, object, package: owner }) };
}

function unitOf({ metric = 'peak' }: Moved): 'B' | '' {
  return metricFigures[metric].unit;
}

function titleOf(worse: readonly Worse[], colors?: Colors): string {
  if (worse.length === 0) return 'nothing got worse that a profile can explain';
  const title = `${worse.length === 1 ? '1 figure' : `${worse.length} figures`} got worse:`;
  return colors === undefined ? title : colors.red(title);
}

function worseText({ field, name, base, head, pct }: Worse, show: (text: string) => string): string {
  const unit = metricNamed(field)?.unit ?? '';
  const percent = pct === null ? '' : ` (${changeText(pct)})`;
  return `${show(name)}: ${singleText(base, unit)} → ${singleText(head, unit)}${percent}`;
}

function moreOf({ length }: readonly Worse[]): string[] {
  return length > mostWorse ? [`${length - mostWorse} more got worse`] : [];
}
