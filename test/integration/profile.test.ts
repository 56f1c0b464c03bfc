// Profiles as users get them: which lines of which files allocated, from `run --profile`, `measureMemory({ profile })` here
// and in a child; the same file twice; figures that equal those of the other passes. On the oldest and the newest Node at hand;
// on all with BENCHMEM_FULL=1.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { root } from '../../scripts/lib/paths.mjs';
import { type Profile, readProfile } from '../../src/profile/index.js';
import { nodesAtHand } from './nodes-at-hand.js';

const cwd = mkdtempSync(join(tmpdir(), 'benchmem-profile-'));
afterAll(() => rmSync(cwd, { recursive: true }));
mkdirSync(join(cwd, 'node_modules'));
symlinkSync(root, join(cwd, 'node_modules/benchmem'));

writeFileSync(
  join(cwd, 'sizes.bench.ts'),
  `import { bench } from 'benchmem';
import { deflateSync } from 'node:zlib';

interface Kept { readonly bytes: Buffer }
const kept: Kept[] = [];

function keepOne(size: number): void {
  kept.push({ bytes: Buffer.alloc(size) });
}

class Packer {
  pack(input: Buffer): Buffer {
    return deflateSync(input);
  }
}

bench('keep', () => {
  for (let index = 0; index < 4; index += 1) keepOne(100_000);
  eval('keepOne')(50_000);
});
bench('pack', () => {
  new Packer().pack(Buffer.alloc(1 << 16));
});
bench('later', async () => {
  await new Promise((resolve) => setTimeout(resolve, 1));
  keepOne(70_000);
});
`,
);

const isFull = process.env.BENCHMEM_FULL === '1';
const nodes = nodesAtHand.filter((_, at) => isFull || at === 0 || at === nodesAtHand.length - 1);

function run(...words: readonly string[]): string {
  return execFileSync(
    process.execPath,
    [`${root}/bin/benchmem.js`, 'run', '--no-time', '--no-color', ...words],
    {
      cwd,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
}

function profileIn(folder: string, name: string): Profile {
  const file = readdirSync(join(cwd, folder)).find((found) => found.includes(name)) as string;
  return readProfile(readFileSync(join(cwd, folder, file)));
}

/** The JavaScript of each stack in the user's file, leaf first, with its bytes at the peak. */
function linesOf(profile: Profile, file: string): [string, number][] {
  const lines = profile.stacks.map(({ frames, figures }): [string, number] => [
    frames
      .filter((frame) => frame.file === file)
      .map(({ name, line }) => `${name}:${line}`)
      .join(' < '),
    figures.sumBytes ?? 0,
  ]);
  const sums = new Map<string, number>();
  for (const [line, bytes] of lines) sums.set(line, (sums.get(line) ?? 0) + bytes);
  return [...sums].filter(([, bytes]) => bytes > 40_000).sort();
}

function totalOf({ stacks }: Profile, name: 'allocations' | 'sumBytes' | 'peakBytes'): number {
  return stacks.reduce((sum, { figures }) => sum + (figures[name] ?? 0), 0);
}

describe.each(nodes)('run --profile on Node $major', ({ node: path, major }) => {
  const folder = `profiles-${major}`;
  const words = ['--node', path, '--profile', folder, '--json', `run-${major}.json`];

  it('names lines of TypeScript, methods, evaluated code and what comes after an await', () => {
    run(...words);
    expect(linesOf(profileIn(folder, 'keep'), 'sizes.bench.ts')).toEqual([
      ['keepOne:8 < (anonymous):18', 400_000],
      ['keepOne:8 < (anonymous):19', 50_000],
    ]);
    const [packed, input] = linesOf(profileIn(folder, 'pack'), 'sizes.bench.ts');
    expect([packed?.[0], input]).toEqual([
      '(anonymous):22',
      ['pack:13 < (anonymous):22', expect.any(Number)],
    ]);
    expect(linesOf(profileIn(folder, 'later'), 'sizes.bench.ts')).toEqual([
      ['keepOne:8 < (anonymous):26', 70_000],
    ]);
  });

  it('has the figures of the run, and a link with the digest of the file', () => {
    const { benchmarks } = JSON.parse(readFileSync(join(cwd, `run-${major}.json`), 'utf8'));
    for (const { fullname, extra_info: extra } of benchmarks) {
      const { profile: link, peak_bytes: peaks, native_at_peak_bytes: native, allocations } = extra.benchmem;
      const bytes = readFileSync(join(cwd, link.file));
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(link.sha256);
      const profile = readProfile(bytes);
      expect(profile.meta).toMatchObject({
        id: fullname,
        truncatedStacks: 0,
        calls: 1,
        olderFreedBytes: expect.any(Number),
      });
      expect(profile.meta.jsFramesRefused).toBeUndefined();
      const lowest = peaks.indexOf(Math.min(...peaks));
      expect(profile.meta.runPeakBytes).toBe(peaks[lowest]);
      if (fullname.endsWith('later')) continue;
      expect([fullname, totalOf(profile, 'sumBytes'), totalOf(profile, 'allocations')]).toEqual([
        fullname,
        native[lowest],
        allocations[lowest],
      ]);
    }
  });

  it('is the same file in a second run, byte for byte, where the code is synchronous', () => {
    run(...words, '-k', 'keep', '--profile-native');
    run('--node', path, '--profile', `${folder}-again`, '-k', 'keep');
    const [first, second] = [folder, `${folder}-again`].map((place) => {
      const file = readdirSync(join(cwd, place)).find((name) => name.includes('keep')) as string;
      return readFileSync(join(cwd, place, file));
    });
    expect(second).toEqual(first);
  });
});

describe('measureMemory({ profile })', () => {
  it('names the same functions by the same numbers each time, so that many profiles cost no more than the first', () => {
    const script = `
      import { loadBinding } from ${JSON.stringify(`${root}/dist/native/load.js`)};
      const binding = loadBinding();
      binding.install();
      const counts = [1, 2, 3, 4].map(() => {
        binding.startProfile();
        const token = binding.openWindow({ threads: 'all' });
        const buffer = Buffer.alloc(100_000);
        binding.drainWindow(token);
        const { functions } = binding.readProfile(token);
        binding.closeWindow(token);
        binding.stopProfile();
        return functions.length;
      });
      console.log(JSON.stringify(counts));`;
    const counts = JSON.parse(
      execFileSync(process.execPath, ['--input-type=module', '-e', script], { cwd, encoding: 'utf8' }),
    );
    expect(counts[0]).toBeGreaterThan(500);
    expect(counts[3] - counts[1]).toBeLessThan(50);
  });

  it('keeps the stacks of one more pass, here and in a child, with and without native frames', () => {
    writeFileSync(
      join(cwd, 'job.mjs'),
      `import { measureMemory } from 'benchmem';
const kept = [];
export function keepOne() { kept.push(Buffer.alloc(100_000)); }
if (process.argv[2] === 'here') console.log(JSON.stringify((await measureMemory(keepOne, { profile: 'here.pb.gz' })).profile));
if (process.argv[2] === 'child') {
  const { profile } = await measureMemory({ module: import.meta.url, export: 'keepOne' }, { isolate: true, profile: 'out/child.pb.gz', native: false });
  console.log(JSON.stringify(profile));
}
`,
    );
    const frames = ['here', 'child'].map((where) => {
      const link = JSON.parse(execFileSync(process.execPath, ['job.mjs', where], { cwd, encoding: 'utf8' }));
      const bytes = readFileSync(join(cwd, link.file));
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(link.sha256);
      const profile = readProfile(bytes);
      expect(totalOf(profile, 'sumBytes')).toBe(100_000);
      return profile;
    });
    expect(frames.map(({ meta }) => meta.id)).toEqual(['keepOne', 'job.mjs::keepOne']);
    const kinds = frames.map(
      ({ stacks }) => new Set(stacks.flatMap((stack) => stack.frames.map(({ kind }) => kind))),
    );
    expect(kinds.map((found) => found.has('native'))).toEqual([true, false]);
    for (const { stacks } of frames) {
      expect(
        stacks.some((stack) =>
          stack.frames.some(({ name, file }) => name === 'keepOne' && file === 'job.mjs'),
        ),
      ).toBe(true);
    }
  });
});

// Every collection of a later measurement would walk what stays.
it('leaves no tables of names in the heap that measureMemory measures', () => {
  const program = `import { measureMemory } from 'benchmem';
const used = () => (gc(), process.memoryUsage().heapUsed);
await measureMemory(() => 1);
const before = used();
await measureMemory(() => Buffer.alloc(1e5), { profile: 'heap.pb.gz' });
console.log(used() - before);`;
  writeFileSync(join(cwd, 'heap.mjs'), program);
  const grown = execFileSync(process.execPath, ['--expose-gc', 'heap.mjs'], { cwd, encoding: 'utf8' });
  expect(Number(grown)).toBeLessThan(5 << 20);
});
