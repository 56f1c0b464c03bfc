// Whether the sentence of `exec` says where the growth went, against the resident memory that the snapshots have: the parts that
// it names are four fifths of it or more, the largest first, or it names what is left, with its size. Reads nothing but the text.
import { countedSnapshots } from '../../src/exec/counted.js';
import type { Snapshot } from '../../src/exec/snapshot.js';
import { fewestPoints } from '../../src/exec/trend.js';

const mebibyte = 1024 * 1024;
const perUnit: Readonly<Record<string, number>> = { B: 1, KiB: 1024, MiB: mebibyte, GiB: 1024 * mebibyte };
// What no part has: growth of nobody, and what was allocated without being touched.
const rests = ['unexplained', 'allocated and not touched'];

// Of a figure with two digits.
const rounding = 0.005 * mebibyte;

interface Named {
  readonly name: string;
  readonly bytes: number;
}

/** What is wrong with the account of a sentence; undefined if it is right. */
export function accountFault(sentence: string, snapshots: readonly Snapshot[]): string | undefined {
  const counted = countedSnapshots(snapshots);
  const [from, to] = [counted[0], counted.at(-1)].map((at) => at?.resident.total_bytes ?? 0);
  const growth = (to ?? 0) - (from ?? 0);
  const text = /Resident memory went from .+? to .+?: (.*)\.$/.exec(sentence)?.[1];
  if (growth < 2 * mebibyte || counted.length < fewestPoints)
    return text === undefined ? undefined : `no growth that has parts (${growth} B): ${text}`;
  if (text === undefined) return `nothing accounts for ${growth} B: ${sentence}`;
  const all = text.split(', ').map(namedIn);
  const parts = all.filter(({ name }) => !rests.includes(name));
  const sum = (list: readonly Named[]) => list.reduce((total, { bytes }) => total + bytes, 0);
  const sorted = [...parts].sort((a, b) => b.bytes - a.bytes);
  if (parts.some(({ name }, place) => name !== sorted[place]?.name)) return `not the largest first: ${text}`;
  // WHY: too much is wrong as well, because parts that are more than all of the growth explain something else.
  return Math.abs(growth - sum(all)) <= growth * 0.2 + all.length * rounding
    ? undefined
    : `${sum(all)} B of ${growth} B are accounted for: ${text}`;
}

function namedIn(text: string): Named {
  const [, name, sign, digits = '', unit = ''] =
    /^(.+) ([+-])([\d,.]+) (B|KiB|MiB|GiB)(?: \(.*)?$/.exec(text) ?? [];
  if (name === undefined) throw new Error(`no part: ${text}`);
  const bytes = Number(digits.replaceAll(',', '')) * (perUnit[unit] ?? Number.NaN);
  return { name, bytes: sign === '-' ? -bytes : bytes };
}
