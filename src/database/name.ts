// How a database of runs is named: `postgres:`, or a URL, and what that says. Pure.
// SAFETY: a message shows no part of a URL, because a password that is not encoded may stand in any part of it.
import { BenchmemError } from '../errors.js';

/** The variable that names the database with its password. */
export const urlVariable = 'BENCHMEM_DATABASE_URL';

/** The name of the database that the environment says. */
export const environmentDatabase = 'postgres:';

/** One database holds one history unless a project is told. */
export const usualProject = 'default';

/** What a URL says; what is absent the environment may say. */
export interface DatabaseUrl {
  readonly host?: string;
  readonly port?: string;
  readonly database?: string;
  readonly user?: string;
  readonly password?: string;
  readonly sslmode?: string;
  readonly sslrootcert?: string;
  readonly project?: string;
}

const parameters = ['host', 'sslmode', 'sslrootcert', 'project'] as const;

/** True for a storage that is no folder. */
export function namesDatabase(storage: string | undefined): storage is string {
  return storage !== undefined && /^postgres(ql)?:/i.test(storage);
}

/** True for text that is given in public, and may hold what is not for the public. */
export function mayHoldSecret(text: string): boolean {
  return namesDatabase(text) && text.includes('@');
}

/** What a URL says that others can read. Throws USAGE, also for a password. */
export function readPublicUrl(text: string, from: string): DatabaseUrl {
  const url = readDatabaseUrl(text, from);
  if (url.password === undefined) return url;
  throw new BenchmemError(
    'USAGE',
    `the URL in ${from} holds a password, which others can read there`,
    `put the URL into ${urlVariable}, or the password into PGPASSWORD, and leave it out here`,
  );
}

/** What a URL says; `from` is the flag or the variable that it stands in. Throws USAGE. */
export function readDatabaseUrl(text: string, from: string): DatabaseUrl {
  if (/^postgres(ql)?:(\?|$)/i.test(text))
    return readParameters(new URLSearchParams(text.split('?')[1]), from);
  const url = /^\w+:\/\//.test(text) && URL.canParse(text) ? new URL(text) : undefined;
  const path = url && decoded(url.pathname.replace(/^\//, ''));
  const isSound =
    url !== undefined &&
    /^postgres(ql)?:$/.test(url.protocol) &&
    url.hash === '' &&
    /^[^@/?#]*$/.test(path ?? '@');
  if (!isSound || path === undefined) throw badUrl(from);
  const host = decoded(url.hostname.replace(/^\[(.*)\]$/, '$1'));
  const [user, password] = [decoded(url.username), decoded(url.password)];
  if (host === undefined || user === undefined || password === undefined) throw badUrl(from);
  return {
    ...present({ host, port: url.port, database: path, user, password }),
    ...readParameters(url.searchParams, from),
  };
}

function readParameters(given: URLSearchParams, from: string): DatabaseUrl {
  for (const name of given.keys()) {
    if ((parameters as readonly string[]).includes(name) && given.getAll(name).length === 1) continue;
    throw new BenchmemError(
      'USAGE',
      `the URL in ${from} has a parameter that benchmem does not know, or one twice`,
      `the parameters are ${parameters.join(', ')}; in a password, ? and & are written %3F and %26`,
    );
  }
  const project = given.get('project') ?? undefined;
  if (project !== undefined && !/^[\w.-]{1,100}$/.test(project)) {
    throw new BenchmemError(
      'USAGE',
      `the project in ${from} must be 1 to 100 letters, digits, dots, dashes or underscores`,
      'for example ?project=my-service',
    );
  }
  return present(Object.fromEntries(given));
}

function badUrl(from: string): BenchmemError {
  return new BenchmemError(
    'USAGE',
    `${from} holds no URL of a PostgreSQL database`,
    'write postgres://USER:PASSWORD@HOST:5432/DATABASE; in a password @ : / ? # and % are written as %40 %3A %2F %3F %23 %25',
  );
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function present(given: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== ''));
}
