// Tree, summary and histogram against stored answers of another tool's reports on the same stacks: our own cases, and
// more in the folder that BENCHMEM_GOLDEN_DIR names (golden/memray_reporters.json). Where we differ on purpose:
// docs/decisions/profile-reports.md.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Profile } from '../../src/profile/model.js';
import { histogram } from '../../src/profile/reports/histogram.js';
import { summary } from '../../src/profile/reports/summary.js';
import { type TreeNode, tree } from '../../src/profile/reports/tree.js';

type Location = readonly [name: string, file: string, line: number];

interface StoredRecord {
  readonly size: number;
  readonly n_allocations: number;
  readonly stack_leaf_first: readonly Location[];
}

interface StoredNode {
  readonly location: Location;
  readonly value: number;
  readonly n: number;
  readonly children: readonly StoredNode[];
}

interface StoredRow {
  readonly function: string;
  readonly file: string;
  readonly total: number;
  readonly own: number;
  readonly n: number;
  readonly total_pct: number;
  readonly own_pct: number;
}

interface StoredReports {
  readonly records: readonly StoredRecord[];
  /** By what it is sorted: 1 total, 2 its percentage, 3 own, 4 its percentage, 5 allocations. */
  readonly summary: Readonly<Record<'1' | '2' | '3' | '4' | '5', readonly StoredRow[]>>;
  readonly tree: Readonly<
    Record<
      string,
      {
        readonly root: StoredNode;
        readonly elided: { n_locations: number; n_allocations: number; n_bytes: number };
      }
    >
  >;
  readonly histogram: readonly {
    readonly count_by_size: Readonly<Record<string, number>>;
    readonly bins?: readonly [upper: number, count: number][];
    readonly described?: readonly { min_bytes: number; max_bytes: number; count: number }[];
    readonly error?: string;
  }[];
}

const roots = [fileURLToPath(new URL('./profile', import.meta.url))];
if (process.env.BENCHMEM_GOLDEN_DIR !== undefined) roots.push(process.env.BENCHMEM_GOLDEN_DIR);
const files = roots
  .map((root) => join(root, 'golden/memray_reporters.json'))
  .filter((file) => existsSync(file));

function profileOf(records: readonly StoredRecord[]): Profile {
  return {
    meta: { schema: 1, id: 'stored' },
    figures: ['sumBlocks', 'sumBytes'],
    objects: [],
    stacks: records.map(({ size, n_allocations, stack_leaf_first }) => ({
      frames: stack_leaf_first.map(([name, file, line]) => ({ kind: 'js', name, file, line })),
      figures: { sumBlocks: n_allocations, sumBytes: size },
    })),
  };
}

function asStored({ frame, value, count, children }: TreeNode): StoredNode {
  const location: Location =
    frame === undefined ? ['<ROOT>', '', 0] : [frame.name, frame.file ?? '', frame.line ?? 0];
  return { location, value, n: count ?? 0, children: children.map(asStored) };
}

// What is Python's: which frames belong to its import system, and which its own tool takes for boring.
function withoutPython({ location, value, n, children }: StoredNode): StoredNode {
  return { location, value, n, children: children.map(withoutPython) };
}

describe.each(files)('the reports of %s', (file) => {
  const stored = JSON.parse(readFileSync(file, 'utf8')) as StoredReports;

  it.each(Object.keys(stored.tree))('have the tree of the %s largest stacks', (biggest) => {
    const { root, elided } = stored.tree[biggest] as StoredReports['tree'][string];
    const answer = tree(profileOf(stored.records), { biggest: Number(biggest) });
    expect(asStored(answer.root)).toEqual(withoutPython(root));
    expect(answer.elided).toEqual({
      stacks: elided.n_locations,
      count: elided.n_allocations,
      value: elided.n_bytes,
    });
    expect(answer.aside).toEqual([]);
  });

  it.each([
    ['total', '1'],
    ['total', '2'],
    ['own', '3'],
    ['own', '4'],
    ['count', '5'],
  ] as const)('have the summary by %s (%s)', (sort, key) => {
    const whole = stored.records.reduce((sum, { size }) => sum + size, 0);
    // The other tool stops at 95 % of the sum, in the order of its records; what it read until then must agree.
    let read = 0;
    const until = stored.records.findIndex(({ size }) => {
      read += size;
      return read >= 0.95 * whole;
    });
    const rows = summary(profileOf(stored.records.slice(0, until + 1)), { sort }).rows;
    const percent = (part: number) => Math.round((10_000 * part) / whole) / 100;
    expect(
      rows.map(({ function: { name, file = '' }, total, own, count }) => ({
        ...{ function: name, file, total, own, n: count },
        ...{ total_pct: percent(total), own_pct: percent(own) },
      })),
    ).toEqual(stored.summary[key]);
  });

  it.each(stored.histogram.map((each, index) => ({ index, ...each })))(
    'have the histogram $index',
    ({ count_by_size, bins, described }) => {
      const counts = new Map(Object.entries(count_by_size).map(([size, count]) => [Number(size), count]));
      const answer = histogram(counts);
      // The other tool divides by zero where all sizes are 1 byte.
      if (bins === undefined || described === undefined) {
        expect(answer).toEqual([{ minBytes: 0, maxBytes: 1, count: counts.get(1) }]);
        return;
      }
      // The other tool's last bin may end one byte before the largest size, by rounding.
      const largest = Math.max(...counts.keys());
      expect(
        answer.map(({ minBytes, maxBytes, count }) => ({ min_bytes: minBytes, max_bytes: maxBytes, count })),
      ).toEqual([...described.slice(0, -1), { ...described.at(-1), max_bytes: largest }]);
      expect(answer.map(({ count }) => count)).toEqual(bins.map(([, count]) => count));
    },
  );
});

describe('the stored reports', () => {
  it('are some', () => {
    expect(files).not.toEqual([]);
  });
});
