// Notices that something below a folder of runs changed, so that whoever shows them may look again.
import { type FSWatcher, watch } from 'node:fs';
import { stat } from 'node:fs/promises';

/** Ends the watching. */
export type Unwatch = () => void;

const calmMs = 150;
const pollMs = 5000;

/**
 * Calls `listener` soon after a change below the folder, once for changes that come together. Where the system reports no
 * changes, it is called every few seconds; a folder that is not there yet is waited for. Never keeps the process alive.
 */
export function watchFolder(folder: string, listener: () => void): Unwatch {
  let watcher = open();
  let seen: string | undefined;
  let calm: NodeJS.Timeout | undefined;
  const changed = () => {
    clearTimeout(calm);
    calm = setTimeout(listener, calmMs);
    calm.unref();
  };
  function open(): FSWatcher | undefined {
    try {
      const opened = watch(folder, { recursive: true, persistent: false }, () => changed());
      opened.on('error', () => {
        opened.close();
        if (watcher === opened) watcher = undefined;
        changed();
      });
      return opened;
    } catch {
      return undefined;
    }
  }
  // WHY: it looks by itself even if the system reports changes, because the system reports none of a folder that was removed and
  // made anew.
  const look = async () => {
    const now = await identityOf(folder);
    if (now === seen && (watcher !== undefined || now === undefined)) return;
    seen = now;
    watcher?.close();
    watcher = open();
    changed();
  };
  void identityOf(folder).then((found) => {
    seen = found;
  });
  const poll = setInterval(() => void look(), pollMs);
  poll.unref();
  return () => {
    clearInterval(poll);
    clearTimeout(calm);
    watcher?.close();
  };
}

async function identityOf(folder: string): Promise<string | undefined> {
  const found = await stat(folder).catch(() => undefined);
  return found && `${found.dev}:${found.ino}`;
}
