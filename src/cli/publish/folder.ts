// The folder that pages are written to. SAFETY: nothing is written to, or removed from, a folder that holds what this command
// did not write; a list in the folder says what it wrote, and only names that it can have written are believed.
import { lstat, readdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BenchmemError, cannotWrite } from '../../errors.js';
import { openWholeFile } from '../../files/whole-file.js';
import { usage } from '../option-values.js';

const marker = '.benchmem-site';
const header = 'benchmem publish wrote these files, and removes them when it writes others:';
const ownName =
  /^(?:[a-z]+|[bmpr]\/[0-9a-f]{16})(?:-[a-z_]+)?(?:-[0-9a-f]{16})?\.html$|^static\/[a-z]+-[0-9a-f]{16}\.(?:js|css)$/;
const ownFolders = ['b', 'm', 'p', 'r', 'static'];

export interface SiteFolder {
  /** Throws CANNOT_WRITE. */
  write(name: string, text: string): Promise<void>;
  /** Removes what an earlier call wrote and this one did not. */
  finish(): Promise<void>;
}

/** `path` is absolute, `name` what errors call it. Throws USAGE for a folder of others; CANNOT_WRITE. */
export async function openSiteFolder(path: string, name: string): Promise<SiteFolder> {
  const before = await writtenBefore(path, name);
  for (const folder of ownFolders) await refuseLink(join(path, folder), `${name}/${folder}`);
  const list = await openWholeFile(join(path, marker), `${name}/${marker}`);
  const written = new Set<string>();
  const save = (names: Iterable<string>) =>
    list.write(`${[header, ...[...new Set(names)].sort()].join('\n')}\n`);
  // WHY: this is saved first, because a call that is interrupted then leaves a folder that the next one may write to.
  await save(before);
  return {
    write: async (file, text) => {
      written.add(file);
      const target = await openWholeFile(join(path, file), `${name}/${file}`);
      await target.write(text);
    },
    finish: async () => {
      for (const file of before) if (!written.has(file)) await rm(join(path, file), { force: true });
      await save(written);
    },
  };
}

/** What an earlier call wrote; none for a folder that is new or empty. */
async function writtenBefore(path: string, name: string): Promise<readonly string[]> {
  const entries = await readdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw cannotWrite(name, error);
  });
  if (entries.length === 0) return [];
  const text = await readFile(join(path, marker), 'utf8').catch(() => undefined);
  const [first, ...names] = (text ?? '').trimEnd().split('\n');
  if (first !== header) {
    throw usage(
      `${name} holds files that benchmem publish did not write, such as ${entries[0]}`,
      'name a new folder, or an empty one',
    );
  }
  return names.filter((file) => ownName.test(file));
}

async function refuseLink(path: string, name: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined || found.isDirectory()) return;
  throw new BenchmemError(
    'CANNOT_WRITE',
    `cannot write below ${name}: it is not a folder`,
    `remove ${dirname(name)}, or name another folder`,
  );
}
