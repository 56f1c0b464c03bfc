// The run files that operands of `benchmem push` mean, in the order in which they get numbers.
import { stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { BenchmemError } from '../../errors.js';
import type { RunHead } from '../../runfile/heads.js';
import { compareCodePoints } from '../../runfile/ids.js';
import { stemOf } from '../../runfile/run.js';
import type { RunFile } from '../../runfile/schema.js';
import { machineFolder, noRunsIn, placeOf, storedName } from '../../runfile/storage.js';
import type { UnreadRun } from '../../runfile/store.js';
import type { World } from '../world.js';

export interface PushedFile {
  /** As messages name it. */
  readonly path: string;
  /** The machine folder; undefined if only the file can say. */
  readonly folder: string | undefined;
  readonly name: string;
}

export interface FoundFiles {
  readonly files: readonly PushedFile[];
  readonly unread: readonly UnreadRun[];
}

/** Throws BAD_RUN_FILE for a file that is not there, USAGE for a folder. */
export async function findRuns(operands: readonly string[], world: World): Promise<FoundFiles> {
  const files: PushedFile[] = [];
  const unread: UnreadRun[] = [];
  for (const operand of operands) {
    const found = await stat(resolve(world.cwd, operand)).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === 'ENOENT' && !operand.endsWith('.json')) throw noRunsIn(operand);
      throw new BenchmemError('BAD_RUN_FILE', `cannot read ${operand}: ${cause.code}`, 'check the path', {
        cause,
      });
    });
    if (!found.isDirectory()) files.push(fileAt(operand));
    else {
      const listing = await listingOf(operand, world);
      files.push(...[...listing.heads].sort(byNumber).map(({ path }) => fileAt(path)));
      unread.push(...listing.unread);
    }
  }
  return { files, unread };
}

async function listingOf(folder: string, { openStore, cwd, env }: World) {
  const store = await openStore(folder, { cwd, env });
  try {
    return await store.list();
  } finally {
    await store.close();
  }
}

// WHY: runs of one number keep their order, because the one that was measured first goes first.
function byNumber(one: RunHead, other: RunHead): number {
  const [a, b] = [one, other].map(({ number }) => number ?? Number.MAX_SAFE_INTEGER);
  return compareCodePoints(one.folder, other.folder) || (a as number) - (b as number);
}

function fileAt(path: string): PushedFile {
  const at = placeOf(path, dirname(dirname(path)));
  const folder = basename(dirname(path));
  const isMachine = /^\p{L}+-\p{L}+-[\d.]+-64bit$/u.test(folder);
  return { path, folder: isMachine ? folder : undefined, name: storedName(at?.name ?? stemOf(path)) };
}

/** The machine folder that a run file speaks of. */
export function machineOf({ machine_info: machine }: RunFile): string {
  const {
    system,
    runtime_version: node,
    python_version: python,
    python_implementation: implementation,
  } = machine;
  if (typeof system !== 'string') return 'unknown';
  if (typeof node === 'string') return storedName(machineFolder(system, node.replace(/^v/, '')));
  if (typeof python !== 'string') return storedName(system);
  return storedName(`${system}-${implementation}-${python.split('.').slice(0, 2).join('.')}-64bit`);
}
