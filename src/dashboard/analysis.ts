// The analysis of two runs as pages ask for it: one metric, with the words of the configuration and of the address. Pure.
import { type Analysis, type AnalysisOptions, analyze } from '../history/analysis.js';
import type { CaseRules } from '../history/cases.js';
import { refuseTwoRoles } from '../history/cases.js';
import { parseGroupTokens } from '../history/group-label.js';
import { defaultNoise } from '../history/noise.js';
import { postfixWords } from '../runfile/name-parts.js';
import type { Rename } from '../runfile/renames.js';
import type { Run } from '../runfile/run.js';
import type { BoardRun } from './board.js';
import type { Filters } from './filters.js';

/** How the configuration names, groups and renames cases. */
export type CaseWords = Pick<CaseRules, 'original' | 'reference' | 'postfixLabels' | 'groupBy'> & {
  readonly renames: readonly Rename[];
};

/** The documents of single runs. */
export type ReadRun = (run: BoardRun) => Promise<Run>;

/** Throws USAGE for a postfix with two roles, a group that there is none of, and runs with nothing in common. */
export function analysisOf(
  [reference, candidate]: readonly [reference: Run, candidate: Run],
  filters: Filters,
  words: CaseWords,
): Analysis {
  return analyze(reference, candidate, optionsOf(filters, words));
}

/** Throws USAGE. */
export function optionsOf(
  { metric, group, original, reference }: Filters,
  words: CaseWords,
): AnalysisOptions {
  const postfixes = {
    original: original === '' ? words.original : postfixWords([original]),
    reference: reference === '' ? words.reference : postfixWords([reference]),
  };
  refuseTwoRoles(postfixes);
  return {
    ...postfixes,
    postfixLabels: words.postfixLabels,
    groupBy: group === '' ? words.groupBy : parseGroupTokens([group], 'group by'),
    excludeParams: [],
    distinctParams: [],
    metrics: [metric],
    named: false,
    where: [],
    renames: words.renames,
    noise: defaultNoise,
    sort: 'change',
  };
}
