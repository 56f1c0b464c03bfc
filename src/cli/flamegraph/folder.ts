// The profiles of a folder, and the one of them that is meant. Reads files of the folder only: none that a profile names.
import { readdir, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { BenchmemError } from '../../errors.js';
import { profileEnding, profileFileName } from '../../profile/file-name.js';
import type { Profile } from '../../profile/model.js';
import { metricFigures, type ProfileMetric, totalOf } from '../../profile/reports/metrics.js';
import { nearestFirst } from '../../stats/nearest.js';
import { printable } from '../../text/escapes.js';
import { usage } from '../option-values.js';
import { readProfileFile, withReason } from '../profile-file.js';

/** What is known of each profile while one is chosen. */
interface Candidate {
  /** As the user would name it. */
  readonly file: string;
  readonly id: string;
  /** Of the metric that is asked for; absent if it was not measured. */
  readonly total?: number;
}

export interface Choice {
  /** A folder, or a profile. */
  readonly path: string;
  readonly id: string | undefined;
  /** Only a whole id is meant, and no part of one. */
  readonly exact?: boolean;
  readonly worst: ProfileMetric | undefined;
}

export interface ChosenProfile {
  readonly id: string;
  /** As the user would name it. */
  readonly file: string;
  readonly profile: Profile;
  /** Files of the folder that could not be read, with why. */
  readonly unreadable: readonly string[];
}

const mostListed = 20;

/** Throws USAGE if none, or several, are meant; BAD_PROFILE. */
export async function chooseProfile(choice: Choice, cwd: string): Promise<ChosenProfile> {
  const { path, id, worst } = choice;
  const found = await withReason(path, () => stat(resolve(cwd, path)));
  if (!found.isDirectory()) {
    const profile = await readProfileFile(path, cwd);
    return named(matching([{ file: path, id: idOf(path, profile) }], choice), profile, []);
  }
  // PERF: the file of an id has a name that follows from it.
  const own = id === undefined ? undefined : join(path, profileFileName(id));
  const direct = own === undefined ? undefined : await readProfileFile(own, cwd).catch(undefinedIfMissing);
  if (id !== undefined && own !== undefined && direct?.meta.id === id)
    return { id, file: own, profile: direct, unreadable: [] };
  const unreadable: string[] = [];
  const candidates: Candidate[] = [];
  for (const name of (await readdir(resolve(cwd, path)))
    .filter((each) => each.endsWith(profileEnding))
    .sort()) {
    const file = join(path, name);
    try {
      const profile = await readProfileFile(file, cwd);
      const total = worst && totalOf(profile, metricFigures[worst].value);
      candidates.push({ file, id: idOf(file, profile), ...(total !== undefined && { total }) });
    } catch (error) {
      if (!(error instanceof BenchmemError)) throw error;
      unreadable.push(error.message);
    }
  }
  const chosen = matching(candidates, choice, unreadable);
  return named(chosen, await readProfileFile(chosen.file, cwd), unreadable);
}

function named({ id, file }: Candidate, profile: Profile, unreadable: readonly string[]): ChosenProfile {
  return { id, file, profile, unreadable };
}

function matching(
  candidates: readonly Candidate[],
  { path, id, exact = false, worst }: Choice,
  unreadable: readonly string[] = [],
): Candidate {
  if (candidates.length === 0) {
    const why = unreadable.length === 0 ? '' : `: ${unreadable.slice(0, 3).join('; ')}`;
    const hint = unreadable.length === 0 ? 'make one' : 'make it again';
    const what = unreadable.length === 0 ? 'there is no profile' : 'no profile can be read';
    throw usage(`${what} in ${path}${why}`, `${hint}: benchmem run --profile ${path}`);
  }
  const matches = id === undefined ? candidates : byId(candidates, id, exact);
  if (matches.length === 0) {
    const ids = candidates.map((each) => each.id).sort();
    throw usage(`no profile in ${path} matches ${id}`, `there ${listOf(nearestFirst(id ?? '', ids))}`);
  }
  if (worst !== undefined && matches.length > 1) return worstOf(matches, worst, path);
  const [only, ...others] = matches;
  if (only !== undefined && others.length === 0) return only;
  const ids = new Set(matches.map((each) => each.id));
  const names = ids.size < matches.length ? matches.map((each) => each.file) : [...ids];
  throw usage(
    `${id === undefined ? `${path} holds` : `${id} means`} ${matches.length} profiles`,
    `name one of them, or pass --worst peak: there ${listOf(names.sort())}`,
  );
}

// An id is meant exactly where there is such a one, though it be a part of others.
function byId(candidates: readonly Candidate[], id: string, isWhole: boolean): readonly Candidate[] {
  // WHY: the printable form counts too, because a command that a run printed is pasted.
  const names = (each: Candidate) => [each.id, printable(each.id)];
  const exact = candidates.filter((each) => names(each).includes(id));
  return exact.length > 0 || isWhole
    ? exact
    : candidates.filter((each) => names(each).some((name) => name.includes(id)));
}

function worstOf(matches: readonly Candidate[], worst: ProfileMetric, path: string): Candidate {
  const measured = matches.filter(({ total }) => total !== undefined);
  const [first, ...rest] = measured;
  if (first === undefined) {
    throw new BenchmemError('NOT_MEASURED', `no profile in ${path} holds ${worst}`, 'pass another --worst');
  }
  return rest.reduce((most, each) => ((each.total ?? 0) > (most.total ?? 0) ? each : most), first);
}

function listOf(names: readonly string[]): string {
  const shown = names.slice(0, mostListed).map((name) => `\n${printable(name)}`);
  const more = names.length > mostListed ? `\nand ${names.length - mostListed} more` : '';
  return `${names.length === 1 ? 'is' : 'are'}${shown.join('')}${more}`;
}

/** Where the page of a profile stands by default: beside it. */
export function pageFile(profile: string): string {
  return `${withoutEnding(profile)}.flamegraph.html`;
}

/** The same of what changed up to it. */
export function diffPageFile(profile: string): string {
  return `${withoutEnding(profile)}.diff.flamegraph.html`;
}

function withoutEnding(file: string): string {
  return file.replace(/(\.pb)?(\.gz)?$/, '');
}

// Another tool's profile, and one without an id, is called by its file.
function idOf(file: string, { meta }: Profile): string {
  return meta.foreign === true || meta.id === '' ? withoutEnding(basename(file)) : meta.id;
}

// WHY: a broken file of that very benchmark is an error, because another one that its id is a part of would be shown instead.
function undefinedIfMissing(error: BenchmemError): undefined {
  if ((error.cause as NodeJS.ErrnoException | undefined)?.code !== 'ENOENT') throw error;
}
