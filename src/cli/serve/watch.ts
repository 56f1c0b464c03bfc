// Tells when something below a folder may have changed. It need not exist yet.
import { type FSWatcher, watch } from 'node:fs';
import type { Clock } from '../world.js';

/** WHY: a run file is written anew after each benchmark, and as several steps each time. */
const quietMs = 150;
const lookMs = 5000;

/** Calls `changed` until the answer is called. */
export function watchFolder(folder: string, clock: Pick<Clock, 'every'>, changed: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(changed, quietMs);
  };
  let watcher: FSWatcher | undefined;
  const lose = () => {
    watcher?.close();
    watcher = undefined;
  };
  const follow = () => {
    try {
      watcher = watch(folder, { recursive: true, persistent: false }, soon);
      watcher.on('error', lose);
    } catch {
      // A folder that is not there yet, and one that cannot be followed: looked at now and then.
      watcher = undefined;
    }
  };
  follow();
  // WHY also while it is followed: a folder that was replaced is followed no longer, and nothing says so.
  const stop = clock.every(lookMs, () => {
    if (watcher === undefined) follow();
    changed();
  });
  return () => {
    stop();
    clearTimeout(timer);
    lose();
  };
}
