// `benchmem push`: read each run, save it in the database, say where it is.
import { resolve } from 'node:path';
import { warning } from '../../compare/warnings.js';
import { removeSent, unsentFolder } from '../../database/reservation.js';
import type { DatabaseStore } from '../../database/store.js';
import { BenchmemError, type ExitCode, exitCode } from '../../errors.js';
import { readRunFile } from '../../runfile/read.js';
import { storedStem } from '../../runfile/storage.js';
import type { UnreadRun } from '../../runfile/store.js';
import { printable } from '../../text/escapes.js';
import { formatCount } from '../../units.js';
import { renderComparisonWarnings } from '../text/render-gate.js';
import type { World } from '../world.js';
import { findRuns, machineOf, type PushedFile } from './files.js';
import type { PushArgs } from './read.js';

export async function run({ runs, storage }: PushArgs, world: World): Promise<ExitCode> {
  const { files, unread } = await findRuns(runs, world);
  const store = await world.openDatabase(storage);
  let added = 0;
  try {
    for (const file of files) if (await push(file, store, world)) added += 1;
  } finally {
    await store.close();
  }
  const there = files.length - added;
  world.stdout.write(`${formatCount(added)} added, ${formatCount(there)} there already\n`);
  return tellUnread(unread, world);
}

/** True for a run that was not there. Throws NOT_SAVED. */
async function push(
  { path, folder, name }: PushedFile,
  store: DatabaseStore,
  world: World,
): Promise<boolean> {
  const { cwd, stdout } = world;
  const file = await readRunFile(path, resolve(cwd, path));
  const run = { path, folder: folder ?? machineOf(file), name, file };
  const saved = await store.save(run).catch((error: unknown) => {
    if (!(error instanceof BenchmemError) || error.code !== 'DATABASE') throw error;
    const hint = `${error.hint}; then send what is left with benchmem push`;
    throw new BenchmemError('NOT_SAVED', `${path} is not saved, because ${error.message}`, hint);
  });
  const place = [saved.folder, storedStem(saved.number, saved.name)].filter((part) => part !== '').join('/');
  stdout.write(`${printable(path)}  ${saved.isNew ? 'is' : 'was'} ${printable(place)}\n`);
  if (path.startsWith(unsentFolder)) await removeSent(path, cwd);
  return saved.isNew;
}

function tellUnread(unread: readonly UnreadRun[], { stderr }: World): ExitCode {
  if (unread.length === 0) return exitCode.ok;
  const warnings = unread.map(({ path, message }) =>
    warning('UNREADABLE_RUN', path, message, 'it is not sent'),
  );
  stderr.write(renderComparisonWarnings(warnings, stderr));
  return exitCode.failed;
}
