// The levels that `--against level` judges a run by, over the saved runs of the main branch. Reads them before the run is saved.
import type { LevelOf } from '../../compare/gate/rules.js';
import { levelsFor } from '../../history/levels.js';
import { branchOf } from '../../history/scope.js';
import { commitsOf, mainBranches } from '../../runfile/commits.js';
import type { RunFile } from '../../runfile/schema.js';
import { fieldMetrics } from '../../stats/metrics.js';
import type { World } from '../world.js';
import type { SuiteArgs } from './options.js';

/** The levels of the benchmarks of a run. */
export type SavedLevels = (file: RunFile) => LevelOf;

const mostRuns = 200;

type LevelArgs = Pick<SuiteArgs, 'storage' | 'kind' | 'renames'> & Partial<Pick<SuiteArgs, 'mainBranch'>>;

/** Throws BAD_RUN_FILE for a storage that cannot be read. */
export async function savedLevels(
  { storage, kind, renames, mainBranch }: LevelArgs,
  { openStore, git: gitIn, cwd, env }: World,
): Promise<SavedLevels> {
  const git = gitIn(cwd);
  const main = await mainBranches(git, mainBranch);
  const store = await openStore(storage, { cwd, env });
  try {
    let branch: string | null | undefined;
    const table = await store.series((heads) => {
      const own = heads.filter((head) => head.kind === kind);
      branch = branchOf(own, undefined, main);
      return { metrics: fieldMetrics.map(({ name }) => name), kinds: [kind], branch, last: mostRuns };
    });
    const commits = await commitsOf(git, branch ?? undefined, 10 * mostRuns);
    return (file) => levelsFor(file, table, { renames, commits });
  } finally {
    await store.close();
  }
}
