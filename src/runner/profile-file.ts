// Where the profile of a benchmark is kept: in a folder, under a name that no other id has.
import { join } from 'node:path';
import { type NamedCapture, type WrittenProfile, writeCapture } from '../engine/profile/captured.js';
import { profileFileName } from '../profile/file-name.js';

/** Throws CANNOT_WRITE. */
export function writeProfile(folder: string, captured: NamedCapture): Promise<WrittenProfile> {
  return writeCapture(join(folder, profileFileName(captured.id)), captured);
}
