// The saved run of the commit at which this branch left another: what `--compare=base` compares with. Asks git and the
// storage; prints nothing.
import os from 'node:os';
import { type ComparisonWarning, warning } from '../../compare/warnings.js';
import { BenchmemError } from '../../errors.js';
import { baseCommits, mainBranches } from '../../runfile/commits.js';
import { environmentOf } from '../../runfile/environment-key.js';
import { isWhole, type RunHead } from '../../runfile/heads.js';
import { machineFolder } from '../../runfile/storage.js';
import type { World } from '../world.js';
import type { SuiteArgs } from './options.js';

/** The reference that means the merge base; behind it, `:BRANCH`. */
export const baseWord = 'base';

export interface FoundBase {
  /** Undefined: no run of the base or of what came before it is saved. */
  readonly head?: RunHead;
  readonly warnings: readonly ComparisonWarning[];
  /** What to do where nothing was found. */
  readonly hint: string;
}

type BaseArgs = Pick<SuiteArgs, 'storage' | 'kind'> & Partial<Pick<SuiteArgs, 'mainBranch' | 'memory'>>;

/** The branch that `base:BRANCH` names, '' for the main one; undefined for any other reference. */
export function branchOfBase(reference: string): string | undefined {
  if (reference === baseWord) return '';
  return reference.startsWith(`${baseWord}:`) ? reference.slice(baseWord.length + 1) : undefined;
}

/** Throws USAGE if git cannot say where the branches parted. */
export async function findBase(
  branch: string,
  args: BaseArgs,
  node: string,
  world: World,
): Promise<FoundBase> {
  const git = world.git(world.cwd);
  const branches = branch === '' ? await mainBranches(git, args.mainBranch) : [branch];
  const { commits, isShallow } = await baseCommits(git, [...new Set(branches)]);
  const store = await world.openStore(args.storage, { cwd: world.cwd, env: world.env });
  try {
    const { heads } = await store.list();
    const fits = await fitting(args, node, world);
    const ages = new Map(commits.map((commit, age) => [commit, age]));
    const found = heads
      .filter((head) => fits(head) && head.commit !== undefined && ages.has(head.commit))
      .map((head) => ({ head, age: ages.get(head.commit ?? '') ?? 0 }));
    // Of one commit the run that was measured last: heads stand oldest first.
    const nearest = found.reduce<(typeof found)[number] | undefined>(
      (best, each) => (best === undefined || each.age <= best.age ? each : best),
      undefined,
    );
    const hint = isShallow
      ? 'this clone is shallow: fetch the whole history with git fetch --unshallow, or fetch-depth: 0 for actions/checkout'
      : 'save a run of the branch that this one left: benchmem run --save NAME, there';
    if (nearest === undefined) return { warnings: [], hint };
    return { head: nearest.head, hint, warnings: olderWarnings(nearest, commits[0] ?? '') };
  } finally {
    await store.close();
  }
}

/** Whole, clean runs of the kind that were measured as this one will be: on such a machine, in such a mode. */
async function fitting(
  { kind, memory }: BaseArgs,
  node: string,
  world: World,
): Promise<(head: RunHead) => boolean> {
  const facts = { ...(await world.machineInfo()), runtime_version: node.replace(/^v/, '') };
  const { machine } = environmentOf({ machine_info: facts, benchmarks: [] });
  const folder = machineFolder(os.type(), node);
  const mode = memory?.attached === true ? 'attached' : 'preloaded';
  return (head) =>
    head.number !== undefined &&
    head.folder === folder &&
    isWhole(head, kind) &&
    !head.dirty &&
    head.environment.machine === machine &&
    (memory === undefined ||
      head.environment.memory === undefined ||
      head.environment.memory.startsWith(`${mode}; `));
}

function olderWarnings(
  { head, age }: { readonly head: RunHead; readonly age: number },
  base: string,
): ComparisonWarning[] {
  if (age === 0) return [];
  const commits = age === 1 ? '1 commit' : `${age} commits`;
  return [
    warning(
      'BASE_OLDER',
      head.stem,
      `the merge base ${base.slice(0, 8)} has no run; this one is ${commits} older`,
      'save a run of every commit of the branch, or of the merge base',
    ),
  ];
}

/** That nothing is saved to compare with, where something must be. */
export function noBase(hint: string, storage: string): BenchmemError {
  return new BenchmemError(
    'BAD_RUN_FILE',
    `no saved run in ${storage} is of the merge base, or of the 200 commits before it, on such a machine`,
    `${hint}; or pass --no-require-baseline`,
  );
}
