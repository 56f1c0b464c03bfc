// The flags of options that exist elsewhere too: how help shows them and what their text means, by the one table. Pure.
import { type SharedOption, sharedOptions } from '../engine/shared-options.js';
import { type Metric, metricNamed } from '../stats/metrics.js';
import { parseCeiling, type Refuse } from '../text/limit-grammar.js';
import { formatBytes } from '../units.js';
import type { Flag, Parsed } from './command.js';
import { duration, usage, wholeNumber } from './option-values.js';

type Options = Readonly<Record<string, SharedOption>>;

/** The flags of a table's options, in its order, under a heading. */
export function flagsOf<Table extends Options>(
  table: Table,
  group: string,
): { readonly [Name in keyof Table as Table[Name]['flag']]: Flag } {
  const flags = Object.values(table).map((option) => [option.flag, flagOf(option, group)]);
  return Object.fromEntries(flags);
}

function flagOf({ kind, choices, help, unlessGiven }: SharedOption, group: string): Flag {
  const describe = help.replace('DEFAULT', typedValue(kind, unlessGiven));
  if (kind === 'switch') return { group, type: 'boolean', describe };
  return { group, nargs: 1, ...(choices !== undefined && { choices }), describe };
}

const units = [
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
  ['us', 1e-3],
] as const;

type SizeName = {
  [Name in keyof typeof sharedOptions]: (typeof sharedOptions)[Name]['kind'] extends 'size' ? Name : never;
}[keyof typeof sharedOptions];

/** The bytes that an option's flag means; undefined if it was not given. Throws USAGE. */
export function sizeOf(name: SizeName, parsed: Parsed): number | undefined {
  const { flag, check } = sharedOptions[name];
  const raw = parsed[flag];
  if (raw === undefined) return undefined;
  const refuse: Refuse = (what, hint) => usage(`--${flag} is ${JSON.stringify(raw)}: ${what}`, hint);
  const bytes = parseCeiling(raw, metricNamed('peak') as Metric, refuse);
  if (check.accepts(bytes)) return bytes;
  throw refuse(`it must be ${check.wants}`, `for example --${flag} 512MiB`);
}

// A value as somebody would type it: 600000 ms are 10m.
function typedValue(kind: SharedOption['kind'], value: number | string | undefined): string {
  if (kind === 'size' && typeof value === 'number') return formatBytes(value).replace(/(\.0+)? /, '');
  if (kind !== 'duration' || typeof value !== 'number') return String(value);
  const [unit, perUnit] = units.find(([, each]) => value >= each) ?? units[3];
  return `${value / perUnit}${unit}`;
}

type NumberName = {
  [Name in keyof typeof sharedOptions]: (typeof sharedOptions)[Name]['kind'] extends 'count' | 'duration'
    ? Name
    : never;
}[keyof typeof sharedOptions];

/** The number that an option's flag means; undefined if it was not given. Throws USAGE. */
export function numberOf(name: NumberName, parsed: Parsed): number | undefined {
  const { flag, kind, check } = sharedOptions[name];
  return (kind === 'duration' ? duration : wholeNumber)(`--${flag}`, parsed[flag], check);
}

/** An option's name as it is typed. */
export function typedName(option: string): string {
  const known = Object.hasOwn(sharedOptions, option);
  return `--${known ? sharedOptions[option as keyof typeof sharedOptions].flag : option}`;
}
