// What git knows about the commits that runs are of: their order on a branch, and where a branch left another.
// Asks git and changes nothing. INVARIANT: a name from outside is never a flag of git: it stands behind refs/.
import { BenchmemError } from '../errors.js';
import type { Git } from './provenance.js';

/** The commits of a branch by their first parents, newest first; those of HEAD where git has no such branch; [] without git. */
export async function commitsOf(
  git: Git,
  branch: string | undefined,
  most: number,
): Promise<readonly string[]> {
  for (const ref of [...(branch === undefined ? [] : refsOf(branch)), 'HEAD']) {
    const text = await git(['rev-list', '--first-parent', `--max-count=${most}`, ref, '--']).catch(
      () => undefined,
    );
    if (text !== undefined) return text.split('\n').filter(Boolean);
  }
  return [];
}

/** The names that the main branch may have, the likeliest first. */
export async function mainBranches(git: Git, configured: string | undefined): Promise<readonly string[]> {
  if (configured !== undefined) return [configured];
  const head = await git(['symbolic-ref', '--short', 'refs/remotes/origin/HEAD']).catch(() => '');
  const own = head.startsWith('origin/') ? [head.slice('origin/'.length)] : [];
  return [...own, 'main', 'master'];
}

/** How far back a run is looked for. */
const mostAncestors = 200;

export interface BaseCommits {
  /** The commit at which HEAD left the branch, and its first parents, newest first. */
  readonly commits: readonly string[];
  /** True if older ones are not here. */
  readonly isShallow: boolean;
}

/** Throws USAGE if git cannot say, also for a clone without the history that it takes. */
export async function baseCommits(git: Git, branches: readonly string[]): Promise<BaseCommits> {
  const named = branches.join(' or ');
  const shallow = await git(['rev-parse', '--is-shallow-repository']).catch((cause: unknown) => {
    throw usage(
      '--compare=base needs git, and this folder is in no repository',
      'name a saved run instead',
      cause,
    );
  });
  for (const ref of branches.flatMap(refsOf)) {
    const base = await git(['merge-base', 'HEAD', ref, '--']).catch(() => '');
    if (base === '') continue;
    const text = await git(['rev-list', '--first-parent', `--max-count=${mostAncestors}`, base, '--']);
    return { commits: text.split('\n').filter(Boolean), isShallow: shallow === 'true' };
  }
  if (shallow === 'true') {
    throw usage(
      `--compare=base: this clone is shallow, and lacks the commit at which HEAD left ${named}`,
      'fetch the whole history: git fetch --unshallow, or fetch-depth: 0 for actions/checkout',
    );
  }
  throw usage(
    `--compare=base: git knows no commit that HEAD and ${named} have in common`,
    'name the branch, such as --compare=base:develop, and fetch it',
  );
}

// The remote's first: a local copy of the branch may be old.
function refsOf(branch: string): readonly string[] {
  return [`refs/remotes/origin/${branch}`, `refs/heads/${branch}`];
}

function usage(message: string, hint: string, cause?: unknown): BenchmemError {
  return new BenchmemError('USAGE', message, hint, { cause });
}
