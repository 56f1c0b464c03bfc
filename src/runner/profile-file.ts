// Where the profile of a benchmark is kept: in a folder, under a name that no other id has.
import { join } from 'node:path';
import { type NamedCapture, type WrittenProfile, writeCapture } from '../engine/profile/captured.js';
import { openWholeFile } from '../files/whole-file.js';
import { profileFileName } from '../profile/file-name.js';

/** Makes the folder, and finds out whether profiles can be written there. Throws CANNOT_WRITE, with `name` for the folder. */
export async function prepareProfiles(folder: string, name: string): Promise<void> {
  await openWholeFile(join(folder, profileFileName('')), name);
}

/** Throws CANNOT_WRITE. */
export function writeProfile(folder: string, captured: NamedCapture): Promise<WrittenProfile> {
  return writeCapture(join(folder, profileFileName(captured.id)), captured);
}
