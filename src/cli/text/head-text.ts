// A saved run as a heading names it: what it is called, what it is of, how old it is. Pure.
import type { RunHead } from '../../runfile/heads.js';
import { millisecondsOf } from '../../runfile/times.js';
import { printable } from '../../text/escapes.js';

/** `0003_b (tag, main 8d530304)`, and what else is said in the brackets. */
export function headText(
  { stem, tag, branch, commit }: Pick<RunHead, 'stem' | 'tag' | 'branch' | 'commit'>,
  { isPlain = false, more = '' } = {},
): string {
  const place = isPlain ? '' : [branch, commit?.slice(0, 8)].filter(Boolean).join(' ');
  const said = [tag !== undefined && !stem.endsWith(`_${tag}`) ? tag : '', place, more].filter(Boolean);
  return printable(said.length === 0 ? stem : `${stem} (${said.join(', ')})`);
}

const units = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
] as const;

/** `28 days`; undefined for a time that is not known, or less than a second. */
export function spanText(milliseconds: number): string | undefined {
  const found = units.find(([, length]) => Math.abs(milliseconds) >= length);
  if (!Number.isFinite(milliseconds) || found === undefined) return undefined;
  const [unit, length] = found;
  const count = Math.round(Math.abs(milliseconds) / length);
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}

/** `2 hours ago`; undefined if the run does not say when it was measured. */
export function agoText({ datetime }: Pick<RunHead, 'datetime'>, now: Date): string | undefined {
  const span = spanText(now.getTime() - millisecondsOf(datetime));
  return span && `${span} ago`;
}
