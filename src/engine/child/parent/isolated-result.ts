// What the children of one measurement found, put together to its result. Pure.

import { defined } from '../../../shapes.js';
import type { ObjectCount } from '../../result/census.js';
import { describeEnvironment } from '../../result/environment.js';
import { MemoryResult } from '../../result/memory-result.js';
import type { ObjectSites } from '../../result/object-sites.js';
import { exposingEnvironment } from '../../result/private-allocators.js';
import type { PassKind, Sample } from '../../result/sample.js';
import { toSharedObjectBytes } from '../../result/shared-object.js';
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
  readonly sites?: ObjectSites;
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
  const last = steps.at(-1) as Step;
  const { description, objects = [], unseen, childProcesses, undrained, versions } = last.outcome.result;
  const nearLive = steps.find(({ kind }) => kind === 'peak')?.outcome.result.nearLive;
  const flags = { ...Object.fromEntries(steps.map((step) => [step.kind, step.flags])), ...extras.flags };
  const strangeEnds = steps
    .filter(({ outcome }) => outcome.strangeEnd !== undefined)
    .map(({ kind, outcome }) => `${kind} child ended by ${outcome.strangeEnd}`);
  const passes = samples.length;
  return new MemoryResult({
    samples,
    environment: {
      ...describeEnvironment(description, flags, versions),
      ...(exposePrivate === true && { privateAllocators: exposingEnvironment }),
    },
    unaligned: {
      ...(rss !== undefined && rss.length !== memory.length && { rss_bytes: rss }),
      ...(counted !== undefined && { objects: [counted.objects] }),
    },
    ...defined({ objectKinds: counted?.kinds, objectSites: sites }),
    warnings: [
      ...extras.warnings,
      ...warningsFor({
        description,
        passes,
        undrained,
        childProcesses,
        argumentBytes,
        strangeEnds,
        unseen,
        exposePrivate,
        unreadIsolates: Math.max(...steps.map(({ outcome }) => outcome.result.unreadIsolates ?? 0)),
      }),
    ],
    bySharedObject: toSharedObjectBytes(objects),
    ...defined({ privateMappings: unseen?.objects, nearLive, childProcesses }),
  });
}
