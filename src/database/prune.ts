// What `prune` does to the runs of a database.
import type { RunHead } from '../runfile/heads.js';
import { hasMoreRounds, sampleRounds } from '../runfile/rounds.js';
import type { RunStore } from '../runfile/store.js';
import type { Database } from './connect.js';
import { documentOf, readDocument } from './documents.js';

// PERF: a thousand figures of a hundred runs are removed well within the time that a statement may take.
const atOnce = 100;

/** `forget` is called once something has changed. */
export function pruningOf(
  { ask }: Database,
  idOf: (head: RunHead) => number,
  forget: () => void,
): Pick<RunStore, 'remove' | 'shorten' | 'tidy'> {
  return {
    remove: async (heads, isMeant) => {
      let bytes = 0;
      for (let at = 0; at < heads.length; at += atOnce) {
        const ids = heads.slice(at, at + atOnce).map(idOf);
        const [size] = await ask(
          'SELECT coalesce(sum(octet_length(body)), 0) FROM benchmem.document WHERE run_id = ANY ($1::int[])',
          [ids],
        );
        if (isMeant) await ask('DELETE FROM benchmem.run WHERE id = ANY ($1::int[])', [ids]);
        bytes += Number(size?.[0] ?? 0);
      }
      forget();
      return bytes;
    },
    shorten: async (head, rounds, isMeant) => {
      const file = await readDocument(ask, idOf(head), head.path);
      if (!hasMoreRounds(file, rounds)) return undefined;
      const { body } = await documentOf(sampleRounds(file, rounds), head.path);
      const [size] = await ask('SELECT octet_length(body) FROM benchmem.document WHERE run_id = $1', [
        idOf(head),
      ]);
      // WHY: the digest stays, because it says which run this is, and a run that is sent again is still the same.
      if (isMeant) await ask('UPDATE benchmem.document SET body = $2 WHERE run_id = $1', [idOf(head), body]);
      return Math.max(0, Number(size?.[0]) - body.length);
    },
    // A run has a number here only once it is whole.
    tidy: async () => 0,
  };
}
