// Where a run is measured that a database will keep: a local file, renewed after each benchmark as any other, and sent as a
// whole at the end. INVARIANT: the file goes only once the database has the run, so that a failed save loses nothing.
import { randomBytes } from 'node:crypto';
import { readFile, rm, rmdir, stat } from 'node:fs/promises';
import os from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { BenchmemError } from '../errors.js';
import { makeFolder } from '../files/make-folder.js';
import type { Reservation } from '../runfile/numbering.js';
import { parseRunBytes } from '../runfile/read.js';
import { defaultStorage, machineFolder, placeOf, storedName, storedStem } from '../runfile/storage.js';
import { openDatabase } from './connect.js';
import { DatabaseError } from './failure.js';
import { requireSchema } from './migrate.js';
import { saveRun } from './save.js';
import type { DatabaseSettings } from './settings.js';

/** Where runs stand that a database has not got yet. */
export const unsentFolder = join('.benchmem', 'unsent');

export interface ReservedPlace {
  readonly cwd: string;
  /** The version of the node that measures. */
  readonly node: string;
}

/** Throws DATABASE for a database that will not take the run; CANNOT_WRITE. */
export async function reserveUnsent(
  settings: DatabaseSettings,
  name: string,
  { cwd, node }: ReservedPlace,
): Promise<Reservation> {
  const caution = await cautionOf(settings);
  const folder = machineFolder(os.type(), node);
  const root = join(unsentFolder, randomBytes(4).toString('hex'));
  const path = join(root, folder, `${storedStem(0, storedName(name))}.json`);
  await makeFolder(resolve(cwd, dirname(path))).catch((cause: Error) => {
    throw new BenchmemError(
      'CANNOT_WRITE',
      `cannot write a run in ${unsentFolder}: ${cause.message}`,
      'run it in a folder that can be written',
      { cause },
    );
  });
  let isAsked = false;
  return {
    path,
    links: resolve(cwd, defaultStorage, folder),
    ...(caution !== undefined && { caution: `${caution}: the run is kept in ${path} if that stays so` }),
    send: () => {
      isAsked = true;
      return send(settings, path, cwd);
    },
    release: async () => {
      await removeEmpty(path, cwd);
      const stays = !isAsked && (await stat(resolve(cwd, path)).catch(() => undefined)) !== undefined;
      return stays ? `the run so far stands in ${path}; send it with benchmem push ${path}` : undefined;
    },
  };
}

/** What may still change until the run is measured; a database that says no ends it here. */
async function cautionOf(settings: DatabaseSettings): Promise<string | undefined> {
  const database = await openDatabase(settings);
  try {
    await requireSchema(database);
    const [row] = await database.ask("SELECT current_user, has_table_privilege('benchmem.run', 'INSERT')");
    if (row?.[1] === true) return undefined;
    throw new BenchmemError(
      'DATABASE',
      `the database ${database.name} does not permit saving to the role ${row?.[0]}`,
      'take a role that may: docs/many-machines.md says which rights a role needs',
    );
  } catch (error) {
    if (!(error instanceof DatabaseError) || !error.isUnreachable) throw error;
    return error.message;
  } finally {
    await database.close();
  }
}

async function send(settings: DatabaseSettings, path: string, cwd: string): Promise<string> {
  const database = await openDatabase(settings);
  try {
    const at = placeOf(path, dirname(dirname(path)));
    if (at === undefined) throw new TypeError(`${path} is no place of a run`);
    const file = parseRunBytes(await readFile(resolve(cwd, path)), path);
    await requireSchema(database);
    const { folder, number, name } = await saveRun(database, { ...at, file });
    await rm(resolve(cwd, path), { force: true });
    return [database.name, folder, `${storedStem(number, name)}.json`].join('/');
  } catch (error) {
    if (!(error instanceof BenchmemError)) throw error;
    throw new BenchmemError(
      'NOT_SAVED',
      `the run is measured and not saved, because ${error.message}`,
      `the run stands in ${path}; send it with benchmem push ${path}`,
    );
  } finally {
    await database.close();
  }
}

/** Removes a file that was sent, and the folders that it leaves empty. Throws CANNOT_WRITE. */
export async function removeSent(path: string, cwd: string): Promise<void> {
  await rm(resolve(cwd, path), { force: true });
  await removeEmpty(path, cwd);
}

async function removeEmpty(path: string, cwd: string): Promise<void> {
  const folder = dirname(path);
  for (const each of [folder, dirname(folder), unsentFolder, dirname(unsentFolder)]) {
    const error = await rmdir(resolve(cwd, each)).catch((cause: NodeJS.ErrnoException) => cause);
    // WHY: this is no error, because another run, or what the user keeps there, stands in it.
    if (error !== undefined) return;
  }
}
