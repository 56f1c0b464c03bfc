// Whole native stacks of real programs, from the allocation to the thread's first frame: of code of every kind, function
// by function, and of npm packages. Attached on the running Node, preloaded on the newest at hand; both ways on every one
// with BENCHMEM_FULL=1.
import { execFileSync, spawnSync } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { bundleEntry, runMeasured, testAddon } from '../../scripts/lib/measured-child.mjs';
import { root } from '../../scripts/lib/paths.mjs';
import { nodesAtHand } from './nodes-at-hand.js';
import type { KindStacks, Profiled, ProfiledStack, StackFrame, StacksPlan } from './profile-stacks-child.js';

const file = bundleEntry('test/integration/profile-stacks-child.ts');
const isFull = process.env.BENCHMEM_FULL === '1';
const newest = nodesAtHand.at(-1)?.major;
const nodes = nodesAtHand.filter(
  ({ node, major }) => node === process.execPath || major === newest || isFull,
);
const blockBytes = 12_345; // what the leaf of each kind allocates

async function run(node: string, mode: string, plan: Omit<StacksPlan, 'load'>): Promise<unknown> {
  return runMeasured({ node, mode, file, plan });
}

/** [begin, end) of the functions of a file that its unwind table calls the first of a stack. */
function firstFunctions(path: string): readonly (readonly [bigint, bigint])[] {
  // Its code is 1 for mere warnings.
  const { stdout } = spawnSync('readelf', ['--wide', '--debug-dump=frames', path], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: { ...process.env, LC_ALL: 'C' },
  });
  return stdout.split('\n\n').flatMap((entry) => {
    const range = /pc=([0-9a-f]+)\.\.([0-9a-f]+)/.exec(entry);
    return range?.[1] !== undefined && /DW_CFA_undefined: r16/.test(entry)
      ? [[BigInt(`0x${range[1]}`), BigInt(`0x${range[2]}`)] as const]
      : [];
  });
}

function startOf(node: string): bigint {
  const symbols = execFileSync('readelf', ['--wide', '--syms', node], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  const value = /^\s*\d+: ([0-9a-f]{16}) .* _start$/m.exec(symbols)?.[1];
  if (value === undefined) throw new Error(`${node} has no _start`);
  return BigInt(`0x${value}`);
}

/** The outermost frame's name: _start of node, clone of the C library; anything else as it is. */
class Outermost {
  private readonly start: bigint;
  private readonly first = new Map<string, readonly (readonly [bigint, bigint])[]>();

  constructor(node: string) {
    this.start = startOf(realpathSync(node));
  }

  nameOf({ object, offset, special }: StackFrame): string {
    if (object === undefined || offset === undefined) return special ?? 'in no object';
    const at = BigInt(`0x${offset}`);
    if (object === '') return at >= this.start && at < this.start + 64n ? '_start' : `node+${offset}`;
    const functions = this.first.get(object) ?? firstFunctions(object);
    this.first.set(object, functions);
    const isClone =
      /libc\.so|libpthread/.test(object) && functions.some(([begin, end]) => at >= begin && at < end);
    return isClone ? 'clone' : `${object}+${offset}`;
  }

  /** How often each name ends a stack; the thread stands above it. */
  count(stacks: readonly ProfiledStack[]): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { frames } of stacks) {
      const thread = frames.at(-1)?.special?.startsWith('thread ') === true ? 'thread' : 'no thread';
      const name = this.nameOf(frames.at(-2) ?? {});
      counts[`${name} < ${thread}`] = (counts[`${name} < ${thread}`] ?? 0) + 1;
    }
    return counts;
  }
}

const frames = ['tables', 'tables-pointers', 'bare', 'bare-small', 'bare-pointers'].map((variant) =>
  testAddon(`frames-${variant}`),
);
const entries = { main: 'run', thread: 'run_on_thread', pool: 'run_in_pool' } as const;
const bottoms = { main: '_start < thread', thread: 'clone < thread', pool: 'clone < thread' } as const;

const ownFrames = ({ frames }: ProfiledStack) =>
  frames.filter(({ name }) => name !== undefined).map(({ name }) => name);

describe.each(nodes)('on Node $major', ({ node, major }) => {
  const modes = isFull ? ['attached', 'jemalloc'] : [major === newest ? 'jemalloc' : 'attached'];
  const outermost = new Outermost(node);

  it.each(modes)('code of every kind is on the stack function by function, %s', async (mode) => {
    const kinds = (await run(node, mode, { frames })) as readonly KindStacks[];
    expect(kinds.length).toBeGreaterThanOrEqual(frames.length * 3 * 17);
    if (!kinds.some(({ expected }) => expected.includes('rust_')))
      process.stdout.write('skipped: kinds in Rust, because there is no rustc\n');
    for (const { addon, where, name, expected, stacks } of kinds) {
      const what = `${addon}: ${name} (${where})`;
      const ours = stacks.filter(({ bytes }) => bytes === blockBytes);
      const functions = `allocating_leaf ${expected} ${entries[where]}`.split(' ');
      expect([what, ours.map(ownFrames)]).toEqual([what, [functions]]);
      expect([what, outermost.count(ours)]).toEqual([what, { [bottoms[where]]: 1 }]);
      const rules = ours.flatMap((stack) => stack.frames.filter((frame) => frame.name !== undefined));
      const rule = addon.includes('-bare') ? 'code' : 'table';
      expect([what, new Set(rules.map((frame) => frame.rule))]).toEqual([what, new Set([rule])]);
    }
  });

  it.each([
    ['benchmarks/suites/sharp.mjs', 'resize', ['_start < thread', 'clone < thread']],
    ['benchmarks/suites/lightningcss.mjs', 'minify', ['_start < thread']],
    ['benchmarks/suites/lmdb.mjs', 'writeSync', ['_start < thread']],
    ['benchmarks/suites/lmdb.mjs', 'writeBatched', ['_start < thread', 'clone < thread']],
    ['benchmarks/suites/zlib.mjs', 'deflate', ['_start < thread']],
    ['benchmarks/suites/zlib.mjs', 'gzipFour', ['_start < thread', 'clone < thread']],
    ['test/fixtures/measured/transpile.mjs', 'transpile', ['_start < thread']],
  ])('no stack of %s (%s) is cut: each ends in the first frame of its thread', async (module, name, ends) => {
    for (const mode of modes) {
      const profiled = (await run(node, mode, { module: `${root}/${module}`, name })) as Profiled;
      expect([mode, profiled.truncatedStacks]).toEqual([mode, 0]);
      const counts = outermost.count(profiled.stacks);
      // V8's own threads may allocate for the program, too.
      expect([mode, Object.keys(counts).filter((end) => !/^(_start|clone) < thread$/.test(end))]).toEqual([
        mode,
        [],
      ]);
      expect([mode, Object.keys(counts)]).toEqual([mode, expect.arrayContaining(ends)]);
      const sum = profiled.stacks.reduce((total, { allocations }) => total + allocations, 0);
      expect([mode, sum]).toEqual([mode, profiled.allocations]);
    }
  });
});
