// What keeps the objects of a body that leaks on the JavaScript heap, looked for once its leak has failed.
import type { Keepers } from '../engine/leaks/keepers.js';
import { BenchmemError } from '../errors.js';

export type KeepersSearch = (
  action: () => unknown,
  waits: boolean,
  options: { readonly signal: AbortSignal },
) => Promise<Keepers>;

/** WHY loaded before the verdict: nothing may wait between that and its error. */
export async function keepersSearch(): Promise<KeepersSearch> {
  const { findKeepers, findKeepersNow } = await import('../engine/leaks/keepers.js');
  // WHY at once where it can be: a runner whose time is up meanwhile would say that, and not what leaks.
  // WHY no error of it: that the body leaks is known, and says more.
  return async (action, waits, { signal }) => {
    try {
      return await (waits ? findKeepers(action, { signal }) : findKeepersNow(action));
    } catch (error) {
      if (signal.aborted || !(error instanceof BenchmemError)) throw error;
      return { refusal: error.message };
    }
  };
}
