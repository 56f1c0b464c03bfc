// Steps that somebody looked at and took as they are: `accepted.json` beside the runs. Pure.
import { BenchmemError } from '../errors.js';
import type { RunHead } from '../runfile/heads.js';
import { compareCodePoints } from '../runfile/ids.js';
import { isRecord } from '../shapes.js';

export interface Accepted {
  readonly id: string;
  readonly metric: string;
  /** Whole, or its first digits. */
  readonly commit: string;
  readonly note: string;
}

/** What the file is called, right below the storage. */
export const acceptedName = 'accepted.json';

/** `path` names the file in errors. Throws BAD_CONFIG. */
export function parseAccepted(text: string, path: string): readonly Accepted[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw bad(`${path}: is not JSON: ${(cause as Error).message}`, cause);
  }
  if (!Array.isArray(value)) throw bad(`${path}: is not a list of accepted steps`);
  return value.map((entry: unknown, index): Accepted => {
    const { id, metric, commit, note = '' } = isRecord(entry) ? entry : {};
    const isWhole = [id, metric, commit].every((each) => typeof each === 'string' && each !== '');
    if (!isWhole || typeof note !== 'string') {
      throw bad(`${path}: entry ${index + 1} is no {id, metric, commit, note} of texts`);
    }
    return { id, metric, commit, note } as Accepted;
  });
}

function bad(message: string, cause?: unknown): BenchmemError {
  return new BenchmemError(
    'BAD_CONFIG',
    message,
    'it is written by benchmem history --accept ID@COMMIT --note TEXT; repair it, or remove it',
    { cause },
  );
}

/** One entry a line, so that two people's entries meet in git without a conflict where they can. */
export function acceptedText(accepted: readonly Accepted[]): string {
  const sorted = [...accepted].sort(
    (one, other) =>
      compareCodePoints(one.id, other.id) ||
      compareCodePoints(one.metric, other.metric) ||
      compareCodePoints(one.commit, other.commit),
  );
  return sorted.length === 0
    ? '[]\n'
    : `[\n${sorted.map((each) => `  ${JSON.stringify(each)}`).join(',\n')}\n]\n`;
}

/** The entries, with others in the place of those for the same step. */
export function withAccepted(before: readonly Accepted[], added: readonly Accepted[]): readonly Accepted[] {
  const isReplaced = (each: Accepted) =>
    added.some((one) => one.id === each.id && one.metric === each.metric && one.commit === each.commit);
  return [...before.filter((each) => !isReplaced(each)), ...added];
}

/** What was said of a step at a run; undefined for one that nobody accepted. */
export function noteOf(
  accepted: readonly Accepted[],
  step: { readonly id: string; readonly metric: string },
  { commit }: Pick<RunHead, 'commit'>,
): string | undefined {
  return accepted.find(
    (each) => each.id === step.id && each.metric === step.metric && isCommit(commit, each.commit),
  )?.note;
}

const fewestDigits = 7;

/** True if the word is the commit, or at least seven of its first digits. */
export function isCommit(commit: string | undefined, word: string): boolean {
  if (commit === undefined) return false;
  return commit === word || (word.length >= fewestDigits && commit.startsWith(word.toLowerCase()));
}
