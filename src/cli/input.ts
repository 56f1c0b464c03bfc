// Where the runs that a command is given are read: its folder, its storage, and standard input for `-`.
import { mayHoldSecret, namesDatabase, readPublicUrl } from '../database/name.js';
import { BenchmemError } from '../errors.js';
import { compareCodePoints } from '../runfile/ids.js';
import type { SavedRuns } from '../runfile/references.js';
import type { RunPlace } from '../runfile/run.js';
import { placeOf } from '../runfile/storage.js';
import type { RunStore } from '../runfile/store.js';
import { defined } from '../shapes.js';
import type { World } from './world.js';

/** What reading needs of the world. */
export type InputWorld = Pick<World, 'cwd' | 'env' | 'readInput' | 'openStore'>;

/** What `work` makes of the runs that may be named. Throws USAGE for a reference with a secret. */
export async function withRuns<Answer>(
  references: readonly string[],
  world: InputWorld,
  storage: string | undefined,
  work: (place: RunPlace) => Promise<Answer>,
): Promise<Answer> {
  for (const reference of references) if (mayHoldSecret(reference)) readPublicUrl(reference, 'RUNS');
  const { cwd, env, readInput } = world;
  const place = defined({ cwd, readInput, storage });
  if (!namesDatabase(storage)) return work(place);
  const store = await world.openStore(storage, { cwd, env });
  try {
    return await work({ ...place, saved: savedRunsOf(store, storage) });
  } finally {
    await store.close();
  }
}

/** The runs of a store by their paths. */
export function savedRunsOf(store: RunStore, storage: string): SavedRuns {
  const heads = async () => new Map((await store.list()).heads.map((head) => [head.path, head]));
  return {
    list: async () =>
      [...(await heads()).keys()].sort(compareCodePoints).flatMap((path) => placeOf(path, storage) ?? []),
    has: (path) => path.startsWith(`${storage}/`),
    read: async (path) => {
      const head = (await heads()).get(path);
      if (head !== undefined) return (await store.read(head)).file;
      throw new BenchmemError(
        'BAD_RUN_FILE',
        `cannot read ${path}: there is no such run`,
        'benchmem history lists the saved runs',
      );
    },
  };
}
