// The typed plan that the flags of `benchmem prune` mean, over the storage of a config. Reads no run.
import { whole } from '../../engine/shared-options.js';
import type { PruneRules } from '../../history/prune.js';
import { defaultStorage } from '../../runfile/storage.js';
import type { CommandLine, Parsed } from '../command.js';
import { flag, nonEmpty, strings, usage, wholeNumber } from '../option-values.js';
import { readOver } from '../over-config.js';
import type { World } from '../world.js';

export interface PruneArgs {
  readonly storage: string;
  readonly rules: PruneRules;
  /** How many rounds of a benchmark stay; undefined: all. */
  readonly rounds: number | undefined;
  /** False: only say what would be done. */
  readonly isMeant: boolean;
  readonly color: boolean | undefined;
}

/** Throws USAGE, BAD_CONFIG. */
export async function read({ parsed }: CommandLine, { cwd }: World): Promise<PruneArgs> {
  return readOver(parsed, cwd, ['storage'], readPruneArgs);
}

/** Throws USAGE. */
export function readPruneArgs(parsed: Parsed): PruneArgs {
  const [, operand] = strings(parsed._);
  if (operand !== undefined) {
    throw usage(`prune takes no operand, such as ${operand}`, 'name the folder with --storage');
  }
  return {
    storage: nonEmpty('--storage', parsed.storage, 'name a folder') ?? defaultStorage,
    rules: {
      keep: wholeNumber('--keep', parsed.keep, whole(1)) ?? 200,
      keepPerBranch: wholeNumber('--keep-per-branch', parsed['keep-per-branch'], whole(1)) ?? 20,
      olderThanMs: age(parsed['older-than']),
    },
    rounds: wholeNumber('--drop-rounds', parsed['drop-rounds'], whole(1)),
    isMeant: flag(parsed.yes),
    color: parsed.color as boolean | undefined,
  };
}

const hoursPerUnit = new Map([
  ['h', 1],
  ['d', 24],
  ['w', 168],
]);

function age(raw: unknown): number | undefined {
  if (raw === undefined) return undefined;
  const [, digits, unit = ''] = /^(\d{1,6})([hdw])$/.exec(String(raw)) ?? [];
  const hours = hoursPerUnit.get(unit);
  if (digits !== undefined && hours !== undefined) return Number(digits) * hours * 3_600_000;
  throw usage(
    `--older-than must be hours, days or weeks, not ${JSON.stringify(raw)}`,
    'for example --older-than 90d',
  );
}
