// Warnings of a comparison, as values; renderers print them.
import type { UnmatchedRename } from '../runfile/renames.js';
import { defined } from '../shapes.js';

export interface ComparisonWarning {
  readonly code: string;
  /** What it is about: an id, a run, a flag. */
  readonly subject: string;
  readonly message: string;
  readonly hint: string;
  /** The ids and files that the message names: no line of it ends inside one. In no document. */
  readonly names?: readonly string[];
}

export function warning(
  code: string,
  subject: string,
  message: string,
  hint: string,
  names?: readonly string[],
): ComparisonWarning {
  return defined({ code, subject, message, hint, names });
}

/** What was to be renamed and is nowhere. */
export function renameWarnings(unmatched: readonly UnmatchedRename[]): ComparisonWarning[] {
  return unmatched.map(({ from, meant }) =>
    warning(
      'RENAME_UNMATCHED',
      from,
      'no earlier run has it, so nothing is renamed',
      meant === undefined
        ? 'name an id of an earlier run, or a prefix of ids that ends in ::'
        : `did you mean ${meant}?`,
    ),
  );
}
