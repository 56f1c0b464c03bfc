// Which storage a command works on, a folder or a database, and the folder of what stands beside runs and never in a database.
import { dirname, join } from 'node:path';
import { namesDatabase } from '../database/name.js';
import type { RunHead } from '../runfile/heads.js';
import { defaultStorage } from '../runfile/storage.js';
import { isRecord } from '../shapes.js';
import type { CommandLine } from './command.js';
import type { World } from './world.js';

/** The line with the storage that the environment names, unless it names one itself. */
export function overEnvironment(
  line: CommandLine,
  { database: { named } }: Pick<World, 'database'>,
): CommandLine {
  if (named === undefined || line.parsed.storage !== undefined) return line;
  return { ...line, parsed: { ...line.parsed, storage: named } };
}

/** What a command was asked, with the name of its database as messages say it. Throws USAGE, also for one with a password. */
export function withStorageName<Options>(options: Options, { database }: Pick<World, 'database'>): Options {
  const storage = isRecord(options) ? options.storage : undefined;
  if (typeof storage !== 'string' || !namesDatabase(storage)) return options;
  return { ...options, storage: database.nameOf(storage) };
}

/** Where pictures, profiles and accepted steps of a storage stand: its folder, or the usual one beside a database. */
export function folderBeside(storage: string | undefined): string {
  return storage === undefined || namesDatabase(storage) ? defaultStorage : storage;
}

/** The folder that links of a run to its profiles start from: in a database the one where its file would stand. */
export function linksFrom({ path, folder }: Pick<RunHead, 'path' | 'folder'>): string {
  return namesDatabase(path) ? join(folderBeside(path), folder) : dirname(path);
}
