// Which profiles stay once all processes have ended: those of tests that passed a limit, and of those that peaked highest.
import { rmSync } from 'node:fs';
import { relative } from 'node:path';
import { firstOf, isOverLimit, ranked } from '../../test-report/ranking.js';
import type { TestRecord } from '../../testing/record.js';
import type { ProfileSettings } from '../../testing/settings.js';
import type { SpoolContents } from '../../testing/spool.js';

/** Removes the files of the others; what stays is named from the folder in which the run was started. */
export function keepProfiles(
  contents: SpoolContents,
  settings: ProfileSettings | undefined,
  cwd: string,
): SpoolContents {
  if (settings === undefined) return contents;
  const highest = new Set(firstOf(ranked(contents.records, 'peak'), settings.most));
  const records = contents.records.map((record): TestRecord => {
    const { profile, ...rest } = record.test;
    if (profile === undefined) return record;
    const isKept = isOverLimit(record) || highest.has(record);
    if (!isKept) rmSync(profile.file, { force: true });
    const kept = { ...rest, profile: { ...profile, file: relative(cwd, profile.file) } };
    return { ...record, test: isKept ? kept : rest };
  });
  const { open, workers, unreadable } = contents;
  return { records, open, workers, unreadable };
}
