// Below each regression the stacks that moved most, from the profiles of two folders. One that is missing, or cannot be read,
// is said and fails nothing.
import { stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { Compared } from '../../compare/compare.js';
import type { Regression } from '../../compare/document.js';
import type { Entry } from '../../compare/series.js';
import { BenchmemError } from '../../errors.js';
import { joinedAsides, joinProfiles } from '../../profile/diff/join.js';
import { type MovedStack, movedStacks } from '../../profile/diff/movers.js';
import { profileFileName } from '../../profile/file-name.js';
import type { Profile } from '../../profile/model.js';
import type { ProfileMetric } from '../../profile/reports/metrics.js';
import { metricNamed } from '../../stats/metrics.js';
import { readProfileFile, withReason } from '../profile-file.js';

export interface ProfileFolders {
  readonly base: string;
  readonly head: string;
}

/** What two profiles say about one regression. */
export interface Moved {
  readonly id: string;
  readonly field: string;
  /** Absent if no figure of a profile is of that kind. */
  readonly metric?: ProfileMetric;
  /** The largest change first; a part of no stack has its name in place of frames. */
  readonly parts: readonly (MovedStack & { readonly name?: string })[];
  /** Why there are none. */
  readonly missing?: string;
}

const mostParts = 3;

const metricOfField: Readonly<Record<string, ProfileMetric>> = {
  peak_bytes: 'peak',
  native_at_peak_bytes: 'peak',
  js_at_peak_bytes: 'peak',
  native_peak_bytes: 'native',
  total_bytes: 'allocated',
  native_total_bytes: 'allocated',
  allocations: 'allocations',
  retained_bytes: 'leaked',
  js_total_bytes: 'js',
};

/** The figure of a profile that a metric of a run is explained by. */
export function profileMetricOf(name: string): ProfileMetric | undefined {
  return metricOfField[metricNamed(name)?.field ?? ''];
}

/** In the order of the regressions. Throws BAD_PROFILE for a folder that is none. */
export async function movedBelow(
  regressions: readonly Regression[],
  { compared }: Pick<Compared, 'compared'>,
  folders: ProfileFolders,
  cwd: string,
): Promise<Moved[]> {
  for (const folder of [folders.base, folders.head]) {
    const found = await withReason(folder, () => stat(resolve(cwd, folder)));
    if (!found.isDirectory()) {
      throw new BenchmemError(
        'BAD_PROFILE',
        `${folder} is not a folder`,
        'name the folders that run --profile made',
      );
    }
  }
  const gated = compared.filter((each) => each.gated);
  const sides = { base: gated[0]?.entries, head: gated.at(-1)?.entries };
  const known = new Map<string, Promise<Profile | string>>();
  const profileOf = (side: 'base' | 'head', id: string) => {
    const file = join(folders[side], fileNameOf(sides[side]?.get(id), id));
    const read = known.get(file) ?? readOrReason(file, cwd, id, folders[side]);
    known.set(file, read);
    return read;
  };
  const moved: Moved[] = [];
  for (const { id, field } of regressions) {
    const metric = profileMetricOf(field);
    if (metric === undefined) continue;
    const [base, head] = [await profileOf('base', id), await profileOf('head', id)];
    moved.push({ id, field, metric, ...partsOf(base, head, metric) });
  }
  return moved;
}

// The link of a run names the file of the benchmark as it was called then.
function fileNameOf(entry: Entry | undefined, id: string): string {
  const link = entry?.benchmark.extra_info.benchmem?.profile?.file;
  return link === undefined ? profileFileName(id) : basename(link);
}

async function readOrReason(
  file: string,
  cwd: string,
  id: string,
  folder: string,
): Promise<Profile | string> {
  try {
    return await readProfileFile(file, cwd);
  } catch (error) {
    if (!(error instanceof BenchmemError)) throw error;
    const isGone = (error.cause as NodeJS.ErrnoException | undefined)?.code === 'ENOENT';
    return isGone ? `no profile of ${id} in ${folder}` : error.message;
  }
}

function partsOf(
  base: Profile | string,
  head: Profile | string,
  metric: ProfileMetric,
): Pick<Moved, 'parts' | 'missing'> {
  const reasons = [base, head].filter((each) => typeof each === 'string');
  if (typeof base === 'string' || typeof head === 'string') return { parts: [], missing: reasons.join('; ') };
  const join = joinProfiles(base, head);
  try {
    const stacks = movedStacks(join, { metric, most: mostParts });
    const asides = joinedAsides(join, metric).map(({ name, base, head }) => ({
      ...{ name, base, head, change: head - base },
      frames: [],
    }));
    const parts = [...stacks, ...asides].filter(({ change }) => change !== 0);
    if (parts.length === 0) return { parts, missing: 'the two profiles do not differ in it' };
    return { parts: parts.sort((a, b) => Math.abs(b.change) - Math.abs(a.change)).slice(0, mostParts) };
  } catch (error) {
    if (!(error instanceof BenchmemError)) throw error;
    return { parts: [], missing: error.message };
  }
}
