// What the children of one measurement found, put together to its result. Pure.

import { defined, notEmpty } from '../../../shapes.js';
import type { ObjectCount } from '../../result/census.js';
import { describeEnvironment } from '../../result/environment.js';
import { joinFacts, type PassFacts, storedFacts } from '../../result/facts.js';
import type { ObjectSitesBlob, RetainersBlob } from '../../result/fields.js';
import { MemoryResult } from '../../result/memory-result.js';
import { exposingEnvironment } from '../../result/private-allocators.js';
import { settleRetained } from '../../result/retained.js';
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
  readonly retainers?: RetainersBlob;
}

interface Found {
  readonly steps: readonly Step[];
  /** What the memory passes sampled, a sample a pass. */
  readonly memory: readonly Sample[];
  readonly extras: Extras;
  readonly argumentBytes: number;
  readonly exposePrivate: boolean | undefined;
  readonly cold: boolean;
  readonly quick: boolean;
}

export function isolatedResult({
  steps,
  memory,
  extras,
  argumentBytes,
  exposePrivate,
  cold,
  quick,
}: Found): MemoryResult {
  const { rss, counted, sites } = extras;
  const { description, versions, retained: series } = (steps.at(-1) as Step).outcome.result;
  const facts = factsOf(steps);
  const settled = settleRetained({ samples: memory, retained: series, yields: facts.yields, cold });
  const samples = settled.samples.map((sample, index) =>
    rss?.length === memory.length ? { ...sample, rss_bytes: rss[index] as number } : sample,
  );
  const flags = { ...Object.fromEntries(steps.map((step) => [step.kind, step.flags])), ...extras.flags };
  const exposed = exposePrivate === true ? exposingEnvironment : undefined;
  const told = { facts, argumentBytes, exposePrivate, retained: settled.headline };
  const passes = series?.length ?? samples.length;
  return new MemoryResult(samples, {
    environment: {
      ...describeEnvironment(description, flags, versions, exposed),
      ...(quick && { quick }),
    },
    warnings: [
      ...extras.warnings,
      ...warningsFor({ ...told, description, passes, strangeEnds: strangeEndsOf(steps) }),
    ],
    ...storedFacts(facts),
    ...defined({
      unaligned: notEmpty({ ...settled.unaligned, ...unalignedOf(extras, samples.length) }),
      object_kinds: counted?.kinds,
      object_sites: sites,
      retainers: extras.retainers,
      resolution: settled.resolution,
      cold: cold ? true : undefined,
    }),
  });
}

// Those of the children that count; how garbage was kept small is of the peak child with the lowest peak.
function factsOf(steps: readonly Step[]): PassFacts {
  const last = (steps.at(-1) as Step).kind;
  const counting = steps.filter(({ kind }) => kind === last).map(({ outcome }) => outcome.result.facts);
  const peaks = steps.filter(({ kind }) => kind === 'peak').map(({ outcome }) => outcome.result);
  const lowest = Math.min(
    ...peaks.flatMap(({ samples }) => samples.map(({ peak_bytes: peak }) => peak ?? 0)),
  );
  const lead = peaks.find(({ samples }) => samples.some(({ peak_bytes: peak }) => peak === lowest));
  return {
    ...counting.reduce(joinFacts),
    ...defined({ near_live: lead?.facts.near_live }),
    yields: steps.some(({ outcome }) => outcome.result.facts.yields),
    unread_isolates: Math.max(...steps.map(({ outcome }) => outcome.result.facts.unread_isolates)),
  };
}

function strangeEndsOf(steps: readonly Step[]): string[] {
  return steps
    .filter(({ outcome }) => outcome.strangeEnd !== undefined)
    .map(({ kind, outcome }) => `${kind} child ended by ${outcome.strangeEnd}`);
}

function unalignedOf({ rss, counted }: Extras, passes: number): Record<string, number[]> {
  return defined({
    rss_bytes: rss === undefined || rss.length === passes ? undefined : [...rss],
    objects: counted && [counted.objects],
  }) as Record<string, number[]>;
}
