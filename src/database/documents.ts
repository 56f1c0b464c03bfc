// The run file of a run as the database keeps it: its text, compressed.
// SAFETY: what comes back may be anything, and is inflated up to a limit only.
import { promisify } from 'node:util';
import { brotliCompress, brotliDecompress, constants } from 'node:zlib';
import { BenchmemError } from '../errors.js';
import { parseRunBytes } from '../runfile/read.js';
import { sampleRounds } from '../runfile/rounds.js';
import type { RunFile } from '../runfile/schema.js';
import { serializeForeignRun } from '../runfile/write.js';
import type { Ask } from './connect.js';
import { digestOf } from './stored-text.js';

/** Of one run file's text. */
export const mostBytes = 128 * 1024 * 1024;

export const encoding = 'brotli';

export interface RunDocument {
  readonly body: Buffer;
  /** The same for the same run. */
  readonly digest: string;
}

/** Throws BAD_RUN_FILE for a run that is too large; `path` names it. */
export async function documentOf(file: RunFile, path: string): Promise<RunDocument> {
  const text = serializeForeignRun(file);
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.length > mostBytes) {
    throw new BenchmemError(
      'BAD_RUN_FILE',
      `${path} takes ${bytes.length} bytes, and a database takes runs of at most ${mostBytes}`,
      'keep fewer rounds: --save-rounds N, or benchmem prune --drop-rounds N',
    );
  }
  // PERF: 5 takes 10 ms for 450 KB, and 11 half a second for a tenth less.
  const params = { [constants.BROTLI_PARAM_QUALITY]: 5, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  return { body: await promisify(brotliCompress)(bytes, { params }), digest: digestOfRun(file) };
}

/** WHY: rounds do not count, because a run whose rounds were dropped is still the same. */
export function digestOfRun(file: RunFile): string {
  return digestOf(serializeForeignRun(sampleRounds(file, 0)));
}

/** The run with a number. Throws DATABASE; BAD_RUN_FILE for what is no run; `path` names it. */
export async function readDocument(ask: Ask, id: number, path: string): Promise<RunFile> {
  const [row] = await ask(
    'SELECT encoding, CASE WHEN octet_length(body) <= $2 THEN body END FROM benchmem.document WHERE run_id = $1',
    [id, mostBytes],
  );
  if (row === undefined) throw broken(path, 'has no run file any more');
  return runFrom(row[0], row[1], path);
}

/** The run that a row holds. */
async function runFrom(kept: unknown, body: unknown, path: string): Promise<RunFile> {
  if (kept !== encoding || !Buffer.isBuffer(body)) throw broken(path, 'is kept in a form that is not known');
  const bytes = await promisify(brotliDecompress)(body, { maxOutputLength: mostBytes }).catch(
    ({ code }: NodeJS.ErrnoException) => {
      const isLarge = code === 'ERR_BUFFER_TOO_LARGE';
      throw broken(path, isLarge ? `inflates to more than ${mostBytes} bytes` : 'cannot be inflated');
    },
  );
  return parseRunBytes(bytes, path);
}

function broken(path: string, how: string): BenchmemError {
  return new BenchmemError(
    'BAD_RUN_FILE',
    `${path} ${how}: its row in the database was changed by another program`,
    'restore it from a back-up, or remove the row',
  );
}
