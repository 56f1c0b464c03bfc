// The measured process of the allocator reports' test: two addons that include benchmem_allocator.h, step by step in
// windows. Prints what each step changed, as one JSON line. Judges nothing.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { MappingReading, NativeBinding, WindowToken } from '../../src/native/contract.js';

interface Bump {
  open(mapped: number, bytes: number): void;
  take(bytes: number): number;
  resize(index: number, bytes: number): void;
  release(index: number): void;
  reset(): void;
  close(): void;
}

interface Reports {
  isFound(): boolean;
  reportAt(offset: number): void;
  reportFreedAt(offset: number): void;
  clear(): void;
  countedSlab(): void;
  beginOwnMemory(): void;
  endOwnMemory(): void;
}

/** Bytes and counts of the program since the window opened. */
export interface Level {
  readonly allocations: number;
  readonly total: number;
  readonly live: number;
  readonly peak: number;
  readonly olderBlocks: number;
  readonly olderBytes: number;
}

export interface PoolReport {
  readonly levels: readonly Level[];
  /** Of the example addon alone: allocations, total and live bytes. */
  readonly ofObject: readonly number[];
  readonly pools: readonly MappingReading[];
  readonly otherMappings: readonly MappingReading[];
  readonly poolsAfterClose: number;
}

export interface AllocatorReport {
  readonly mapped: PoolReport;
  readonly allocated: PoolReport;
  readonly openedInside: PoolReport;
  readonly codes: Readonly<Record<string, string>>;
  readonly found: readonly boolean[];
}

const plan = JSON.parse(process.argv[2] ?? '{}') as { load: string; example: string; reports: string };
const require = createRequire(import.meta.url);
const { loadBinding } = (await import(pathToFileURL(plan.load).href)) as { loadBinding: () => NativeBinding };
const binding = loadBinding();
const bump = require(plan.example) as Bump;
const reports = require(plan.reports) as Reports;
const poolBytes = 1 << 20;

function levelOf(token: WindowToken): Level {
  const { program } = binding.readWindow(token);
  return {
    allocations: program.allocations,
    total: program.totalBytes,
    live: program.liveBytes,
    peak: program.peakBytes,
    olderBlocks: program.olderFreedBlocks,
    olderBytes: program.olderFreedBytes,
  };
}

// WHY: garbage of before would be freed by the collection that happens to fall into a window, as older blocks.
const collectGarbage = (globalThis as { gc?: () => void }).gc as () => void;

const isOurs = ({ object }: { object: string }) => object === plan.example;

function inWindow(steps: readonly (() => void)[]): PoolReport {
  collectGarbage();
  const token = binding.openWindow({ threads: 'current' });
  const levels: Level[] = new Array(steps.length + 1);
  levels[0] = levelOf(token);
  steps.forEach((step, index) => {
    step();
    levels[index + 1] = levelOf(token);
  });
  const mappings = binding.mappingFigures()?.filter(isOurs) ?? [];
  const ofObject = binding
    .windowObjects(token)
    .filter(isOurs)
    .flatMap(({ allocations, totalBytes, liveBytes }) => [allocations, totalBytes, liveBytes]);
  binding.closeWindow(token);
  bump.close();
  return {
    levels,
    ofObject,
    pools: mappings.filter(({ mappedBy }) => mappedBy === 'pool'),
    otherMappings: mappings.filter(({ mappedBy }) => mappedBy !== 'pool'),
    poolsAfterClose:
      binding.mappingFigures()?.filter((row) => isOurs(row) && row.committedBytes > 0).length ?? Number.NaN,
  };
}

/** Two older blocks, then blocks taken, resized, released and dropped. */
function poolFrom(mapped: number): PoolReport {
  bump.open(mapped, poolBytes);
  bump.take(5000);
  bump.take(300);
  return inWindow([
    () => bump.take(1000),
    () => bump.take(1),
    () => bump.take(0),
    () => bump.resize(3, 20_000),
    () => bump.release(2),
    () => bump.release(0),
    () => bump.take(7),
    () => bump.reset(),
    () => bump.take(64),
  ]);
}

function openedInside(): PoolReport {
  return inWindow([() => bump.open(0, poolBytes), () => bump.take(4096), () => bump.take(10)]);
}

function codeOf(action: () => void): string {
  const token = binding.openWindow({ threads: 'all' });
  action();
  try {
    binding.closeWindow(token);
    return 'none';
  } catch (error) {
    return String((error as { code?: unknown }).code);
  } finally {
    reports.clear();
  }
}

const found = [reports.isFound()];
binding.install();
found.push(reports.isFound());
poolFrom(1); // so that nothing is done for the first time below
openedInside();
const report: AllocatorReport = {
  mapped: poolFrom(1),
  allocated: poolFrom(0),
  openedInside: openedInside(),
  codes: {
    plain: codeOf(() => reports.reportAt(0)),
    misaligned: codeOf(() => reports.reportAt(8)),
    misalignedFree: codeOf(() => reports.reportFreedAt(8)),
    twice: codeOf(() => [0, 0].forEach(reports.reportAt)),
    again: codeOf(() => {
      reports.reportAt(0);
      reports.reportFreedAt(0);
      reports.reportAt(0);
    }),
    countedSlab: codeOf(() => reports.countedSlab()),
    leftOpen: codeOf(() => reports.beginOwnMemory()),
    stillOpen: codeOf(() => {}),
    ended: codeOf(() => reports.endOwnMemory()),
    endedTwice: codeOf(() => reports.endOwnMemory()),
    afterwards: codeOf(() => reports.reportAt(16)),
  },
  found,
};
if (binding.describe().mode === 'attached') {
  binding.uninstall();
  found.push(reports.isFound());
  reports.reportAt(0);
  binding.install();
  found.push(reports.isFound());
}
console.log(JSON.stringify(report));
