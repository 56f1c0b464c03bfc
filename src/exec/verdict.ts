// One sentence about a process's memory, and the figures it rests on: a native leak, JavaScript objects, free memory
// that the allocator cannot give back, or memory that nobody counts. Pure.
import { formatBytes } from '../units.js';
import { type Rise, risesOf, trendPoints } from './growth.js';
import { type PartName, partNames, partsOf } from './levels.js';
import type { ObjectLevels, ProcessRecord, Snapshot } from './snapshot.js';

export type VerdictKind =
  | 'native-leak'
  | 'js-growth'
  | 'fragmentation'
  | 'mapped-growth'
  | 'engine-growth'
  | 'private-memory'
  | 'uncounted'
  | 'steady'
  | 'levels-only'
  | 'not-measured';

export interface Verdict {
  readonly kind: VerdictKind;
  readonly sentence: string;
  /** Every part's rise between the two ends, largest first; empty where growth could not be judged. */
  readonly rises: readonly Rise[];
}

const mebibyte = 1024 * 1024;
// Below this, and below a twentieth of where a part started, it has not moved.
const smallestRiseBytes = 2 * mebibyte;
const smallestShare = 0.05;
// Free memory inside the allocator that is worth a word by its level alone.
const smallestFreeBytes = 16 * mebibyte;
const smallestFreeShare = 0.4;
const smallestUnexplainedBytes = 32 * mebibyte;

const kinds: Readonly<Record<PartName, VerdictKind>> = {
  native: 'native-leak',
  js: 'js-growth',
  free: 'fragmentation',
  mapped: 'mapped-growth',
  engine: 'engine-growth',
  private: 'private-memory',
  unexplained: 'uncounted',
};

const partWords: Readonly<Record<PartName, string>> = {
  native: 'native memory in use',
  js: 'the JavaScript heap',
  free: 'free memory inside the allocator',
  mapped: 'wasm memory and resizable buffers',
  engine: "V8's own native memory",
  private: 'memory that shared objects map for themselves',
  unexplained: 'memory that nobody counts',
};

export function verdictOf({ header, snapshots }: ProcessRecord): Verdict {
  const points = trendPoints(snapshots);
  const last = points.at(-1) ?? snapshots.at(-1);
  if (last === undefined) {
    const sentence = `Nothing was measured: ${header.problem ?? 'the process wrote no snapshot'}.`;
    return { kind: 'not-measured', sentence, rises: [] };
  }
  const first = points[0];
  if (points.length < 2 || first === undefined) return levelsOnly(last, points.length);
  const rises = risesOf(points);
  const moved = rises.filter((rise) => isRise(rise, points));
  const most = moved.find(({ part, levelledOff }) => part === 'free' || levelledOff !== true);
  if (most !== undefined) {
    return { kind: kinds[most.part], sentence: riseSentence(most, rises, points), rises };
  }
  const level = levelVerdict(points);
  if (level !== undefined) return { ...level, rises };
  const early = moved[0] === undefined ? '' : `${movement(moved[0])} and has stayed there; `;
  const sentence = `Nothing keeps growing between ${seconds(first)} and ${seconds(last)}: ${early}${levelsText(last)}.`;
  return { kind: 'steady', sentence, rises };
}

// WHY free memory needs more: a few MiB of it are every allocator's cache.
function isRise({ part, bytes, fromBytes }: Rise, points: readonly Snapshot[]): boolean {
  if (part === 'free' && !isFragmented(points)) return false;
  return bytes >= smallestRiseBytes && bytes >= fromBytes * smallestShare;
}

// WHY the whole later half: what a collection has just freed is free too, until it is taken again.
function isFragmented(points: readonly Snapshot[]): boolean {
  return points
    .slice(Math.floor(points.length / 2))
    .every(
      ({ allocator }) =>
        allocator !== undefined &&
        allocator.free_bytes >= smallestFreeBytes &&
        allocator.free_bytes >= allocator.held_bytes * smallestFreeShare,
    );
}

function movement({ part, fromBytes, toBytes }: Rise): string {
  return `${partWords[part]} went from ${formatBytes(fromBytes)} to ${formatBytes(toBytes)}`;
}

function riseSentence(most: Rise, rises: readonly Rise[], points: readonly Snapshot[]): string {
  const [first, last] = [points[0] as Snapshot, points.at(-1) as Snapshot];
  const span = `between ${seconds(first)} and ${seconds(last)}`;
  const others = rises
    .filter(({ part }) => part !== most.part && (part === 'native' || part === 'js' || part === 'free'))
    .map((rise) => `${partWords[rise.part]} by ${signed(rise.toBytes - rise.fromBytes)}`);
  const beside = others.length === 0 ? '' : `; meanwhile ${others.join(' and ')}`;
  return `${opening(most, points)}: ${movement(most)} ${span}${evidence(most, first, last)}${beside}.`;
}

function opening({ part, withoutGarbage }: Rise, points: readonly Snapshot[]): string {
  switch (part) {
    case 'native':
      return mayBeGarbage(points)
        ? 'Native memory grows, by a leak or by Buffers that no full collection has looked at yet'
        : 'It looks like a native leak';
    case 'js':
      return withoutGarbage
        ? 'It looks like a leak of JavaScript objects'
        : 'The JavaScript heap grows, by objects or by garbage that no full collection has looked at yet';
    case 'free':
      return 'It looks like fragmentation';
    case 'mapped':
      return 'It looks like a leak of wasm memory or resizable buffers';
    case 'private':
      return 'A private allocator grows, or mappings that a shared object makes for itself';
    case 'engine':
      return 'V8 itself takes more and more native memory (compiled code, collections)';
    default:
      return 'Something that nobody counts grows';
  }
}

function evidence(most: Rise, first: Snapshot, last: Snapshot): string {
  if (most.part === 'native') return whoText(first, last);
  if (most.part === 'private') return ownerText(last);
  if (most.part === 'js') {
    const garbage = most.withoutGarbage ? ', counted right after full collections' : '';
    return `${garbage}${isolatesText(first, last)}`;
  }
  if (most.part !== 'free' || last.allocator === undefined) return '';
  return `, so that the allocator holds ${formatBytes(last.allocator.held_bytes)} for ${formatBytes(last.allocator.used_bytes)} in use`;
}

// Each worker thread has a heap of its own: more of them are no leak of objects.
function isolatesText(first: Snapshot, last: Snapshot): string {
  const [before, after] = [first.js?.isolates ?? 0, last.js?.isolates ?? 0];
  return after > before ? `, in ${after} isolates instead of ${before} (worker threads)` : '';
}

function whoText(first: Snapshot, last: Snapshot): string {
  const most = mostGrown(first, last);
  if (most === undefined) return '';
  return `, ${formatBytes(most.bytes)} of it allocated by ${objectName(most.name)}`;
}

function ownerText({ mapped }: Snapshot): string {
  const [most] = mapped?.by_owner.filter(({ kind }) => kind === 'object') ?? [];
  return most === undefined
    ? ''
    : `, ${formatBytes(most.resident_bytes)} of it mapped by ${objectName(most.object)}`;
}

// Who allocated what stayed: the shared object whose live bytes rose most.
function mostGrown(first: Snapshot, last: Snapshot): { name: string; bytes: number } | undefined {
  const before = new Map(first.objects?.map((row) => [keyOf(row), row.live_bytes]));
  return last.objects
    ?.filter(({ source }) => source === 'program')
    .map((row) => ({ name: row.object, bytes: row.live_bytes - (before.get(keyOf(row)) ?? 0) }))
    .filter(({ bytes }) => bytes > 0)
    .sort((a, b) => b.bytes - a.bytes)[0];
}

// WHY node itself: its Buffers are freed by collections; what an addon holds of its own is not. The later half needs a
// collection of its own: what one saw before says nothing of what was dropped since.
function mayBeGarbage(points: readonly Snapshot[]): boolean {
  const [first, middle, last] = [points[0], points[Math.floor(points.length / 2) - 1], points.at(-1)];
  if (first === undefined || last === undefined || mostGrown(first, last)?.name !== '') return false;
  return middle?.js?.full_gcs === last.js?.full_gcs;
}

function keyOf({ object, source }: ObjectLevels): string {
  return `${source} ${object}`;
}

/** A shared object as people know it. */
export function objectName(path: string): string {
  return path === '' ? 'node itself (Buffers, zlib, crypto)' : (path.split('/').at(-1) ?? path);
}

// What stands out without having grown: an allocator that holds far more than is in use, or memory of nobody.
function levelVerdict(points: readonly Snapshot[]): Omit<Verdict, 'rises'> | undefined {
  const last = points.at(-1);
  if (last === undefined) return undefined;
  const { allocator } = last;
  const { unexplained = 0, private: own = 0 } = partsOf(last);
  if (isFragmented(points) && allocator !== undefined && allocator.free_bytes >= Math.max(unexplained, own)) {
    const { held_bytes, used_bytes, free_bytes } = allocator;
    const sentence =
      `It looks like fragmentation: at ${seconds(last)} the allocator holds ${formatBytes(held_bytes)} from the system for ` +
      `${formatBytes(used_bytes)} in use, and ${formatBytes(free_bytes)} lie free inside it without going back.`;
    return { kind: 'fragmentation', sentence };
  }
  if (own >= unexplained && own >= smallestUnexplainedBytes) {
    const sentence =
      `A private allocator holds memory, or mappings that a shared object makes for itself: ${formatBytes(own)} ` +
      `are resident at ${seconds(last)}${ownerText(last)}; no other figure has them.`;
    return { kind: 'private-memory', sentence };
  }
  if (unexplained < smallestUnexplainedBytes) return undefined;
  const sentence = `Something that nobody counts holds memory: ${formatBytes(unexplained)} are resident at ${seconds(last)} that neither V8 nor the allocator nor a mapping of a known owner explains.`;
  return { kind: 'uncounted', sentence };
}

function levelsOnly(last: Snapshot, points: number): Verdict {
  const level = points === 0 ? undefined : levelVerdict([last]);
  const why = points === 0 ? 'No snapshot was taken after the start' : 'There is one point in time only';
  const lead = `${why}, so that growth cannot be judged${points === 0 ? ' (--interval takes more)' : adviceFor(last.at_ms)}`;
  if (level !== undefined) return { kind: level.kind, sentence: `${level.sentence} ${lead}.`, rises: [] };
  return { kind: 'levels-only', sentence: `${lead}: ${levelsText(last)}.`, rises: [] };
}

// An interval that gives the same program a few points.
function adviceFor(ms: number): string {
  if (ms >= 5000) return ' (--interval 1s takes more)';
  return ms >= 500 ? ' (--interval 100ms takes more)' : '';
}

function levelsText(last: Snapshot): string {
  const { total_bytes: resident } = last.resident;
  const parts = partsOf(last);
  const largest = partNames
    .flatMap((part) => (parts[part] === undefined ? [] : [{ part, bytes: parts[part] }]))
    .sort((a, b) => b.bytes - a.bytes)
    .filter(({ bytes }, place) => place === 0 || bytes >= mebibyte)
    .slice(0, 4)
    .map(({ part, bytes }) => `${partWords[part]} ${formatBytes(bytes)}`);
  const of = resident === undefined ? '' : `of ${formatBytes(resident)} resident at ${seconds(last)}, `;
  return `${of}${largest.join(', ')}`;
}

/** When it was taken, since the process began to be observed. */
export function seconds({ at_ms }: Snapshot): string {
  return at_ms < 100 ? `${at_ms} ms` : `${(at_ms / 1000).toFixed(1)} s`;
}

function signed(bytes: number): string {
  return `${bytes < 0 ? '-' : '+'}${formatBytes(Math.abs(bytes))}`;
}
