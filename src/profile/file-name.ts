// The name of a profile's file: what of the id can stand in a file's name, and a part of its hash, so that two ids never
// share a file.
import { createHash } from 'node:crypto';

export const profileEnding = '.pb.gz';
const mostKept = 120;

/** `sort.bench.js-sort-copy-100000-1f8b27c4.pb.gz`. */
export function profileFileName(id: string): string {
  const kept = id
    .replace(/[^A-Za-z0-9._]+/g, '-')
    .replace(/^[-.]+|-+$/g, '')
    .slice(0, mostKept);
  const hash = createHash('sha256').update(id, 'utf8').digest('hex').slice(0, 8);
  return `${kept === '' ? 'profile' : kept}-${hash}${profileEnding}`;
}
