// The shards of one run as one run file. Pure; whatever two shards say differently is an error, never a choice.
import { isDeepStrictEqual } from 'node:util';
import { BenchmemError } from '../errors.js';
import { compareCodePoints } from './ids.js';
import type { Run } from './run.js';
import type { RunFile } from './schema.js';

type Shard = Pick<Run, 'path' | 'file'>;

/** Throws BAD_RUN_FILE for a benchmark in two shards, and for shards of two commits, tags or schemas. */
export function mergeRuns(shards: readonly Shard[]): RunFile {
  const [first] = shards;
  if (first === undefined) throw new BenchmemError('USAGE', 'there is nothing to merge', 'name the shards');
  const owners = new Map<string, string>();
  for (const { path, file } of shards) {
    for (const { fullname } of file.benchmarks) refuseSecond(owners, fullname, path, 'measured');
    for (const { fullname } of file.benchmem?.failures ?? [])
      refuseSecond(owners, fullname, path, 'listed as failed');
  }
  for (const other of shards.slice(1)) refuseOther(first, other);
  const dates = shards.flatMap(({ file }) => file.datetime ?? []).sort(compareCodePoints);
  const [datetime] = dates;
  return {
    ...first.file,
    ...(datetime === undefined ? {} : { datetime }),
    benchmarks: shards.flatMap(({ file }) => file.benchmarks),
    ...mergeState(shards),
  };
}

function refuseSecond(owners: Map<string, string>, fullname: string, path: string, what: string): void {
  const owner = owners.get(fullname);
  if (owner !== undefined) {
    throw conflict(`benchmark ${JSON.stringify(fullname)} is in ${owner} and ${what} in ${path}`);
  }
  owners.set(fullname, path);
}

function refuseOther(first: Shard, other: Shard): void {
  const facts: readonly [name: string, of: (shard: Shard) => unknown][] = [
    ['commit', ({ file }) => file.commit_info.id],
    ['uncommitted changes', ({ file }) => file.commit_info.dirty],
    ['system', ({ file }) => file.machine_info.system],
    ['machine', ({ file }) => file.machine_info.machine],
    ['version of the writer', ({ file }) => file.version],
    ['tags', ({ file }) => file.benchmem?.tags ?? {}],
    ['schema', ({ file }) => file.benchmem?.schema],
  ];
  for (const [name, of] of facts) {
    const [left, right] = [of(first), of(other)];
    if (isDeepStrictEqual(left, right)) continue;
    throw conflict(
      `${first.path} and ${other.path} differ in their ${name}: ${JSON.stringify(left)} and ${JSON.stringify(right)}`,
    );
  }
}

function mergeState(shards: readonly Shard[]): Pick<RunFile, 'benchmem'> {
  const state = shards[0]?.file.benchmem;
  if (state === undefined) return {};
  return {
    benchmem: {
      ...state,
      complete: shards.every(({ file }) => file.benchmem?.complete !== false),
      failures: shards.flatMap(({ file }) => file.benchmem?.failures ?? []),
    },
  };
}

function conflict(message: string): BenchmemError {
  return new BenchmemError(
    'BAD_RUN_FILE',
    message,
    'merge the shards of one run; compare takes different runs',
  );
}
