// The flags of commands that show saved runs as pages, and what they mean.
import type { CaseWords } from '../dashboard/analysis.js';
import { defaultStorage } from '../runfile/storage.js';
import { caseSettings, readCaseWords } from './case-words.js';
import type { FlagTable, Parsed } from './command.js';
import { nonEmpty, renamesOf, strings, usage } from './option-values.js';

/** The flags, under a heading. */
export function boardFlags(group: string) {
  return {
    reference: {
      group,
      nargs: 1,
      describe: 'What runs are compared with: an id, a tag, 0003, a name, a commit (default: the run before)',
    },
    'profiler-folder': {
      group,
      nargs: 1,
      describe: 'Folder of profiles: their flame graphs, and the function that a row spends most in',
    },
  } as const satisfies FlagTable;
}

/** The settings of a config that hold for such pages. */
export const boardSettings = [...caseSettings, 'renames', 'storage'] as const;

export interface BoardArgs {
  readonly storage: string;
  readonly reference: string | undefined;
  readonly profilerFolder: string | undefined;
  /** How the configuration names, groups and renames cases. */
  readonly words: CaseWords;
}

/** Throws USAGE. */
export function readBoardArgs(command: string, parsed: Parsed): BoardArgs {
  const [, ...operands] = strings(parsed._);
  const [storage, another] = operands;
  if (another !== undefined || storage === '') {
    throw usage(
      `${command} takes one STORAGE, not ${operands.map((text) => JSON.stringify(text)).join(' and ')}`,
      'name one folder of run files',
    );
  }
  return {
    storage: storage ?? nonEmpty('storage', parsed.storage, 'name a folder') ?? defaultStorage,
    reference: nonEmpty('--reference', parsed.reference, 'name a run'),
    profilerFolder: nonEmpty('--profiler-folder', parsed['profiler-folder'], 'name a folder'),
    words: { ...readCaseWords(parsed), renames: renamesOf(undefined, parsed.renames) },
  };
}
