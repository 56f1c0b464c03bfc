// Whether two benchmarks were measured alike: what only deserves a warning, and what makes memory incomparable. Pure.

import type { Run } from '../runfile/run.js';
import type { EnvironmentEntry } from '../runfile/schema.js';
import { isRecord } from '../shapes.js';
import type { Entry, Series } from './series.js';
import { type ComparisonWarning, warning } from './warnings.js';

export interface EnvironmentDifference {
  readonly text: string;
  /** A different mode, allocator, Node major or V8 flags: no memory gate. */
  readonly prevents: boolean;
}

/** Absent on both sides is equal; absent on one is a difference that prevents nothing. */
export function differencesOf(base: Entry, head: Entry): EnvironmentDifference[] {
  const from = base.benchmark.extra_info.benchmem?.environment;
  const to = head.benchmark.extra_info.benchmem?.environment;
  if (base.benchmark.extra_info.benchmem === undefined || head.benchmark.extra_info.benchmem === undefined)
    return [];
  if (from === undefined && to === undefined) return [];
  if (from === undefined || to === undefined) {
    return [
      {
        text: `the ${from === undefined ? 'first' : 'second'} does not say how it was measured`,
        prevents: false,
      },
    ];
  }
  if (isSame(from, to)) return [];
  const found: EnvironmentDifference[] = [];
  addPartDifferences(from, to, found);
  addFlagDifferences(from, to, found);
  return found;
}

const major = (node: string | undefined) => node?.replace(/^v/, '').split('.')[0];

type Part = readonly [name: string, of: (environment: EnvironmentEntry) => unknown, prevents: boolean];

const parts: readonly Part[] = [
  ['mode', ({ mode }) => mode, true],
  ['allocator', ({ allocator }) => allocator?.name, true],
  ['Node', ({ node }) => node, true],
  ['CPU', ({ cpu }) => cpu, false],
  ['CPU count', ({ cpu_count: count }) => count, false],
  ['RAM', ({ ram_bytes: bytes }) => bytes, false],
];

// PERF: nearly always; part by part it takes ten times as long.
function isSame(from: EnvironmentEntry, to: EnvironmentEntry): boolean {
  if (from.mode !== to.mode || from.node !== to.node || from.cpu !== to.cpu) return false;
  if (from.cpu_count !== to.cpu_count || from.ram_bytes !== to.ram_bytes) return false;
  const [allocator, other] = [from.allocator, to.allocator];
  if (allocator?.name !== other?.name || allocator?.version !== other?.version) return false;
  for (const kind of Object.keys(from.flags ?? {})) {
    const flags = to.flags?.[kind];
    if (!Array.isArray(flags) || !isSameList(from.flags?.[kind] ?? [], flags)) return false;
  }
  return true;
}

function addPartDifferences(
  from: EnvironmentEntry,
  to: EnvironmentEntry,
  found: EnvironmentDifference[],
): void {
  for (const part of parts) {
    const [name, of, prevents] = part;
    const left = of(from);
    const right = of(to);
    if (left === right) continue;
    const isMinor = name === 'Node' && major(from.node) === major(to.node);
    found.push(difference(name, left, right, prevents && !isMinor));
  }
  const [left, right] = [from.allocator, to.allocator];
  if (left?.name === right?.name && left?.version !== right?.version) {
    found.push(difference(`${left?.name} version`, left?.version, right?.version, false));
  }
}

function addFlagDifferences(
  from: EnvironmentEntry,
  to: EnvironmentEntry,
  found: EnvironmentDifference[],
): void {
  for (const kind of Object.keys(from.flags ?? {})) {
    const left = from.flags?.[kind];
    const right = to.flags !== undefined && Object.hasOwn(to.flags, kind) ? to.flags[kind] : undefined;
    if (left === undefined || right === undefined || isSameList(left, right)) continue;
    const [sortedLeft, sortedRight] = [[...left].sort().join(' '), [...right].sort().join(' ')];
    if (sortedLeft === sortedRight) continue;
    found.push(difference(`V8 flags of the ${kind} pass`, sortedLeft || 'none', sortedRight || 'none', true));
  }
}

// PERF: nearly always equal in their order, too: no need to sort copies.
function isSameList(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((flag, index) => flag === right[index]);
}

function difference(name: string, from: unknown, to: unknown, prevents: boolean): EnvironmentDifference {
  // What one side does not name is no proof of a difference.
  const known = from !== undefined && to !== undefined;
  return { text: `${name} ${from ?? 'unknown'} against ${to ?? 'unknown'}`, prevents: prevents && known };
}

const machineParts: readonly (readonly [name: string, of: (machine: Record<string, unknown>) => unknown])[] =
  [
    ['system', ({ system }) => system],
    // py-cpuinfo called it `brand` before.
    ['CPU', ({ cpu }) => (isRecord(cpu) ? (cpu.brand_raw ?? cpu.brand) : undefined)],
    ['runtime', runtimeOf],
  ];

function runtimeOf(machine: Record<string, unknown>): string | undefined {
  const {
    runtime,
    runtime_version: version,
    python_implementation: python,
    python_version: pythonVersion,
  } = machine;
  const words = runtime === undefined ? [python, pythonVersion] : [runtime, version];
  const known = words.filter((word) => typeof word === 'string' && word !== '');
  return known.length === 0 ? undefined : known.join(' ');
}

/**
 * Where `machine_info` differs: system, CPU brand, runtime and its version. Never the host's name or a clock rate, which
 * differ between two runs of one machine. Prevents nothing.
 */
export function machineDifferences(base: Run, head: Run): EnvironmentDifference[] {
  if (base === head) return [];
  return machineParts.flatMap(([name, of]) => {
    const [left, right] = [base, head].map(({ file }) => {
      const value = of(file.machine_info);
      return typeof value === 'string' && value !== '' ? value : undefined;
    });
    return left === right ? [] : [difference(name, left, right, false)];
  });
}

// WHY: a benchmark that says itself how it was measured has named CPU and Node already.
function isNamedBy(entries: readonly Entry[], { text }: EnvironmentDifference): boolean {
  return (
    !text.startsWith('system ') &&
    entries.every(({ benchmark }) => benchmark.extra_info.benchmem?.environment !== undefined)
  );
}

/** How the later series were measured otherwise than the first: one warning per difference. */
export function environmentWarnings(series: readonly Series[]): ComparisonWarning[] {
  const [first, ...later] = series;
  if (first === undefined) return [];
  return later.flatMap((other) => {
    const counts = new Map<string, { difference: EnvironmentDifference; ids: number }>();
    const machine = machineDifferences(first.run, other.run);
    for (const [id, head] of other.entries) {
      const base = first.entries.get(id);
      if (base === undefined) continue;
      const differences = differencesOf(base, head);
      // PERF: nearly always nothing differs.
      if (differences.length === 0 && machine.length === 0) continue;
      const unnamed = machine.filter((each) => !isNamedBy([base, head], each));
      for (const found of [...differences, ...unnamed]) {
        const seen = counts.get(found.text) ?? { difference: found, ids: 0 };
        counts.set(found.text, { ...seen, ids: seen.ids + 1 });
      }
    }
    return [...counts.values()].map(({ difference: { text, prevents }, ids }) =>
      warning(
        'ENVIRONMENT_DIFFERS',
        other.label,
        `${first.label} and ${other.label}: ${text} (${ids} ${ids === 1 ? 'benchmark' : 'benchmarks'})`,
        prevents
          ? 'a memory gate refuses this; re-run one side the way the other was'
          : 'figures may differ for that reason alone',
      ),
    );
  });
}
