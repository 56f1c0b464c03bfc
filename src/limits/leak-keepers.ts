// What keeps the objects of a body that leaks on the JavaScript heap, looked for once its leak has failed.
import type { Keepers } from '../engine/leaks/keepers.js';
import { keepersOf } from '../engine/leaks/leak-objects.js';
import type { LeakReport } from '../engine/leaks/leak-report.js';
import { BenchmemError } from '../errors.js';

export type KeepersSearch = (
  action: () => unknown,
  waits: boolean,
  options: { readonly signal: AbortSignal },
) => Promise<Keepers>;

/** WHY: it is loaded before the verdict, because nothing may wait between that and its error. */
export async function keepersSearch(): Promise<KeepersSearch> {
  const { findKeepers, findKeepersNow } = await import('../engine/leaks/keepers.js');
  // WHY: the search is synchronous if it can be, because a runner whose time is up meanwhile would say that, and not what leaks.
  // WHY: a failure of the search is no error, because that the body leaks is known, and says more.
  return async (action, waits, { signal }) => {
    try {
      return await (waits ? findKeepers(action, { signal }) : findKeepersNow(action));
    } catch (error) {
      if (signal.aborted || !(error instanceof BenchmemError)) throw error;
      return { refusal: error.message };
    }
  };
}

/** Those that a filter of the check saw already, or what the search finds. */
export function keepersFor(
  { objects }: LeakReport,
  search: () => Promise<Keepers>,
): Keepers | Promise<Keepers> {
  return objects === undefined ? search() : keepersOf(objects);
}
