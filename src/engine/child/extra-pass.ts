// The opt-in passes, each in children of its own kind without preload: resident memory, object counts and their sites.
// What they answer, and what the parent makes of it. Pure, but for the running of children, which is passed in.
import { BenchmemError } from '../../errors.js';
import type { Loadable } from '../modules/module-action.js';
import type { ObjectSites } from '../result/object-sites.js';
import type { ExtraKind } from '../result/sample.js';
import type { Warning } from '../result/warning.js';

/** Parent to child. */
export interface ExtraPlan {
  readonly benchmem: 'plan';
  readonly kind: ExtraKind;
  readonly action: Loadable;
  readonly setup?: Loadable;
  readonly resolver?: string;
  readonly warmup: number;
  readonly calls: number;
  /** Of the sampling of sites, in bytes. */
  readonly intervalBytes?: number;
}

/** Child to parent. */
export interface ExtraResult {
  readonly benchmem: 'result';
  /** The process's resident high-water mark over the call, in bytes; absent where the system hides it. */
  readonly rssBytes?: number;
  /** Why it is hidden. */
  readonly refusal?: string;
  /** Collections from the one that opens the counting to the one that ends it, and whether all of them were full. */
  readonly collections?: number;
  readonly onlyFull?: boolean;
  /** Absent where this node has no inspector: `refusal` says why. */
  readonly sites?: ObjectSites;
}

/** Says why there is no figure. */
export function hiddenRss(refusal: string): Warning {
  return {
    code: 'RSS_HIDDEN',
    subject: 'rss',
    message: `the resident high-water mark cannot be read here: ${refusal}`,
    hint: 'it needs a /proc whose clear_refs the process may write: not every container has one',
  };
}

export function hiddenSites(refusal: string): Warning {
  return {
    code: 'SITES_HIDDEN',
    subject: 'objects',
    message: `the functions that allocate cannot be told here: ${refusal}`,
    hint: 'it needs a Node.js with its inspector, and the permission to use it',
  };
}

/** The census was cut or mixed up, or did not hold what was announced. */
export function uncounted(): BenchmemError {
  return new BenchmemError(
    'NOT_AVAILABLE',
    'the objects could not be counted: the census of the heap is incomplete',
    'it shares standard output with what native code or fs.writeSync(1) writes, and with workers that collect at the same ' +
      'moment: measure without them, on a Node.js from 20 to 26',
  );
}
