// PostgreSQL's password file: `host:port:database:user:password`, a line each; `*` fits all, and a backslash keeps a colon.
import { readFile, stat } from 'node:fs/promises';
import os from 'node:os';
import { join } from 'node:path';
import type { DatabaseSettings } from './settings.js';

/** The password of the first line that fits; undefined without one, and for a file that others may read. */
export async function passwordFrom(settings: DatabaseSettings): Promise<string | undefined> {
  const path = settings.passwordFile ?? join(os.homedir(), '.pgpass');
  const found = await stat(path).catch(() => undefined);
  // WHY: a file that others may read is ignored, because PostgreSQL's own programs ignore it too.
  if (!found?.isFile() || (found.mode & 0o077) !== 0 || found.size > 1024 * 1024) return undefined;
  return passwordIn(await readFile(path, 'utf8'), settings);
}

// A field ends with a colon that no backslash stands before.
const field = String.raw`((?:\\.|[^:\\])*)`;
const wholeLine = new RegExp(`^${[field, field, field, field, field].join(':')}$`);

/** Pure. */
export function passwordIn(
  text: string,
  { host, port, database, user }: Pick<DatabaseSettings, 'host' | 'port' | 'database' | 'user'>,
): string | undefined {
  const wanted = [host.startsWith('/') ? 'localhost' : host, String(port), database, user];
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith('#')) continue;
    const fields = wholeLine.exec(line)?.slice(1);
    if (fields === undefined) continue;
    const plain = fields.map((field) => field.replace(/\\(.)/g, '$1'));
    if (wanted.every((value, at) => fields[at] === '*' || plain[at] === value)) return plain[4];
  }
  return undefined;
}
