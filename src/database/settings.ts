// What a connection is made with: a URL, completed by the variables that PostgreSQL's own programs know. Opens no connection.
import os from 'node:os';
import { BenchmemError } from '../errors.js';
import { defined } from '../shapes.js';
import { type DatabaseUrl, usualProject } from './name.js';
import { type Tls, tlsOf } from './tls.js';

export interface DatabaseSettings {
  /** As messages name the database: host, port, database and project, and nothing else. */
  readonly name: string;
  readonly project: string;
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password?: string;
  /** Where passwords stand that nobody gave; PostgreSQL's usual file by default. */
  readonly passwordFile?: string;
  readonly tls: Tls | false;
}

/** `PGHOST` and its like. */
export type PgVariables = Readonly<Record<string, string | undefined>>;

/** Throws USAGE. */
export function settingsOf(url: DatabaseUrl, variables: PgVariables): DatabaseSettings {
  const {
    host = variables.PGHOST || 'localhost',
    port = variables.PGPORT || '5432',
    user = variables.PGUSER || os.userInfo().username,
    database = variables.PGDATABASE || user,
    password = variables.PGPASSWORD || undefined,
    sslmode = variables.PGSSLMODE || undefined,
    sslrootcert = variables.PGSSLROOTCERT || undefined,
    project = usualProject,
  } = url;
  if (!/^\d{1,5}$/.test(port) || Number(port) < 1 || Number(port) > 65_535)
    throw new BenchmemError(
      'USAGE',
      'the port of the database must be from 1 to 65535',
      'the usual one is 5432',
    );
  const place = `postgres://${host.includes(':') ? `[${host}]` : host}:${Number(port)}/${database}`;
  return defined({
    name: project === usualProject ? place : `${place}?project=${project}`,
    project,
    host,
    port: Number(port),
    database,
    user,
    password,
    passwordFile: variables.PGPASSFILE || undefined,
    tls: tlsOf(host, sslmode, sslrootcert),
  });
}
