// A project's folder beside a PostgreSQL server of its own, for tests of runs in a database. Judges nothing.
import { rmSync } from 'node:fs';
import { type PostgresServer, postgresPrograms, startPostgres } from './postgres-server.mjs';
import { makeProject } from './project-folder.js';

/** False if PostgreSQL is not installed, which is said on stderr: then `test` is skipped. */
export function hasPostgres(test: string): boolean {
  const isInstalled = postgresPrograms() !== undefined;
  if (!isInstalled) process.stderr.write(`${test}: skipped, because PostgreSQL is not installed\n`);
  return isInstalled;
}

export interface DatabaseProject {
  readonly server: PostgresServer;
  readonly folder: string;
  /** Ends the server and removes both folders. */
  end(): void;
}

export async function startDatabaseProject(
  test: string,
  given: Parameters<typeof startPostgres>[0] = {},
): Promise<DatabaseProject> {
  const server = await startPostgres(given);
  const folder = makeProject(test);
  const end = () => {
    server.end();
    rmSync(folder, { recursive: true, force: true });
  };
  return { server, folder, end };
}
