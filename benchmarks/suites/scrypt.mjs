// A password hash that is meant to need memory: 128 MiB of OpenSSL's, and nothing of it on the JavaScript heap.
import { scrypt, scryptSync } from 'node:crypto';
import { promisify } from 'node:util';

const cost = { N: 131_072, r: 8, p: 1, maxmem: 256 * 1024 * 1024 };
const scryptPromise = promisify(scrypt);

/** Held and given back inside one call: no garbage collection and no sampling of the heap ever sees it. */
export function hashSync() {
  scryptSync('password', 'salt', 64, cost);
}

/** The same on the thread pool. */
export async function hashAsync() {
  await scryptPromise('password', 'salt', 64, cost);
}
