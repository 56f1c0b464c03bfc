// One profile that a user named, or that stands in a folder which they named: read whole, within the limits. Opens no other file.
import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { BenchmemError } from '../errors.js';
import type { Profile } from '../profile/model.js';
import { readProfile } from '../profile/pprof/decode.js';
import { profileLimits } from '../profile/pprof/size-limits.js';

/** Throws BAD_PROFILE, with the file as it was named. */
export async function readProfileFile(file: string, cwd: string): Promise<Profile> {
  const bytes = await withReason(file, async () => {
    const absolute = resolve(cwd, file);
    const stats = await stat(absolute);
    if (!stats.isFile()) throw new Error('it is not a regular file');
    if (stats.size > profileLimits.inflatedBytes)
      throw new Error(`it is larger than ${profileLimits.inflatedBytes >> 20} MiB`);
    return readFile(absolute);
  });
  return readProfile(bytes, file);
}

/** Throws BAD_PROFILE if the step fails: which file or folder, and why. */
export async function withReason<T>(name: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (cause) {
    const { code, message: reason } = cause as NodeJS.ErrnoException;
    const message = `cannot read ${name}: ${code === 'ENOENT' ? 'there is no such file or folder' : reason}`;
    throw new BenchmemError('BAD_PROFILE', message, 'name a folder of profiles, or one of them', { cause });
  }
}
