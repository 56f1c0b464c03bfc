// The shards of one run as one run file. Pure; whatever two shards say differently is an error, never a choice.
import { isDeepStrictEqual } from 'node:util';
import { BenchmemError } from '../errors.js';
import { defined } from '../shapes.js';
import { compareCodePoints } from './ids.js';
import type { Run } from './run.js';
import type { RunFailure, RunFile } from './schema.js';
import { shardText } from './shards.js';

type Part = Pick<Run, 'path' | 'file'>;

export interface Merged {
  readonly file: RunFile;
  /** What is wrong with the shards, a sentence each: one that is missing, or there twice. */
  readonly warnings: readonly string[];
}

/**
 * One run of all parts. It is no shard any more, and incomplete if a shard is missing. Throws BAD_RUN_FILE for a
 * benchmark in two parts, and for parts of two commits, tags, kinds or schemas, or of runs with different numbers of shards.
 */
export function mergeRuns(parts: readonly Part[]): Merged {
  const [first] = parts;
  if (first === undefined) throw new BenchmemError('USAGE', 'there is nothing to merge', 'name the shards');
  for (const other of parts.slice(1)) refuseOther(first, other);
  refuseDoubles(parts);
  const missing = missingShards(parts);
  const datetime = parts.flatMap(({ file }) => file.datetime ?? []).sort(compareCodePoints)[0];
  const file = {
    ...first.file,
    ...defined({ datetime }),
    benchmarks: parts.flatMap(({ file }) => file.benchmarks),
    ...mergeState(parts, missing.length === 0),
  };
  return { file, warnings: [...missing, ...repeatedShards(parts)] };
}

function missingShards(parts: readonly Part[]): string[] {
  const shards = parts.flatMap(({ file }) => file.benchmem?.shard ?? []);
  const of = shards[0]?.of ?? 0;
  const present = new Set(shards.map(({ index }) => index));
  if (present.size === of) return [];
  const absent = Array.from({ length: of }, (_, place) => place + 1).filter((index) => !present.has(index));
  const texts = absent.slice(0, mostNamed).map((index) => shardText({ index, of }));
  const more = absent.length > mostNamed ? ` and ${absent.length - mostNamed} more` : '';
  const [subject, its] =
    absent.length === 1
      ? [`shard ${texts[0]} is`, 'its']
      : [`shards ${texts.join(', ')}${more} are`, 'their'];
  return [`${subject} missing: the merged run is incomplete without ${its} benchmarks`];
}

/** How many missing shards a warning names. */
const mostNamed = 10;

function repeatedShards(parts: readonly Part[]): string[] {
  const owners = new Map<number, string>();
  return parts.flatMap(({ path, file }) => {
    const shard = file.benchmem?.shard;
    if (shard === undefined) return [];
    const owner = owners.get(shard.index);
    owners.set(shard.index, owner ?? path);
    return owner === undefined ? [] : [`shard ${shardText(shard)} was given twice: ${owner} and ${path}`];
  });
}

function refuseDoubles(parts: readonly Part[]): void {
  const owners = new Map<string, Part>();
  for (const part of parts) {
    for (const { fullname } of part.file.benchmarks) refuseSecond(owners, fullname, part, 'measured');
  }
  for (const part of parts) {
    for (const { fullname } of failuresOf(part)) {
      // WHY: a bench file that cannot be loaded fails in every shard, because nobody knows whose benchmarks it holds.
      const owner = owners.get(fullname);
      const failedToo = owner !== undefined && failuresOf(owner).some((other) => other.fullname === fullname);
      if (!failedToo || !areDifferentShards(owner, part))
        refuseSecond(owners, fullname, part, 'listed as failed');
    }
  }
}

function failuresOf({ file }: Part): readonly RunFailure[] {
  return file.benchmem?.failures ?? [];
}

function areDifferentShards(left: Part, right: Part): boolean {
  const [one, other] = [left, right].map(({ file }) => file.benchmem?.shard?.index);
  return one !== undefined && other !== undefined && one !== other;
}

function refuseSecond(owners: Map<string, Part>, fullname: string, part: Part, what: string): void {
  const owner = owners.get(fullname);
  if (owner !== undefined) {
    const shard = part.file.benchmem?.shard;
    const both =
      shard !== undefined && !areDifferentShards(owner, part) ? `: both are shard ${shardText(shard)}` : '';
    const where = `is in ${owner.path} and ${what} in ${part.path}`;
    throw conflict(`benchmark ${JSON.stringify(fullname)} ${where}${both}`);
  }
  owners.set(fullname, part);
}

function refuseOther(first: Part, other: Part): void {
  const facts: readonly [name: string, of: (part: Part) => unknown][] = [
    ['kind', ({ file }) => file.benchmem?.kind],
    ['number of shards', ({ file }) => file.benchmem?.shard?.of],
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
      `${first.path} and ${other.path} differ in their ${name}: ${JSON.stringify(left) ?? 'none'} and ${JSON.stringify(right) ?? 'none'}`,
    );
  }
}

function mergeState(parts: readonly Part[], hasAllShards: boolean): Pick<RunFile, 'benchmem'> {
  const state = parts[0]?.file.benchmem;
  if (state === undefined) return {};
  const { shard: _shard, ...own } = state;
  const failures = new Map(parts.flatMap(failuresOf).map((failure) => [failure.fullname, failure]));
  return {
    benchmem: {
      ...own,
      complete: hasAllShards && parts.every(({ file }) => file.benchmem?.complete !== false),
      failures: [...failures.values()],
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
