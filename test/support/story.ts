// The story of a small project, as a git repository and the runs that were saved of it: eight commits on two machines, each
// measured three times. One commit takes more memory, one more time, one renames a benchmark, one is faster; a run is a
// shard, and one kept a profile. The same ids and files each time.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { profileFileName } from '../../src/profile/file-name.js';
import { encodeProfile } from '../../src/profile/pprof/encode.js';
import { small } from '../golden/profiles.js';
import { normalOf, randomOf } from './noise-series.mjs';

export interface StoryCommit {
  readonly id: string;
  readonly subject: string;
}

export interface Story {
  /** The repository, with `.benchmarks` in it. */
  readonly cwd: string;
  /** Oldest first. */
  readonly commits: readonly StoryCommit[];
  /** The commit that each change came with. */
  readonly peak: StoryCommit;
  readonly time: StoryCommit;
  readonly rename: StoryCommit;
  readonly faster: StoryCommit;
  /** Folders of the storage. */
  readonly machines: readonly [string, string];
}

/** Today's ids. */
export const storyIds = {
  parse: 'bench/store.bench.ts::store::parse[1000]',
  sort: 'bench/store.bench.ts::store::sort[1000]',
  lookup: 'bench/store.bench.ts::store::lookup',
  write: 'bench/store.bench.ts::store::write',
} as const;

/** What `lookup` was called before. */
export const formerLookup = 'bench/store.bench.ts::store::find';

const subjects = [
  'store: rows are read',
  'store: an index',
  'store: find is called lookup',
  'parse: the tree is kept beside the rows',
  'sort: a comparison by locale',
  'store: a test of the index',
  'write: rows are joined before they are written',
  'docs: how to use the store',
] as const;
const [renameAt, peakAt, timeAt, fasterAt] = [2, 3, 4, 6] as const;
const runsPerCommit = 3;

const machines = [
  { folder: 'Linux-Node-20-64bit', node: '20.20.2', cpu: 'Story CPU A', count: 4, speed: 1 },
  { folder: 'Linux-Node-22-64bit', node: '22.12.0', cpu: 'Story CPU B', count: 16, speed: 0.6 },
] as const;

/** Makes the repository and its runs in an empty folder. */
export function makeStory(cwd: string): Story {
  const commits = commitAll(cwd);
  const random = randomOf(20);
  for (const machine of machines) {
    let number = 0;
    for (const [at, commit] of commits.entries()) {
      for (let round = 0; round < runsPerCommit; round += 1) {
        number += 1;
        saveRun(cwd, { machine, at, commit, round, number, random });
      }
    }
  }
  const [first, second] = machines;
  const commitAt = (at: number) => commits[at] as StoryCommit;
  return {
    cwd,
    commits,
    peak: commitAt(peakAt),
    time: commitAt(timeAt),
    rename: commitAt(renameAt),
    faster: commitAt(fasterAt),
    machines: [first.folder, second.folder],
  };
}

// WHY: names and times are fixed, because the ids of the commits are then the same on every machine.
const day = (at: number) => `2026-02-${String(at + 1).padStart(2, '0')}T10:00:00+00:00`;

function commitAll(cwd: string): StoryCommit[] {
  const git = (at: number, ...words: string[]) =>
    execFileSync('git', words, {
      cwd,
      encoding: 'utf8',
      env: {
        PATH: process.env.PATH,
        HOME: cwd,
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_AUTHOR_NAME: 'A Developer',
        GIT_AUTHOR_EMAIL: 'developer@example.com',
        GIT_COMMITTER_NAME: 'A Developer',
        GIT_COMMITTER_EMAIL: 'developer@example.com',
        GIT_AUTHOR_DATE: day(at),
        GIT_COMMITTER_DATE: day(at),
      },
    }).trim();
  git(0, 'init', '--quiet', '--initial-branch=main');
  writeFileSync(join(cwd, '.gitignore'), '.benchmarks\n');
  return subjects.map((subject, at): StoryCommit => {
    writeFileSync(join(cwd, 'store.js'), `export const step = ${at};\n`);
    git(at, 'add', '.gitignore', 'store.js');
    git(at, 'commit', '--quiet', '-m', subject);
    return { id: git(at, 'rev-parse', 'HEAD'), subject };
  });
}

interface SavedRun {
  readonly machine: (typeof machines)[number];
  readonly at: number;
  readonly commit: StoryCommit;
  readonly round: number;
  readonly number: number;
  readonly random: () => number;
}

function saveRun(cwd: string, { machine, at, commit, round, number, random }: SavedRun): void {
  const stem = `${String(number).padStart(4, '0')}_${commit.id.slice(0, 8)}_${round + 1}`;
  const path = join(cwd, '.benchmarks', machine.folder, `${stem}.json`);
  mkdirSync(dirname(path), { recursive: true });
  const noisy = (seconds: number) => seconds * machine.speed * (1 + 0.02 * normalOf(random));
  const parse = at >= peakAt ? 563_200 : 512_000;
  const all = [
    benchmarkOf(storyIds.parse, machine, { peak: parse, seconds: noisy(2e-3), params: { n: 1000 } }),
    benchmarkOf(storyIds.sort, machine, {
      peak: 81_920,
      seconds: noisy(at >= timeAt ? 1.25e-3 : 1e-3),
      params: { n: 1000 },
    }),
    benchmarkOf(at >= renameAt ? storyIds.lookup : formerLookup, machine, {
      peak: 4096,
      seconds: noisy(4e-6),
      formerly: at === renameAt ? [formerLookup] : undefined,
    }),
    benchmarkOf(storyIds.write, machine, { peak: at >= fasterAt ? 24_576 : 65_536, seconds: noisy(5e-4) }),
  ];
  const isShard = machine === machines[0] && at === 6 && round === 1;
  const keepsProfile = machine === machines[0] && at === peakAt && round === 0;
  const benchmarks = isShard ? all.slice(0, 2) : all;
  if (keepsProfile) keepProfile(dirname(path), stem, benchmarks[0]);
  const document = {
    machine_info: {
      system: 'Linux',
      runtime: 'Node.js',
      runtime_version: machine.node,
      cpu: { brand_raw: machine.cpu, count: machine.count },
    },
    commit_info: { id: commit.id, time: day(at), dirty: false, branch: 'main', project: 'store' },
    benchmarks,
    datetime: day(at).replace('10:00', `${machine === machines[0] ? 1 : 0}${round}:30`),
    version: 'benchmem-1.0.0',
    benchmem: { schema: 1, complete: true, kind: 'run', ...(isShard && { shard: { index: 1, of: 2 } }) },
  };
  writeFileSync(path, `${JSON.stringify(document)}\n`);
}

interface StoryFigures {
  readonly peak: number;
  readonly seconds: number;
  readonly params?: Readonly<Record<string, number>>;
  readonly formerly?: readonly string[] | undefined;
}

interface StoryBenchmark {
  readonly fullname: string;
  readonly extra_info: { readonly benchmem: Record<string, unknown>; readonly formerly?: readonly string[] };
  readonly [field: string]: unknown;
}

function benchmarkOf(
  fullname: string,
  { node, cpu, count }: (typeof machines)[number],
  { peak, seconds, params, formerly }: StoryFigures,
): StoryBenchmark {
  const environment = {
    mode: 'preloaded',
    allocator: { name: 'jemalloc', version: '5.3.0' },
    node,
    cpu,
    cpu_count: count,
    ram_bytes: 16 * 1024 ** 3,
    flags: { peak: ['--predictable'], accounting: ['--predictable'] },
  };
  const benchmem = {
    peak_bytes: [peak, peak, peak],
    allocations: [12, 12, 12],
    total_bytes: [2 * peak, 2 * peak, 2 * peak],
    environment,
  };
  return {
    group: 'store',
    name: fullname.slice(fullname.lastIndexOf('::') + 2),
    fullname,
    params: params ?? null,
    param: null,
    extra_info: { benchmem, ...(formerly !== undefined && { formerly }) },
    options: {},
    stats: {
      min: seconds,
      max: seconds * 1.2,
      mean: seconds * 1.08,
      median: seconds * 1.05,
      stddev: seconds * 0.02,
      rounds: 20,
      iterations: 1,
    },
  };
}

function keepProfile(folder: string, stem: string, benchmark: StoryBenchmark | undefined): void {
  if (benchmark === undefined) return;
  const bytes = encodeProfile(small(benchmark.fullname, 5120));
  const file = `${stem}.profiles/${profileFileName(benchmark.fullname)}`;
  mkdirSync(join(folder, dirname(file)), { recursive: true });
  writeFileSync(join(folder, file), bytes);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  benchmark.extra_info.benchmem.profile = { file, sha256 };
}
