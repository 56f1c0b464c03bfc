// What two folders of profiles say about a comparison: below each regression, or below each figure that got worse.
import type { Compared } from '../../compare/compare.js';
import type { GateResult } from '../../compare/gate/verdict.js';
import { type Worse, worseOf } from '../../compare/worse.js';
import type { Terminal } from '../world.js';
import { type Moved, movedBelow, profileMetricOf } from './moved.js';
import type { CompareArgs } from './read.js';
import {
  mostWorse,
  movedDocument,
  movedItems,
  movedLines,
  renderWorse,
  renderWorseMarkdown,
} from './render-moved.js';

type Found = Pick<Worse, 'id' | 'field'>;

export interface Explained {
  /** Lines below that of a regression. */
  lines(found: Found, terminal: Terminal): readonly string[];
  /** Items below that of a regression. */
  items(found: Found): readonly string[];
  /** What got worse; '' if a gate says what a regression is. */
  worse(terminal: Terminal): string;
  worseMarkdown(): string;
  documents(): readonly object[];
}

/** Throws BAD_PROFILE. WHY: the folders are read before anything is printed, because one that is not there is a wrong command line. */
export async function explain(
  compared: Compared,
  gate: GateResult | null,
  { profiles, plan, gate: asked }: CompareArgs & { readonly profiles: NonNullable<CompareArgs['profiles']> },
  cwd: string,
): Promise<Explained> {
  const columns = [...new Set(plan.columns.map(({ metric }) => metric))];
  const explainable = columns.filter((name) => profileMetricOf(name) !== undefined);
  const worse = asked === undefined ? worseOf(compared, explainable) : undefined;
  const regressions = worse?.slice(0, mostWorse) ?? gate?.regressions ?? [];
  const moved = await movedBelow(regressions, compared, profiles, cwd);
  const movedOf = ({ id, field }: Found): Moved | undefined =>
    moved.find((each) => each.id === id && each.field === field);
  return {
    lines: (found, terminal) => movedLines(movedOf(found), terminal),
    items: (found) => movedItems(movedOf(found)),
    worse: (terminal) => (worse === undefined ? '' : renderWorse(worse, movedOf, terminal)),
    worseMarkdown: () => (worse === undefined ? '' : `${renderWorseMarkdown(worse, movedOf)}\n`),
    documents: () => moved.map(movedDocument),
  };
}
