// What `prune` does to the run files of a folder.
import { rm, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { cannotWrite } from '../errors.js';
import { openWholeFile } from '../files/whole-file.js';
import type { RunHead } from './heads.js';
import { oldMarks } from './numbering.js';
import { hasMoreRounds, sampleRounds } from './rounds.js';
import { readRun } from './run.js';
import type { RunStore } from './store.js';
import { serializeForeignRun } from './write.js';

interface PrunedPlace {
  readonly storage: string;
  readonly cwd?: string;
}

/** `forget` is called once something has changed. */
export function pruningOf(
  { storage, cwd = '.' }: PrunedPlace,
  forget: () => void,
): Pick<RunStore, 'remove' | 'shorten' | 'tidy'> {
  return {
    remove: async (heads, isMeant) => {
      let bytes = 0;
      for (const { path } of heads) {
        const { size } = await stat(resolve(cwd, path));
        if (isMeant) await remove(path, cwd);
        bytes += size;
      }
      forget();
      return bytes;
    },
    shorten: async (head, rounds, isMeant) => {
      const saved = await shorten(head, rounds, isMeant, cwd);
      if (saved !== undefined) forget();
      return saved;
    },
    tidy: async (nowMs, isMeant) => {
      const marks = await oldMarks(storage, { cwd }, nowMs);
      for (const path of isMeant ? marks : []) await remove(path, cwd);
      return marks.length;
    },
  };
}

async function remove(path: string, cwd: string): Promise<void> {
  await rm(resolve(cwd, path), { force: true }).catch((cause: unknown) => {
    throw cannotWrite(path, cause);
  });
}

async function shorten(
  head: RunHead,
  rounds: number,
  isMeant: boolean,
  cwd: string,
): Promise<number | undefined> {
  const { file } = await readRun(head.path, { cwd });
  if (!hasMoreRounds(file, rounds)) return undefined;
  const path = resolve(cwd, head.path);
  // WHY: the less strict form is written, because a run from elsewhere may hold numbers that are not finite, and keeps them.
  const text = serializeForeignRun(sampleRounds(file, rounds));
  const saved = Math.max(0, (await stat(path)).size - Buffer.byteLength(text));
  if (isMeant) await (await openWholeFile(path, head.path)).write(text);
  return saved;
}
