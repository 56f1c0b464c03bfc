// How names of benchmarks are taken apart and grouped: flags that several commands take, and what they mean.
import { type CaseRules, type Role, refuseTwoRoles } from '../history/cases.js';
import { parseGroupTokens } from '../history/group-label.js';
import { postfixWords } from '../runfile/name-parts.js';
import type { FlagTable, Parsed } from './command.js';
import { strings, usage } from './option-values.js';

/** The flags, under a heading. */
export function postfixFlags(group: string) {
  return {
    'original-postfix': {
      repeatable: true,
      group,
      nargs: 1,
      describe: 'Names that end so are originals: orig, or several with commas; may be repeated',
    },
    'reference-postfix': {
      repeatable: true,
      group,
      nargs: 1,
      describe: 'Names that end so are the newer implementation of an original: new; may be repeated',
    },
  } as const satisfies FlagTable;
}

/** The settings of a config that say the same. */
export const caseSettings = [
  'original-postfix',
  'reference-postfix',
  'analyze-group-by',
  'postfixLabels',
] as const;

export type CaseWords = Pick<CaseRules, Role | 'postfixLabels' | 'groupBy'>;

/** Throws USAGE for an empty postfix, one with two roles, and a group that there is none of. */
export function readCaseWords(parsed: Parsed): CaseWords {
  const words = {
    original: postfixes('--original-postfix', parsed['original-postfix']),
    reference: postfixes('--reference-postfix', parsed['reference-postfix']),
  };
  refuseTwoRoles(words);
  const [flag, tokens] =
    parsed['group-by'] === undefined
      ? (['--analyze-group-by', parsed['analyze-group-by']] as const)
      : (['--group-by', parsed['group-by']] as const);
  return {
    ...words,
    postfixLabels: (parsed.postfixLabels ?? {}) as Readonly<Record<string, string>>,
    groupBy: parseGroupTokens(strings(tokens), flag),
  };
}

function postfixes(flag: string, raw: unknown): readonly string[] {
  const given = strings(raw);
  const words = postfixWords(given);
  if (given.length > 0 && words.length === 0) throw usage(`${flag} is empty`, `for example ${flag} orig`);
  return words;
}
