// The profiles that a dashboard shows: files of the folder that was named, and those that runs kept inside the project.
// SAFETY: a run file may name any file. Only what ends as a profile does, is a regular file, and stands below the project or
// that folder once all links are followed, is on the shelf; an address names a place of the shelf and no file.
import { readdir, realpath, stat } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import type { Board, BoardRun } from '../dashboard/board.js';
import type { ProfileShelf, ShownProfile } from '../dashboard/profiles.js';
import { profilesOf } from '../history/profiler.js';
import { profileEnding, profileFileName } from '../profile/file-name.js';
import { compareCodePoints } from '../runfile/ids.js';
import { readProfileFile, withReason } from './profile-file.js';
import { readProfileFiles } from './profile-folder.js';
import { slugOf } from './saved-runs.js';
import { linksFrom } from './storage.js';

/** PERF: each is looked for once. Older runs' profiles are seldom kept, and seldom looked at. */
const mostRuns = 200;
const mostProfiles = 2000;

export interface ShelfPlace {
  readonly cwd: string;
  /** As the user named it. */
  readonly folder: string | undefined;
}

/** Throws BAD_PROFILE, BAD_RUN_FILE for a folder that cannot be read. */
export async function openShelf(board: Board, { cwd, folder }: ShelfPlace): Promise<ProfileShelf> {
  const root = await realpath(cwd);
  const own =
    folder === undefined ? undefined : await withReason(folder, () => realpath(resolve(cwd, folder)));
  const files = new Map<string, string>();
  const put = (path: string) => {
    const slug = slugOf(relative(root, path));
    files.set(slug, path);
    return slug;
  };
  const inFolder = own === undefined ? new Map<string, string>() : await listed(own, put);
  const isAllowed = (path: string) =>
    [root, ...(own === undefined ? [] : [own])].some((each) => path.startsWith(each + sep));
  const kept = new Map<BoardRun, ReadonlyMap<string, string>>();
  for (const run of board.runs.slice(-mostRuns).reverse()) {
    const found = new Map<string, string>();
    for (const [id, file] of board.profilesOf(run)) {
      if (files.size >= mostProfiles) break;
      const path = await keptFile(resolve(cwd, linksFrom(run.head), file), isAllowed);
      if (path !== undefined) found.set(id, put(path));
    }
    kept.set(run, found);
  }
  const hot = profilesOf(folder === undefined ? [] : await readProfileFiles(folder, cwd));
  return {
    newestOf: (id, measured): ShownProfile | undefined => {
      const run = measured.findLast((each) => kept.get(each)?.has(id));
      const slug = run === undefined ? inFolder.get(profileFileName(id)) : kept.get(run)?.get(id);
      return slug === undefined ? undefined : { slug, ...(run !== undefined && { run }) };
    },
    read: async (slug) => {
      const path = files.get(slug);
      return path === undefined ? undefined : readProfileFile(path, cwd);
    },
    slugs: [...files.keys()].sort(compareCodePoints),
    hotIn: (head) => hot.of(head),
  };
}

/** The profiles of a folder by their file's name. */
async function listed(folder: string, put: (path: string) => string): Promise<Map<string, string>> {
  const entries = await withReason(folder, () => readdir(folder, { withFileTypes: true }));
  const names = entries
    .filter((entry) => entry.isFile() && entry.name.endsWith(profileEnding))
    .map(({ name }) => name);
  return new Map(
    names
      .sort(compareCodePoints)
      .slice(0, mostProfiles)
      .map((name) => [name, put(join(folder, name))]),
  );
}

async function keptFile(path: string, isAllowed: (path: string) => boolean): Promise<string | undefined> {
  if (!path.endsWith(profileEnding)) return undefined;
  const real = await realpath(path).catch(() => undefined);
  if (real === undefined || !real.endsWith(profileEnding) || !isAllowed(real)) return undefined;
  return (await stat(real)).isFile() ? real : undefined;
}
