// What the children of one measurement found, put together to its result. Pure.

import { defined } from '../../../shapes.js';
import type { ObjectCount } from '../../result/census.js';
import { describeEnvironment } from '../../result/environment.js';
import { type PassFacts, storedFacts } from '../../result/facts.js';
import type { ObjectSitesBlob, ResultParts } from '../../result/fields.js';
import { MemoryResult } from '../../result/memory-result.js';
import { exposingEnvironment } from '../../result/private-allocators.js';
import type { PassKind, Sample } from '../../result/sample.js';
import type { Warning } from '../../result/warning.js';
import { warningsFor } from '../../result/warnings.js';
import type { ChildOutcome } from './run.js';

/** One child, at its end. */
export interface Step {
  readonly kind: PassKind;
  readonly outcome: ChildOutcome;
  readonly flags: readonly string[];
}

/** What the opt-in passes gave. */
export interface Extras {
  readonly flags: Readonly<Record<string, readonly string[]>>;
  readonly warnings: readonly Warning[];
  readonly rss?: readonly number[];
  readonly counted?: ObjectCount;
  readonly sites?: ObjectSitesBlob;
}

interface Found {
  readonly steps: readonly Step[];
  /** What the memory passes sampled, a sample a pass. */
  readonly memory: readonly Sample[];
  readonly extras: Extras;
  readonly argumentBytes: number;
  readonly exposePrivate: boolean | undefined;
}

export function isolatedResult({ steps, memory, extras, argumentBytes, exposePrivate }: Found): MemoryResult {
  const { rss, counted, sites } = extras;
  const samples = memory.map((sample, index) =>
    rss?.length === memory.length ? { ...sample, rss_bytes: rss[index] as number } : sample,
  );
  const last = (steps.at(-1) as Step).outcome.result;
  const { description, versions } = last;
  const { result: peak } = (steps[0] as Step).outcome;
  const facts: PassFacts = {
    ...last.facts,
    ...defined({ near_live: peak.facts.near_live }),
    unread_isolates: Math.max(...steps.map(({ outcome }) => outcome.result.facts.unread_isolates)),
  };
  const flags = { ...Object.fromEntries(steps.map((step) => [step.kind, step.flags])), ...extras.flags };
  const strangeEnds = steps
    .filter(({ outcome }) => outcome.strangeEnd !== undefined)
    .map(({ kind, outcome }) => `${kind} child ended by ${outcome.strangeEnd}`);
  const passes = samples.length;
  const exposed = exposePrivate === true ? exposingEnvironment : undefined;
  return new MemoryResult(samples, {
    environment: describeEnvironment(description, flags, versions, exposed),
    warnings: [
      ...extras.warnings,
      ...warningsFor({ description, passes, facts, argumentBytes, strangeEnds, exposePrivate }),
    ],
    ...storedFacts(facts),
    ...defined({ unaligned: unalignedOf(extras, passes), object_kinds: counted?.kinds, object_sites: sites }),
  });
}

function unalignedOf({ rss, counted }: Extras, passes: number): ResultParts['unaligned'] {
  const series = defined({
    rss_bytes: rss === undefined || rss.length === passes ? undefined : [...rss],
    objects: counted && [counted.objects],
  });
  return Object.keys(series).length === 0 ? undefined : (series as Record<string, number[]>);
}
