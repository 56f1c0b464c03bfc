// The summary of `benchmem exec`: per process a sentence, the levels it rests on, and who allocated. Pure.

import { countedSnapshots } from '../../exec/counted.js';
import type { ExecEnd } from '../../exec/exec.js';
import { partsOf, unexplainedBytes } from '../../exec/levels.js';
import { objectNames } from '../../exec/object-names.js';
import { seconds } from '../../exec/sentences.js';
import { type ObjectLevels, type ProcessRecord, type Snapshot, sawItsEnd } from '../../exec/snapshot.js';
import { verdictOf } from '../../exec/verdict.js';
import { type Column, layOut, type Row } from '../../layout/columns.js';
import { truncate, wrap } from '../../layout/printable.js';
import { printable } from '../../text/escapes.js';
import { formatBytes, formatCount } from '../../units.js';
import { type Colors, colorsOf } from '../terminal.js';
import type { Terminal } from '../world.js';

export interface ExecSummary {
  readonly command: readonly string[];
  readonly follow: boolean;
  readonly end: ExecEnd;
}

interface Line {
  readonly label: string;
  readonly meaning: string;
  readonly depth: number;
  /** Worth a line only if there is something of it. */
  readonly hideZero?: boolean;
  readonly read: (snapshot: Snapshot) => number | undefined;
}

const lines: readonly Line[] = [
  {
    label: 'native',
    depth: 0,
    meaning: 'addons, Buffers, zlib, crypto: in use',
    read: (at) => at.program?.live_bytes,
  },
  { label: 'peak', depth: 1, meaning: 'the most in use at once', read: (at) => at.program?.peak_bytes },
  {
    label: 'js',
    depth: 0,
    meaning: 'JavaScript heap, all observed isolates',
    read: (at) => at.js?.used_bytes,
  },
  {
    label: 'collected',
    depth: 1,
    meaning: 'right after the last full collection',
    read: (at) => at.js?.after_full_gc_bytes,
  },
  { label: 'pages', depth: 1, meaning: 'what V8 holds for it', read: (at) => at.js?.committed_bytes },
  {
    label: 'unobserved',
    depth: 0,
    meaning: "V8's pages outside these isolates",
    hideZero: true,
    // WHY: this is not what V8 has committed, because on some Nodes each isolate commits half a gibibyte for code, and touches
    // little of it.
    read: (at) => partsOf(at).unobserved,
  },
  {
    label: 'private',
    depth: 0,
    meaning: 'mapped by shared objects for themselves',
    hideZero: true,
    read: (at) => at.mapped?.private_bytes,
  },
  {
    label: 'mapped',
    depth: 0,
    meaning: 'wasm memory and resizable buffers',
    hideZero: true,
    read: (at) => at.mapped_other?.live_bytes,
  },
  { label: 'engine', depth: 0, meaning: "V8's own native memory", read: (at) => at.engine?.live_bytes },
  { label: 'peak', depth: 1, meaning: 'the most of it at once', read: (at) => at.engine?.peak_bytes },
  {
    label: 'allocator',
    depth: 0,
    meaning: 'what it holds from the system',
    read: (at) => at.allocator?.held_bytes,
  },
  { label: 'free', depth: 1, meaning: 'of it unused: fragmentation', read: (at) => at.allocator?.free_bytes },
  { label: 'resident', depth: 0, meaning: 'the whole process', read: (at) => at.resident.total_bytes },
  { label: 'peak', depth: 1, meaning: 'the most of it at once', read: (at) => at.resident.peak_bytes },
  { label: 'files', depth: 1, meaning: 'of it code and mapped files', read: (at) => at.resident.file_bytes },
  { label: 'benchmem', depth: 1, meaning: 'of it our own table', read: (at) => at.resident.benchmem_bytes },
  { label: 'unexplained', depth: 0, meaning: 'resident, and nobody counts it', read: unexplainedBytes },
];

const topObjects = 5;

/** The summary in at most `terminal.columns` columns. */
export function renderExec({ command, follow, end }: ExecSummary, terminal: Terminal): string {
  const colors = colorsOf(terminal);
  const width = terminal.columns;
  if (end.records.length === 0) return `${noRecord(command, end, width, colors).join('\n')}\n`;
  const warning = follow ? [] : launcherWarning(command, width, colors);
  const blocks = [
    ...(warning.length > 0 ? [warning] : []),
    ...end.records.map((record) => processBlock(record, end, width, colors)),
  ];
  const note = follow || end.records.length > 1 ? [] : followNote(width, colors);
  return `${[...blocks, ...(note.length > 0 ? [note] : [])].map((block) => block.join('\n')).join('\n\n')}\n`;
}

function noRecord(command: readonly string[], end: ExecEnd, width: number, colors: Colors): string[] {
  if (end.problem !== undefined) {
    return labelled('benchmem: ', `nothing was measured: ${end.problem}`, width, colors.yellow);
  }
  const text = `no Node process of "${command.join(' ')}" reported: it starts none, or one without NODE_OPTIONS and LD_PRELOAD, or it may not load addons (--permission). Nothing was measured.`;
  return labelled('benchmem: ', text, width, colors.yellow);
}

const launchers = new Set(['npm', 'npx', 'pnpm', 'pnpx', 'yarn']);

// Such a program starts another one, and waits.
function launcherWarning(command: readonly string[], width: number, colors: Colors): string[] {
  const name = command[0]?.split('/').at(-1) ?? '';
  if (!launchers.has(name)) return [];
  const text = `this describes ${name} itself, not the program that it starts: benchmem exec --follow -- ${command.join(' ')}`;
  return wrap(`benchmem: ${printable(text)}`, width).map((line) => colors.yellow(line));
}

function followNote(width: number, colors: Colors): string[] {
  return labelled(
    '',
    'Programs that it started are not included: --follow reports them too.',
    width,
    colors.dim,
  );
}

function processBlock(record: ProcessRecord, end: ExecEnd, width: number, colors: Colors): string[] {
  const { header, snapshots } = record;
  const verdict = verdictOf(record);
  const shown = shownSnapshots(snapshots);
  return [
    ...title(record, end, width, colors),
    ...wrap(printable(verdict.sentence), width - 2).map((line) => `  ${colors.bold(line)}`),
    ...lastPointNote(record, end, width, colors),
    ...missingNote(record, end, width, colors),
    ...(shown === undefined
      ? []
      : [...levelTable(shown, width, colors), ...objectTable(shown.last, width, colors)]),
    ...limitNote(snapshots, width, colors),
    ...wrap(printable(environmentText(record)), width - 2).map((line) => `  ${colors.dim(line)}`),
    ...(header.jsHeapUnsupported === undefined
      ? []
      : labelled('no JavaScript figures: ', header.jsHeapUnsupported, width, colors.yellow)),
  ];
}

function title({ header }: ProcessRecord, end: ExecEnd, width: number, colors: Colors): string[] {
  const how = end.signal === undefined ? `ended with exit code ${end.exitCode}` : `ended by ${end.signal}`;
  const state = header.pid === end.pid ? ` ${how}` : '';
  const [, ...words] = header.command;
  const suffix = ` (process ${header.pid})${state}`;
  const name = truncate(printable(words.join(' ') || 'node'), Math.max(10, width - 10 - suffix.length));
  return wrap(`benchmem: ${name}${suffix}`, width).map((line) => colors.bold(line));
}

// A process that dies of SIGKILL or abort() takes no last snapshot.
function lastPointNote(record: ProcessRecord, end: ExecEnd, width: number, colors: Colors): string[] {
  const last = record.snapshots.at(-1);
  if (last === undefined || sawItsEnd(record)) return [];
  const isCommand = record.header.pid === end.pid && end.signal !== undefined;
  const why = record.stillRuns
    ? 'The process still runs, and is observed no longer'
    : `The process took no snapshot at its end${isCommand ? ` (${end.signal})` : ''}`;
  const text = `${why}: the last one, at ${seconds(last)}, stands.`;
  return labelled('', text, width, colors.yellow);
}

// Figures that the system refuses, and snapshots that found no room.
function missingNote({ snapshots }: ProcessRecord, end: ExecEnd, width: number, colors: Colors): string[] {
  const missing = [...new Set(snapshots.flatMap((at) => at.missing ?? []))];
  const lost = snapshots.reduce((sum, at) => sum + (at.lost_snapshots ?? 0), 0);
  const full = end.problem ?? (lost > 0 ? 'the folder for temporary files was full for a while' : undefined);
  return [
    ...(missing.length > 0 ? labelled('not measured: ', missing.join('; '), width, colors.yellow) : []),
    ...(full === undefined ? [] : labelled('snapshots are missing: ', full, width, colors.yellow)),
  ];
}

function labelled(label: string, text: string, width: number, tone: (text: string) => string): string[] {
  return wrap(label + printable(text), width - 2).map((line) => `  ${tone(line)}`);
}

const levelColumns: readonly Column[] = [
  { align: 'left', rank: 0 },
  { align: 'right', rank: 2 },
  { align: 'right', rank: 0 },
  { align: 'left', rank: 3, minWidth: 12 },
];

interface Shown {
  readonly first?: Snapshot;
  readonly last: Snapshot;
}

/** The snapshots that every table of a process shows: those that the sentence rests on. */
function shownSnapshots(snapshots: readonly Snapshot[]): Shown | undefined {
  const points = countedSnapshots(snapshots);
  const last = points.at(-1) ?? snapshots.at(-1);
  if (last === undefined) return undefined;
  const [first] = points;
  return points.length > 1 && first !== undefined ? { first, last } : { last };
}

function levelTable({ first, last }: Shown, width: number, colors: Colors): string[] {
  const cell = (bytes: number | undefined) =>
    bytes === undefined ? undefined : { text: formatBytes(bytes) };
  const rows = lines.flatMap(({ label, depth, meaning, read, hideZero = false }): Row[] => {
    const bytes = read(last);
    if (bytes === undefined || (hideZero && bytes === 0)) return [];
    const name = { text: `${'  '.repeat(depth)}${label}` };
    return [[name, cell(first && read(first)), cell(bytes), { text: meaning, tone: 'dim' }]];
  });
  const at = (point: Snapshot) => ({ text: `at ${seconds(point)}`, tone: 'dim' as const });
  const columns = levelColumns.map((column, index) => {
    const point = index === 1 ? first : index === 2 ? last : undefined;
    return point === undefined ? column : { ...column, header: at(point) };
  });
  return layOut(columns, rows, { width, colors, indent: 2 });
}

const objectColumns: readonly Column[] = [
  { align: 'left', rank: 0, minWidth: 10, keep: 'ends' },
  { align: 'right', rank: 0, header: { text: 'in use', tone: 'dim' } },
  { align: 'right', rank: 2, header: { text: 'allocated', tone: 'dim' } },
  { align: 'right', rank: 3, header: { text: 'allocations', tone: 'dim' } },
];

function objectTable(last: Snapshot, width: number, colors: Colors): string[] {
  const objects: readonly ObjectLevels[] = last.objects ?? [];
  const names = objectNames(objects.map(({ object }) => object));
  const rows = objects
    .filter(({ source }) => source === 'program')
    .slice(0, topObjects)
    .map(
      (row): Row => [
        { text: printable(names.get(row.object) ?? row.object) },
        { text: formatBytes(row.live_bytes) },
        { text: formatBytes(row.total_bytes) },
        { text: formatCount(row.allocations) },
      ],
    );
  if (rows.length === 0) return [];
  const [name = { align: 'left' as const, rank: 0 }, ...figures] = objectColumns;
  const header = { text: `native at ${seconds(last)}, by shared object`, tone: 'dim' as const };
  return layOut([{ ...name, header }, ...figures], rows, { width, colors, indent: 2 });
}

// Where V8 ends the program, and how near the main thread's heap came at a snapshot or a collection.
function limitNote(snapshots: readonly Snapshot[], width: number, colors: Colors): string[] {
  const last = snapshots.findLast(({ js }) => js !== undefined)?.js;
  if (last?.main_peak_bytes === undefined || last.limit_bytes <= 0) return [];
  const share = (100 * last.main_peak_bytes) / last.limit_bytes;
  const text = `The heap limit is ${formatBytes(last.limit_bytes)}; the main thread came to ${formatBytes(last.main_peak_bytes)} of it (${share.toFixed(share < 10 ? 1 : 0)} %).`;
  return labelled('', text, width, share >= nearLimitPercent ? colors.yellow : colors.dim);
}

const nearLimitPercent = 80;

function environmentText({ header, snapshots, taken = snapshots.length }: ProcessRecord): string {
  const { node, allocator } = header;
  const count = taken === 1 ? '1 snapshot' : `${formatCount(taken)} snapshots`;
  return [`Node ${node}`, allocator && `allocator ${allocator.name} ${allocator.version}`.trim(), count]
    .filter(Boolean)
    .join(', ');
}
