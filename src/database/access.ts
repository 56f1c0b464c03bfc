// The databases that one process may use: what their names mean, with the secrets that the environment held.
// SAFETY: secrets stand here and in the settings of a connection, and nowhere that anything prints or writes.
import { BenchmemError } from '../errors.js';
import type { TakenEnvironment } from './environment.js';
import {
  type DatabaseUrl,
  environmentDatabase,
  namesDatabase,
  readDatabaseUrl,
  readPublicUrl,
  urlVariable,
} from './name.js';
import { type DatabaseSettings, settingsOf } from './settings.js';

export interface DatabaseAccess {
  /** The storage that the environment names; undefined if it names none. */
  readonly named: string | undefined;
  /** What messages call a storage; a folder is called as it is. Throws USAGE, also for a URL with a password. */
  nameOf(storage: string): string;
  /** What a connection is made with. Throws USAGE. */
  settingsOf(storage: string): DatabaseSettings;
}

export function databaseAccess(taken: TakenEnvironment): DatabaseAccess {
  const byName = new Map<string, DatabaseSettings>();
  const settings = (storage: string): DatabaseSettings => {
    const known = byName.get(storage);
    if (known !== undefined) return known;
    const found = settingsOf(urlOf(storage, taken.url), taken.variables);
    // WHY: the variables are taken now, because what is asked for a database must hand none of them on to anything that is
    // started later.
    taken.takeVariables();
    byName.set(found.name, found);
    return found;
  };
  return {
    named: taken.url === undefined ? undefined : environmentDatabase,
    nameOf: (storage) => (namesDatabase(storage) ? settings(storage).name : storage),
    settingsOf: settings,
  };
}

/** A storage without a place is the database of the environment, perhaps with a project of its own. */
function urlOf(storage: string, secret: string | undefined): DatabaseUrl {
  const asked = readPublicUrl(storage, '--storage');
  if (storage.includes('//') || secret === undefined) return asked;
  if (!namesDatabase(secret)) {
    throw new BenchmemError(
      'USAGE',
      `${urlVariable} holds no URL of a PostgreSQL database`,
      'it begins with postgres://, as in postgres://USER:PASSWORD@HOST:5432/DATABASE',
    );
  }
  return { ...readDatabaseUrl(secret, urlVariable), ...asked };
}
