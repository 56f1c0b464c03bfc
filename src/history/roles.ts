// Which two runs an analysis is about: found by id, tag, number, name or commit, or the newest two that are alike. Pure.
import { BenchmemError } from '../errors.js';
import { areAlike, isWhole, type RunHead } from '../runfile/heads.js';
import { offer } from '../runfile/known-dims.js';
import type { RunKind } from '../runfile/schema.js';
import { noRunsIn, referenceParts, storedName } from '../runfile/storage.js';

export interface RoleChoice {
  readonly reference?: string | undefined;
  readonly candidate?: string | undefined;
  /** Runs of other machines and environments too. */
  readonly allMachines?: boolean;
  /** Only so many of the newest runs. */
  readonly last?: number | undefined;
}

export interface Roles {
  readonly reference: RunHead;
  readonly candidate: RunHead;
  /** What the choice passed over. */
  readonly notes: readonly string[];
}

/** `heads` stand oldest first. `storage` is what messages call the place. Throws USAGE. */
export function chooseRoles(heads: readonly RunHead[], choice: RoleChoice, storage: string): Roles {
  const all = choice.last === undefined ? heads : heads.slice(-choice.last);
  if (all.length === 0) throw noRunsIn(storage);
  const notes: string[] = [];
  const find = (word: string, flag: string) => findRun(word, all, flag, notes);
  const candidate = choice.candidate === undefined ? undefined : find(choice.candidate, '--candidate');
  const reference = choice.reference === undefined ? undefined : find(choice.reference, '--reference');
  if (candidate !== undefined && reference !== undefined) return distinct(reference, candidate, notes);
  const scope = scopeOf(all, choice.allMachines === true);
  if (reference !== undefined) {
    return { reference, candidate: lastBeside(reference, scope, storage), notes };
  }
  const last = candidate ?? lastWhole(all, storage);
  return { reference: runBefore(last, scope, all, storage), candidate: last, notes };
}

function distinct(reference: RunHead, candidate: RunHead, notes: readonly string[]): Roles {
  if (reference.path !== candidate.path) return { reference, candidate, notes };
  throw usage(
    `--reference and --candidate are the same run: ${candidate.path}`,
    'name two runs, or leave out --reference to take the one before it',
  );
}

/** The whole runs that may stand beside one, oldest first. */
type Scope = (head: RunHead) => readonly RunHead[];

function scopeOf(all: readonly RunHead[], allMachines: boolean): Scope {
  return (beside) =>
    all.filter(
      (head) =>
        head.path !== beside.path && isWhole(head, beside.kind) && (allMachines || areAlike(head, beside)),
    );
}

function lastWhole(all: readonly RunHead[], storage: string): RunHead {
  const last = all.filter((head) => isWhole(head)).at(-1);
  if (last !== undefined) return last;
  const kinds = [...new Set(all.map(describe))].join(', ');
  throw usage(
    `${storage} holds no whole run of bench files: ${kinds}`,
    `name a run with --candidate, such as ${nameOf(all.at(-1) as RunHead)}`,
  );
}

function describe({ kind, complete, isShard }: RunHead): string {
  return isShard ? 'a shard' : complete ? `kind ${kind}` : 'a run that ended early';
}

function lastBeside(reference: RunHead, scope: Scope, storage: string): RunHead {
  const last = scope(reference).at(-1);
  if (last !== undefined) return last;
  throw alone(reference, storage, 'to compare it with');
}

function runBefore(candidate: RunHead, scope: Scope, all: readonly RunHead[], storage: string): RunHead {
  const place = all.indexOf(candidate);
  const before = scope(candidate).filter((head) => all.indexOf(head) < place);
  const last = before.at(-1);
  if (last !== undefined) return last;
  throw alone(candidate, storage, 'before it');
}

function alone(head: RunHead, storage: string, where: string): BenchmemError {
  return usage(
    `${nameOf(head)} has no run ${where} in ${storage} of the same machine and environment`,
    'save a second one with benchmem run --save NAME, or pass --all-machines or --reference to compare with another',
  );
}

/** Throws USAGE with what exists. */
export function findRun(word: string, all: readonly RunHead[], flag: string, notes: string[]): RunHead {
  for (const fits of [isId, isTag, isNewest, isStored, isCommit]) {
    const found = fits(word, all);
    const newest = found.at(-1);
    if (newest === undefined) continue;
    const others = found.filter((head) => head !== newest).map(({ path }) => path);
    if (others.length > 0)
      notes.push(`${word} means ${newest.path}, the newest; also called so: ${others.join(', ')}`);
    return newest;
  }
  const names = all.flatMap(({ id, tag }) => (tag === undefined ? [id] : [tag, id]));
  throw usage(`${flag}: there is no run ${JSON.stringify(word)}`, `the runs are ${offer(word, names)}`);
}

/** Runs that a word means, oldest first. */
type Fit = (word: string, all: readonly RunHead[]) => readonly RunHead[];

const isId: Fit = (word, all) => all.filter(({ id }) => id === word);
const isTag: Fit = (word, all) => all.filter(({ tag }) => tag === word);

const newestWords: ReadonlyMap<string, number> = new Map([
  ['latest', 1],
  ['previous', 2],
]);

const isNewest: Fit = (word, all) => {
  const { runs, rest } = inFolder(word, all);
  const place = newestWords.get(rest);
  if (place === undefined) return [];
  return runs
    .filter((head) => isWhole(head, newestKind(runs)))
    .slice(-place, place === 1 ? undefined : 1 - place);
};

// WHY: a storage that holds only one kind of run still has a latest one.
function newestKind(runs: readonly RunHead[]): RunKind {
  return runs.some((head) => isWhole(head)) ? 'run' : (runs.at(-1)?.kind ?? 'run');
}

const isStored: Fit = (word, all) => {
  const { runs, rest } = inFolder(word, all);
  const number = /^\d+$/.test(rest) ? Number(rest) : undefined;
  const name = storedName(rest);
  const isNamed = ({ stem }: RunHead) => stem === rest || stem.replace(/^\d{4,15}_/, '') === name;
  const named = runs.filter(
    (head) => (number !== undefined && head.number === number) || (rest !== '' && isNamed(head)),
  );
  return named.length > 0 ? named : all.filter(({ path }) => path === word);
};

const leastPrefix = /^[0-9a-f]{7,64}$/i;

const isCommit: Fit = (word, all) => {
  if (!leastPrefix.test(word)) return [];
  const prefix = word.toLowerCase();
  const found = all.filter(({ commit }) => commit?.toLowerCase().startsWith(prefix) === true);
  const commits = new Set(found.map(({ commit }) => commit));
  if (commits.size <= 1) return found;
  throw usage(
    `${word} begins ${commits.size} commits: ${[...commits].slice(0, 3).join(', ')}`,
    'type more of the commit',
  );
};

/** `Linux-Node-20-64bit/latest`: the runs of one machine folder. */
function inFolder(word: string, all: readonly RunHead[]): { runs: readonly RunHead[]; rest: string } {
  const { machine, word: rest } = referenceParts(word);
  return { runs: machine === undefined ? all : all.filter(({ folder }) => folder === machine), rest };
}

/** What a user types to mean the run. */
export function nameOf({ number, stem, id, tag }: RunHead): string {
  return number === undefined ? (tag ?? id) : stem;
}

function usage(message: string, hint: string): BenchmemError {
  return new BenchmemError('USAGE', message, hint);
}
