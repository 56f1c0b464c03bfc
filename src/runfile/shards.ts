// How the benchmarks of a run are divided into shards: by their ids alone, so that every machine divides them alike.
import { createHash } from 'node:crypto';
import type { Shard } from './schema.js';

/** True if the benchmark belongs to the shard; each id belongs to exactly one. */
export function isInShard(id: string, { index, of }: Shard): boolean {
  const first32Bits = createHash('sha256').update(id, 'utf8').digest().readUInt32BE(0);
  return (first32Bits % of) + 1 === index;
}

/** `2/3`. */
export function shardText({ index, of }: Shard): string {
  return `${index}/${of}`;
}
