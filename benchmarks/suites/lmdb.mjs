// An embedded database: writes through a memory-mapped file, in a temporary folder that goes with the process.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { open } from 'lmdb';

const records = 20_000;
let database;

function openInTemporaryFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'benchmem-lmdb-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return open({ path: join(folder, 'suite.mdb'), noSync: true });
}

/** An empty database for each pass. */
export function setup() {
  database ??= openInTemporaryFolder();
  database.clearSync();
}

/** Writes on the calling thread, in one transaction. */
export function writeSync() {
  database.transactionSync(() => {
    for (let id = 0; id < records; id += 1) database.putSync(id, { id, name: `record ${id}`, price: id / 8 });
  });
}

/** Writes that lmdb batches and commits on its own thread. */
export async function writeBatched() {
  let last;
  for (let id = 0; id < records; id += 1)
    last = database.put(id, { id, name: `record ${id}`, price: id / 8 });
  await last;
}
