// A limit and what passed it, as a message says them: each exactly enough to be compared with the other. Pure.
import { formatBytes, formatCount, groupThousands, roundHalfEven } from '../units.js';

const units: readonly (readonly [string, number])[] = [
  ['PiB', 1024 ** 5],
  ['PB', 1e15],
  ['TiB', 1024 ** 4],
  ['TB', 1e12],
  ['GiB', 1024 ** 3],
  ['GB', 1e9],
  ['MiB', 1024 ** 2],
  ['MB', 1e6],
  ['KiB', 1024],
  ['KB', 1e3],
];

/** `24 MB`, `64 KiB`, `100 B`: the largest unit in which at most two decimals say it exactly. Reads back as the same limit. */
export function limitText(bytes: number): string {
  for (const [unit, factor] of units) {
    const digits = Number((bytes / factor).toFixed(2));
    if (digits >= 1 && Math.round(digits * factor) === bytes) return `${digits} ${unit}`;
  }
  return `${bytes} B`;
}

/** What was measured and its limit, which stands in the unit of the value too; both in bytes where they would read the same. */
export function comparedSizes(
  value: number,
  limit: number,
): { readonly value: string; readonly limit: string } {
  const own = limitText(limit);
  const isClose = formatBytes(value) === formatBytes(limit);
  const beside = isClose ? exactBytes(limit) : formatBytes(limit);
  return {
    value: isClose ? exactBytes(value) : formatBytes(value),
    limit: isOneUnit(own) || (!isClose && own.endsWith('iB')) ? shownLimit(own, limit) : `${own} = ${beside}`,
  };
}

// `100 B`: what nobody says in a larger unit.
function isOneUnit(text: string): boolean {
  return /\d B$/.test(text);
}

function shownLimit(text: string, limit: number): string {
  return isOneUnit(text) ? exactBytes(limit) : text;
}

/** The same for counts. */
export function comparedCounts(
  value: number,
  limit: number,
): { readonly value: string; readonly limit: string } {
  return { value: formatCount(value), limit: Number.isInteger(limit) ? formatCount(limit) : String(limit) };
}

/** A limit that the value would keep, with a tenth to spare: two digits and a unit. */
export function roomierLimit(bytes: number): string {
  const wanted = bytes * 1.1;
  const [unit, factor] = units.find(([name, one]) => name.endsWith('iB') && wanted >= one) ?? ['B', 1];
  const scaled = wanted / factor;
  const step = scaled >= 100 ? 10 : 1;
  return `${Math.ceil(scaled / step) * step} ${unit}`;
}

function exactBytes(bytes: number): string {
  return Number.isInteger(bytes) ? `${formatCount(bytes)} B` : `${groupThousands(roundHalfEven(bytes, 1))} B`;
}
