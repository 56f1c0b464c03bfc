// The run storage, `.benchmarks/<System>-Node-<major>-64bit/<NNNN>_<name>.json`: names, numbers, look-up.
// Writes nothing itself: a path from here goes to the run file's writer.
import { readdir } from 'node:fs/promises';
import os from 'node:os';
import { join, resolve } from 'node:path';
import { BenchmemError } from '../errors.js';
import { compareCodePoints } from './ids.js';

export const defaultStorage = '.benchmarks';

interface Place {
  readonly cwd?: string;
  /** The version of the node that measures; this process's own unless told. */
  readonly node?: string;
}

/** `Linux-Node-20-64bit`: runs of one system and Node major stand together. */
export function machineFolder(system: string = os.type(), node: string = process.versions.node): string {
  return `${system}-Node-${node.split('.')[0]}-64bit`;
}

/** The `.json` files below a folder, by path; [] where there is no such folder. */
export async function discoverRuns(
  folder: string = defaultStorage,
  { cwd = '.' }: Place = {},
): Promise<string[]> {
  const entries = await readdir(resolve(cwd, folder), { recursive: true, withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw new BenchmemError('BAD_RUN_FILE', `cannot read ${folder}: ${error.message}`, 'check the path', {
        cause: error,
      });
    },
  );
  const root = resolve(cwd, folder);
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.json') && !entry.name.startsWith('.'))
    .map((entry) => join(folder, join(entry.parentPath, entry.name).slice(root.length + 1)))
    .sort(compareCodePoints);
}

/**
 * The stored run that a reference means: `0003` or `3`, `0003_name`, a name (its newest), or `latest`; behind
 * `machine/` one of that folder. Undefined
 * where nothing fits. This machine's folder wins over others.
 */
export async function findStored(
  reference: string,
  storage: string = defaultStorage,
  place: Place = {},
): Promise<string | undefined> {
  if (reference === '') return undefined;
  const slash = reference.lastIndexOf('/');
  const machine = slash < 0 ? undefined : reference.slice(0, slash);
  const last = reference.slice(slash + 1);
  const stored = (await discoverRuns(storage, place)).flatMap((path) => {
    const entry = /(?:^|\/)(?:([^/]+)\/)?(\d{4,})_([^/]*)\.json$/.exec(path);
    return entry === null
      ? []
      : [
          {
            path,
            folder: entry[1] ?? '',
            number: Number(entry[2]),
            name: entry[3] ?? '',
            stem: `${entry[2]}_${entry[3]}`,
          },
        ];
  });
  const there = machine === undefined ? stored : stored.filter(({ folder }) => folder === machine);
  const here = there.filter(({ folder }) => folder === machineFolder(os.type(), place.node));
  const wanted = /^\d+$/.test(last) ? Number(last) : undefined;
  const fits = ({ number, name, stem }: (typeof stored)[number]) =>
    last === 'latest' || number === wanted || name === last || stem === last;
  const newest = (entries: typeof stored) =>
    entries
      .filter(fits)
      .reduce<(typeof stored)[number] | undefined>(
        (best, entry) => (best === undefined || entry.number > best.number ? entry : best),
        undefined,
      );
  return (newest(here) ?? newest(there))?.path;
}

/** Where the next run of this machine goes: the highest number so far plus one. `name` is made safe for a file. */
export async function nextStoredPath(
  name: string,
  storage: string = defaultStorage,
  place: Place = {},
): Promise<string> {
  const folder = join(storage, machineFolder(os.type(), place.node));
  const names = await readdir(resolve(place.cwd ?? '.', folder)).catch(() => [] as string[]);
  const numbers = names.flatMap((entry) => /^(\d{4,})_.*\.json$/.exec(entry)?.[1] ?? []).map(Number);
  const next = Math.max(0, ...numbers) + 1;
  return join(folder, `${String(next).padStart(4, '0')}_${safeName(name)}.json`);
}

/** `<commit>_<YYYYmmdd_HHMMSS>[_uncommitted-changes]`, in UTC. */
export function autosaveName(commit: { readonly id: string; readonly dirty: boolean }, now: Date): string {
  const [date = '', time = ''] = now.toISOString().split('T');
  const stamp = `${date.replaceAll('-', '')}_${time.slice(0, 8).replaceAll(':', '')}`;
  return `${commit.id}_${stamp}${commit.dirty ? '_uncommitted-changes' : ''}`;
}

// WHY: the name is the user's, the folder is not: no separator, no control character, no leading dot.
function safeName(name: string): string {
  return name.replace(/[^\p{L}\p{N}._+-]/gu, '_').replace(/^\./, '_');
}
