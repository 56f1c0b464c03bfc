// `benchmem run --profile`: which benchmarks keep one, what is said of each, and what a run without limits, with limits
// or without a baseline does.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { ProfileCapture } from '../../src/engine/isolate.js';
import type { NamedCapture } from '../../src/engine/profile/captured.js';
import { BenchmemError } from '../../src/errors.js';
import type { RunFile } from '../../src/runfile/schema.js';
import type { PlainBenchOptions } from '../../src/runner/bench-options.js';
import { prepareProfiles } from '../../src/runner/profile-file.js';
import { benchmark } from '../unit/compare-support.js';
import { runFake } from './fake-world.js';
import { steady } from './figures.js';
import { plannedCase, runWorld } from './run-world.js';

const cwd = mkdtempSync(join(tmpdir(), 'benchmem-run-profile-'));
afterAll(() => rmSync(cwd, { recursive: true }));

const peak = Math.min(...(steady.peak_bytes ?? []));
const saved = [
  benchmark({ id: 'a.bench.ts::grown', peak: [peak / 2] }),
  benchmark({ id: 'a.bench.ts::same', peak: [peak] }),
];
writeFileSync(
  join(cwd, 'base.json'),
  JSON.stringify({ machine_info: {}, commit_info: {}, benchmarks: saved }),
);

interface Kept extends NamedCapture {
  readonly folder: string;
}

interface Given {
  readonly options?: Readonly<Record<string, PlainBenchOptions>>;
  /** How far the profiled pass's figures are from the reported ones, in allocations. */
  readonly moved?: number;
  /** The same for bytes allocated. */
  readonly movedBytes?: number;
  readonly failure?: BenchmemError;
  /** Of the first file. */
  readonly unwritable?: BenchmemError;
}

async function profiled(flags: readonly string[], given: Given = {}) {
  const { options = {}, moved = 0, movedBytes, failure, unwritable } = given;
  const kept: Kept[] = [];
  const written: RunFile[] = [];
  const cases = ['grown', 'same'].map((name) => ({
    planned: plannedCase('a.bench.ts', name, options[name]),
    figures: steady,
  }));
  const world = runWorld(cases);
  const allocations = (steady.allocations?.[0] as number) + moved;
  const total = movedBytes && { native_total_bytes: (steady.native_total_bytes?.[0] as number) + movedBytes };
  const capture = { sample: { allocations, ...total } } as unknown as ProfileCapture;
  const answer = await runFake(['run', '--no-time', '--json', 'out/run.json', ...flags], {
    ...world,
    cwd,
    suite: {
      ...world.suite,
      openRunFile: async (path) => ({
        path,
        write: async (run) => {
          written.push(structuredClone(run));
        },
      }),
      profileCases: async (wanted, _settings, listener) => {
        for (const index of wanted.keys()) {
          listener.onStart(index);
          listener.onStep(index, 'profile', 1);
          await listener.onOutcome(
            index,
            failure === undefined ? { kind: 'captured', capture } : { kind: 'failed', error: failure },
          );
        }
      },
      writeProfile: async (folder, captured) => {
        kept.push({ folder, ...captured });
        if (unwritable !== undefined && kept.length === 1) throw unwritable;
        return { path: join(folder, 'x.pb.gz'), sha256: 'f00d' };
      },
    },
  });
  const links = written.at(-1)?.benchmarks.map(({ extra_info: extra }) => extra.benchmem?.profile);
  return { ...answer, ids: kept.map(({ id }) => id), kept, links };
}

describe('run --profile', () => {
  it('keeps every benchmark where nothing fails a comparison, links it, and ends with what to type', async () => {
    const { code, stderr, ids, kept, links } = await profiled(['--profile', 'my profiles']);
    expect([code, ids]).toEqual([0, ['a.bench.ts::grown', 'a.bench.ts::same']]);
    expect(kept[0]).toMatchObject({ folder: join(cwd, 'my profiles'), choice: { native: true, js: true } });
    const link = { file: '../my profiles/x.pb.gz', sha256: 'f00d' };
    expect(links).toEqual([link, link]);
    expect(stderr.split('\n').slice(-5)).toEqual([
      'profile of a.bench.ts::grown: the profiled pass has the reported figures: allocations 42',
      "  benchmem flamegraph 'my profiles' a.bench.ts::grown",
      'profile of a.bench.ts::same: the profiled pass has the reported figures: allocations 42',
      "  benchmem flamegraph 'my profiles' a.bench.ts::same",
      '',
    ]);
  });

  it('keeps what is over a limit, after the gate has spoken', async () => {
    const { code, ids, stderr, stdout } = await profiled([
      ...['--profile', 'p', '--compare=base.json', '--compare-fail', 'peak:5%'],
    ]);
    expect([code, ids]).toEqual([1, ['a.bench.ts::grown']]);
    expect(stdout).toContain('1 regression(s)');
    expect(stderr).toContain('benchmem flamegraph p a.bench.ts::grown');
  });

  it('keeps what stands above a ceiling of its own beside limits', async () => {
    const { ids } = await profiled(['--profile', 'p', '--compare=base.json', '--compare-fail', 'peak:500%'], {
      options: { same: { maxPeak: 1 } },
    });
    expect(ids).toEqual(['a.bench.ts::same']);
  });

  it('says why it keeps none: nothing is over a limit, or there is nothing to compare with', async () => {
    const within = await profiled(['--profile', 'p', '--compare=base.json', '--compare-fail', 'peak:500%']);
    expect([within.code, within.ids]).toEqual([0, []]);
    expect(within.stderr).toMatch(/no profile is kept, because no benchmark is over a limit\n$/);
    const lonely = await profiled(['--profile', 'p', '--compare', '--compare-fail', 'peak:5%']);
    expect([lonely.code, lonely.ids]).toEqual([0, []]);
    expect(lonely.stderr).toMatch(/no profile is kept, because there is no saved run to compare with: .*\n$/);
  });

  it("follows a benchmark's own word", async () => {
    const some = await profiled([], { options: { same: { profile: { js: false } } } });
    expect([some.ids, some.kept[0]?.folder]).toEqual([
      ['a.bench.ts::same'],
      join(cwd, '.benchmarks/profiles'),
    ]);
    expect(some.kept[0]?.choice).toEqual({ native: true, js: false });
    const others = await profiled(['--profile', 'p', '--no-profile-native'], {
      options: { same: { profile: false } },
    });
    expect([others.ids, others.kept[0]?.choice]).toEqual([
      ['a.bench.ts::grown'],
      { native: false, js: true },
    ]);
  });

  it('shows both figures where the profiled pass differs', async () => {
    const { code, stderr } = await profiled(['--profile', 'p'], { moved: 1 });
    expect(code).toBe(0);
    expect(stderr).toContain(
      'warning profile of a.bench.ts::same: the profiled pass differs from what is reported: ' +
        'allocations 43 (reported 42)\n  hint: ',
    );
  });

  it('fails where a profile cannot be kept, and keeps the figures', async () => {
    const failure = new BenchmemError('PROFILE_MISMATCH', 'the sums differ', 'report it');
    const { code, stderr, links } = await profiled(['--profile', 'p'], { failure });
    expect(code).toBe(1);
    expect(stderr).toContain('profile of a.bench.ts::same');
    expect(stderr).toContain('the sums differ');
    expect(links).toEqual([undefined, undefined]);
  });

  it('fails where the stacks of one are too many for a file, and goes on with the others', async () => {
    const unwritable = new BenchmemError('PROFILE_TOO_LARGE', 'the profile has too many', 'less');
    const { code, stderr, links } = await profiled(['--profile', 'p'], { unwritable });
    expect(code).toBe(1);
    expect(stderr).toContain('profile of a.bench.ts::grown: the profile has too many');
    expect(stderr).toContain('benchmem flamegraph p a.bench.ts::same');
    expect(links).toEqual([undefined, expect.objectContaining({ sha256: 'f00d' })]);
  });

  it('shows to the byte what rounding would make equal', async () => {
    const { stderr } = await profiled(['--profile', 'p'], { movedBytes: 1 });
    const there = steady.native_total_bytes?.[0] as number;
    expect(stderr).toContain(
      `allocated natively ${(there + 1).toLocaleString('en')} B (reported ${there.toLocaleString('en')} B)`,
    );
  });

  it('prints its table all the same where the capturing is interrupted, and refuses a folder before it measures', async () => {
    const cases = [{ planned: plannedCase('a.bench.ts', 'sort'), figures: steady }];
    const world = runWorld(cases);
    const interrupted = await runFake(['run', '--no-time', '--profile', 'p'], {
      ...world,
      cwd,
      suite: {
        ...world.suite,
        profileCases: async () => {
          throw new BenchmemError('ABORTED', 'interrupted', 'start it again');
        },
      },
    });
    expect([interrupted.code, interrupted.stdout]).toEqual([130, expect.stringContaining('sort')]);
    const refused = await runFake(['run', '--no-time', '--profile', '/proc/p'], {
      ...world,
      cwd,
      suite: {
        ...world.suite,
        suite: async () => expect.unreachable('nothing is measured'),
        prepareProfiles: (folder, name) => prepareProfiles(folder, name),
      },
    });
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('cannot write /proc/p: ')]);
  });

  it.each([
    [['--no-profile-native'], '--no-profile-native is about profiles, and none is asked for'],
    [['--profile-native'], '--profile-native is about profiles, and none is asked for'],
    [['--profile', ''], '--profile is empty'],
  ])('refuses %j', async (flags, message) => {
    const { code, stderr } = await runFake(['run', ...flags], runWorld([]));
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  });

  it('refuses memory passes that are not taken', async () => {
    const { code, stderr } = await runFake(['run', '--no-memory', '--profile', 'p'], runWorld([]));
    expect([code, stderr]).toEqual([2, expect.stringContaining('--profile needs memory passes')]);
  });
});
