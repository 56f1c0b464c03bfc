// The writer: whole at every instant, nothing left beside it, and its output is what the reader takes.
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
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Git, readCommitInfo, readMachineInfo } from '../../src/runfile/provenance.js';
import { parseRunFile, readRunFile } from '../../src/runfile/read.js';
import type { RunBenchmark, RunFile } from '../../src/runfile/schema.js';
import { openRunFile, serializeRun } from '../../src/runfile/write.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'benchmem-run-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function runOf(...names: string[]): RunFile {
  const benchmarks: RunBenchmark[] = names.map((name) => ({
    group: null,
    name,
    fullname: `m.js::${name}`,
    params: null,
    param: null,
    extra_info: { benchmem: { peak_bytes: [1], allocations: [2], total_bytes: [3], retained_bytes: [-4] } },
  }));
  return {
    machine_info: { ...readMachineInfo() },
    commit_info: { id: 'c0ffee' },
    benchmarks,
    datetime: '2026-01-02T03:04:05.678Z',
    version: '1.2.3',
    benchmem: {
      schema: 1,
      complete: false,
      tags: {},
      failures: [{ fullname: 'm.js::x', step: 'peak', signal: 'SIGSEGV', code: null, tail: '' }],
    },
  };
}

describe('a written run', () => {
  it('reads back as it was', async () => {
    const path = join(folder, 'deep', 'run.json');
    const file = await openRunFile(path);
    await file.write(runOf('a'));
    await file.write(runOf('a', 'b'));
    expect(await readRunFile(path)).toEqual(runOf('a', 'b'));
    expect(readdirSync(join(folder, 'deep'))).toEqual(['run.json']);
  });

  it('keeps the resolution of each series', async () => {
    const path = join(folder, 'run.json');
    const file = await openRunFile(path);
    const run = runOf('a');
    const [benchmark] = run.benchmarks;
    const blob = {
      peak_bytes: [1],
      allocations: [1],
      total_bytes: [1],
      resolution: { retained_bytes: 1024 },
    };
    if (benchmark !== undefined) benchmark.extra_info = { benchmem: blob };
    await file.write(run);
    const [read] = (await readRunFile(path)).benchmarks;
    expect(read?.extra_info.benchmem?.resolution).toEqual({ retained_bytes: 1024 });
  });

  it('replaces a file only when there is something to write', async () => {
    const path = join(folder, 'run.json');
    writeFileSync(path, 'the last run');
    const file = await openRunFile(path);
    expect(readFileSync(path, 'utf8')).toBe('the last run');
    expect(readdirSync(folder)).toEqual(['run.json']);
    await file.write(runOf());
    expect(parseRunFile(readFileSync(path, 'utf8'), path).benchmarks).toEqual([]);
  });

  it('goes through a link, which stays one', async () => {
    writeFileSync(join(folder, 'real.json'), '{}');
    symlinkSync('real.json', join(folder, 'link.json'));
    await (await openRunFile(join(folder, 'link.json'))).write(runOf('a'));
    expect((await readRunFile(join(folder, 'real.json'))).benchmarks).toHaveLength(1);
    expect(
      readdirSync(folder, { withFileTypes: true }).map((entry) => [entry.name, entry.isSymbolicLink()]),
    ).toEqual([
      ['link.json', true],
      ['real.json', false],
    ]);
  });

  it('is never a device, a folder or a file below a file', async () => {
    mkdirSync(join(folder, 'taken.json'));
    writeFileSync(join(folder, 'file'), '');
    for (const path of ['/dev/null', join(folder, 'taken.json'), join(folder, 'file', 'run.json')]) {
      await expect(openRunFile(path)).rejects.toMatchObject({
        code: 'CANNOT_WRITE',
        message: expect.stringContaining(`cannot write ${path}`),
      });
    }
    expect(readdirSync(folder)).toEqual(['file', 'taken.json']);
  });

  it('leaves the old file and no sibling when it cannot be renamed', async () => {
    const path = join(folder, 'run.json');
    const file = await openRunFile(path);
    mkdirSync(path);
    writeFileSync(join(path, 'in-the-way'), '');
    await expect(file.write(runOf('a'))).rejects.toMatchObject({ code: 'CANNOT_WRITE' });
    expect(readdirSync(folder)).toEqual(['run.json']);
  });

  it('holds no number that JSON would turn into null', async () => {
    const run = runOf('a');
    (run.benchmarks[0] as { extra_info: unknown }).extra_info = { benchmem: { peak_bytes: [Number.NaN] } };
    expect(() => serializeRun(run)).toThrow(/0 is NaN/);
    const path = join(folder, 'run.json');
    const file = await openRunFile(path);
    await expect(file.write(run)).rejects.toBeInstanceOf(TypeError);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('the commit of a run', () => {
  const answers: Record<string, string> = {
    show: 'c0ffee\n2026-01-02T03:04:05+01:00\n2026-01-01T00:00:00Z',
    status: ' M src/a.ts',
    'rev-parse --abbrev-ref': 'HEAD',
    'rev-parse --show-toplevel': '/home/me/project',
  };
  const git: Git = async (args) => answers[args.slice(0, 2).join(' ')] ?? answers[args[0] ?? ''] ?? '';

  it('is named with its state', async () => {
    expect(await readCommitInfo('/home/me/project/sub', git)).toEqual({
      id: 'c0ffee',
      time: '2026-01-02T03:04:05+01:00',
      author_time: '2026-01-01T00:00:00Z',
      dirty: true,
      project: 'project',
      branch: '(detached head)',
    });
  });

  it('is unversioned where git has no answer', async () => {
    expect(await readCommitInfo(folder)).toMatchObject({ id: 'unversioned', time: null, dirty: false });
  });
});
