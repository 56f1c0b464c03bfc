// Takes what names a database out of the environment, so that no child, package or program that is started later finds it.
// SAFETY: before anything else runs. What the system itself remembers of the environment is overwritten where it lets us.
import { closeSync, openSync, readFileSync, readSync, writeSync } from 'node:fs';
import { urlVariable } from './name.js';
import type { PgVariables } from './settings.js';

export type Environment = Record<string, string | undefined>;

/** What was taken, and what may be. */
export interface TakenEnvironment {
  /** Of the database, with its password. */
  readonly url: string | undefined;
  /** `PGHOST` and its like, which stay for programs that need them where no run is in a database. */
  readonly variables: PgVariables;
  /** Takes these out, too. */
  takeVariables(): void;
}

/** The URL leaves at once. */
export function takeEnvironment(env: Environment): TakenEnvironment {
  const url = env[urlVariable] || undefined;
  const variables = Object.fromEntries(Object.entries(env).filter(([name]) => name.startsWith('PG')));
  take(env, [urlVariable]);
  return { url, variables, takeVariables: () => take(env, Object.keys(variables)) };
}

function take(env: Environment, names: readonly string[]): void {
  const present = names.filter((name) => env[name] !== undefined);
  for (const name of present) delete env[name];
  if (present.length > 0 && env === process.env) overwrite(present);
}

/**
 * Overwrites the values in the memory that `/proc/PID/environ` shows, which any process of the same user may read. WHY: it is no
 * error if the system refuses, because the values are out of reach of children by inheritance then, too.
 */
function overwrite(names: readonly string[]): void {
  try {
    const fields = readFileSync('/proc/self/stat', 'latin1').split(') ').at(-1)?.split(' ') ?? [];
    // The third field of the line is the first behind the name; the environment is the 50th and 51st.
    const [start, end] = [Number(fields[47]), Number(fields[48])];
    if (!(start > 0 && end > start && end - start < 16 * 1024 * 1024)) return;
    const memory = openSync('/proc/self/mem', 'r+');
    try {
      const bytes = Buffer.alloc(end - start);
      readSync(memory, bytes, 0, bytes.length, start);
      for (const [from, to] of valuesIn(bytes, names))
        writeSync(memory, Buffer.alloc(to - from, 'x'), 0, to - from, start + from);
    } finally {
      closeSync(memory);
    }
  } catch {}
}

/** Where the values of variables stand among `NAME=VALUE` that end with zeros. Pure. */
export function valuesIn(
  bytes: Buffer,
  names: readonly string[],
): readonly (readonly [from: number, to: number])[] {
  const found: (readonly [number, number])[] = [];
  for (let at = 0; at < bytes.length; ) {
    const zero = bytes.indexOf(0, at);
    const to = zero < 0 ? bytes.length : zero;
    const equals = bytes.indexOf(0x3d, at);
    const name = equals < 0 || equals > to ? '' : bytes.toString('latin1', at, equals);
    if (names.includes(name)) found.push([equals + 1, to]);
    at = to + 1;
  }
  return found;
}
