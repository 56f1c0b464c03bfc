// The temporary folder that observed processes write to: made, found full, and removed where its owner was killed.
import { readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ownFolder } from '../engine/child/parent/own-folder.js';
import { BenchmemError } from '../errors.js';

const namePattern = /^benchmem-exec-(\d+)-(\d+)-/;
// A header and a few snapshots.
const neededBytes = 64 * 1024;

/** Throws CANNOT_WRITE if nothing can be written, or only the name of a file. */
export function reportFolder(): string {
  const folder = ownFolder(`benchmem-exec-${processNamespace()}-${process.pid}-`);
  const problem = fullDisk(folder);
  if (problem === undefined) return folder;
  rmSync(folder, { recursive: true, force: true });
  throw new BenchmemError(
    'CANNOT_WRITE',
    problem,
    'free some space there, or let TMPDIR name another folder',
  );
}

/** Why nothing more can be written there; undefined if it can. */
export function fullDisk(folder: string): string | undefined {
  const trial = join(folder, 'trial');
  try {
    writeFileSync(trial, Buffer.alloc(neededBytes));
    return undefined;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return `the folder for temporary files ${tmpdir()} cannot take ${neededBytes / 1024} KiB: ${reason}`;
  } finally {
    rmSync(trial, { force: true });
  }
}

/** Removes what a command left that was killed. Those of other users and of other containers stay. */
export function removeStaleFolders(): void {
  for (const name of entriesOf(tmpdir())) {
    const [, namespace, pid] = namePattern.exec(name) ?? [];
    if (pid === undefined || namespace !== processNamespace() || isAlive(Number(pid))) continue;
    rmSync(join(tmpdir(), name), { recursive: true, force: true });
  }
}

function entriesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // the command says so when it makes its own
  }
}

// WHY: a process id says nothing of a process in another container that shares the folder.
function processNamespace(): string {
  try {
    return /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '0';
  } catch {
    return '0';
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
