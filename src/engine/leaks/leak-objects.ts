// Which objects of a body that leaks count: groups by what keeps them, less those that a filter leaves out. Pure.
import { pathText } from '../../retainers/words.js';
import type { RetainersBlob, RetainingStepBlob } from '../result/fields.js';
import type { Keepers } from './keepers.js';
import type { LeakReport } from './leak-report.js';
import { leastJsBytes } from './leak-rule.js';

/** Objects that each call leaves behind, and that hang in one way on something older. */
export interface KeptObjects {
  /** A class, `string`, `Function`, … */
  readonly kind: string;
  /** Per call. */
  readonly count: number;
  /** Per call, on the JavaScript heap: the objects with all that only they hold. */
  readonly bytes: number;
  /** Per call: native memory that they hold, of Buffers say. It is among the leak's native bytes. */
  readonly nativeBytes: number;
  /** What keeps them: `module cache.js var sessions -> Map[] -> Session`. */
  readonly keptBy: string;
  /** The same in steps, from a module or a root of the heap: `file` is that of a module or a function. */
  readonly path: readonly RetainingStepBlob[];
}

/** Groups that explain less of a leak than this share say nothing of the rest of it. */
const leastExplained = 0.2;

/**
 * The report without the bytes of the objects that the filter leaves out. What no group holds, such as tables that grew,
 * counts in proportion.
 */
export function withoutObjects(
  report: LeakReport,
  found: Pick<RetainersBlob, 'groups' | 'further' | 'calls'>,
  filter: (objects: KeptObjects) => boolean,
): LeakReport {
  const all = found.groups.map((group) => toObjects(group, found.calls));
  const objects = all.filter((each) => filter(each));
  const { jsBytes = 0, nativeBytes } = report;
  const left = sumOf(all) - sumOf(objects);
  const explained = sumOf(all) + found.further.bytes / found.calls;
  const rest =
    explained >= leastExplained * jsBytes ? jsBytes * (1 - left / explained) : Math.max(0, jsBytes - left);
  const counted = rest >= leastJsBytes ? rest : 0;
  const perCallBytes = nativeBytes + counted;
  return { ...report, jsBytes: counted, perCallBytes, isLeak: perCallBytes > 0, objects };
}

/** What a message says of objects that a filter has seen. */
export function keepersOf(objects: readonly KeptObjects[]): Keepers {
  const groups = objects.map(({ kind, count, bytes, nativeBytes, path }) => ({
    kind,
    objects: count,
    bytes: bytes + nativeBytes,
    native_bytes: nativeBytes,
    path,
    holds: [],
  }));
  return { found: { calls: 1, groups } };
}

function toObjects(group: RetainersBlob['groups'][number], calls: number): KeptObjects {
  const { kind, objects, bytes, native_bytes: native, path } = group;
  return {
    kind,
    count: objects / calls,
    bytes: (bytes - native) / calls,
    nativeBytes: native / calls,
    keptBy: pathText(path),
    path,
  };
}

function sumOf(objects: readonly KeptObjects[]): number {
  return objects.reduce((sum, { bytes }) => sum + bytes, 0);
}
