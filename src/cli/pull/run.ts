// `benchmem pull`: read each run out of the database, and write it as a saved run of a folder.
// SAFETY: what comes out of a database is read as strictly as a file from elsewhere, and names no file by itself.
import { resolve } from 'node:path';
import { warning } from '../../compare/warnings.js';
import { digestOfRun } from '../../database/documents.js';
import type { DatabaseStore } from '../../database/store.js';
import { BenchmemError, type ExitCode, exitCode } from '../../errors.js';
import { openWholeFile } from '../../files/whole-file.js';
import type { RunHead } from '../../runfile/heads.js';
import { reserveStored } from '../../runfile/numbering.js';
import { findStored } from '../../runfile/references.js';
import type { UnreadRun } from '../../runfile/store.js';
import { serializeForeignRun } from '../../runfile/write.js';
import { printable } from '../../text/escapes.js';
import { formatCount } from '../../units.js';
import { savedRunsOf } from '../input.js';
import { renderComparisonWarnings } from '../text/render-gate.js';
import type { World } from '../world.js';
import type { PullArgs } from './read.js';

export async function run(args: PullArgs, world: World): Promise<ExitCode> {
  const { stdout, stderr } = world;
  const store = await world.openDatabase(args.storage);
  try {
    const { heads, unread } = await store.list();
    const wanted = await wantedOf(heads, args, store, world);
    const there = await digestsIn(args.folder, world);
    const broken: UnreadRun[] = [...unread];
    let added = 0;
    for (const head of wanted) {
      if (there.has((await store.digestOf(head)) ?? '')) continue;
      const problem = await pull(head, args.folder, store, world);
      if (problem === undefined) added += 1;
      else broken.push(problem);
    }
    const kept = wanted.length - added - (broken.length - unread.length);
    stdout.write(`${formatCount(added)} added, ${formatCount(kept)} there already\n`);
    const warnings = broken.map(({ path, message }) =>
      warning('UNREADABLE_RUN', path, message, 'it is left out'),
    );
    if (warnings.length > 0) stderr.write(renderComparisonWarnings(warnings, stderr));
    return warnings.length > 0 ? exitCode.failed : exitCode.ok;
  } finally {
    await store.close();
  }
}

async function wantedOf(
  heads: readonly RunHead[],
  { runs, storage, last }: PullArgs,
  store: DatabaseStore,
  { cwd }: World,
): Promise<readonly RunHead[]> {
  if (runs.length === 0) return last === undefined ? heads : heads.slice(-last);
  const saved = savedRunsOf(store, storage);
  const paths = new Set<string>();
  for (const reference of runs) {
    const path = await findStored(reference, storage, { cwd, saved });
    if (path === undefined) {
      throw new BenchmemError(
        'BAD_RUN_FILE',
        `there is no saved run ${reference} in ${storage}`,
        'name a number, a name, latest or previous; behind MACHINE/ one of that machine',
      );
    }
    paths.add(path);
  }
  return heads.filter(({ path }) => paths.has(path));
}

async function digestsIn(folder: string, { openStore, cwd, env }: World): Promise<ReadonlySet<string>> {
  const store = await openStore(folder, { cwd, env });
  try {
    const digests = new Set<string>();
    for (const head of (await store.list()).heads) digests.add(digestOfRun((await store.read(head)).file));
    return digests;
  } finally {
    await store.close();
  }
}

/** Why it could not be; undefined for a run that was written. Throws CANNOT_WRITE, DATABASE. */
async function pull(
  head: RunHead,
  folder: string,
  store: DatabaseStore,
  { cwd, stdout }: World,
): Promise<UnreadRun | undefined> {
  const { path, stem } = head;
  const read = await store.read(head).catch((error: unknown) => {
    if (error instanceof BenchmemError && error.code === 'BAD_RUN_FILE') return error.message;
    throw error;
  });
  if (typeof read === 'string') return { path, message: read };
  const name = stem.slice(stem.indexOf('_') + 1);
  const reserved = await reserveStored({ folder: head.folder, number: head.number ?? 1, name }, folder, {
    cwd,
  });
  try {
    const file = await openWholeFile(resolve(cwd, reserved.path), reserved.path);
    await file.write(serializeForeignRun(read.file));
  } finally {
    await reserved.release();
  }
  stdout.write(`${printable(path)}  is ${printable(reserved.path)}\n`);
  return undefined;
}
