// A body with limits, as one function that a runner takes for the body. Limits of memory and of leaks on one body join.
import type { KeptObjects } from '../engine/leaks/leak-objects.js';
import type { ThreadFilter } from '../native/contract.js';
import type { TopAllocation } from '../profile/reports/top-stacks.js';
import { type Body, passFor } from './body.js';
import type { CallerFrames } from './caller-frames.js';
import type { ParsedLimits } from './limits.js';
import { runLimited } from './run-limited.js';

/** Limits of the memory that one call takes. */
export interface MemoryPart {
  readonly limits: ParsedLimits;
  readonly threads: ThreadFilter;
  /** Keeps the stacks of native allocations. */
  readonly profiled: boolean;
  /** Where the limit was written. */
  readonly madeAt: CallerFrames;
}

/** Limits of what repeated calls leak. */
export interface LeakPart {
  readonly limits: ParsedLimits;
  readonly threads: ThreadFilter;
  readonly calls?: number;
  readonly maxTimeMs?: number;
  readonly filter?: (site: TopAllocation) => boolean;
  readonly filterObjects?: (objects: KeptObjects) => boolean;
  readonly madeAt: CallerFrames;
}

export interface LimitedBody {
  readonly body: Body;
  /** The last argument of the body is a callback. */
  readonly takesDone: boolean;
  readonly memory: readonly MemoryPart[];
  readonly leaks: readonly LeakPart[];
}

// WHY: this is a symbol of all realms, because the other module system's twin wraps what this one wrapped.
const key = Symbol.for('benchmem.limited');

/** The limits that a function was wrapped in; undefined for one without. */
export function limitedBody(body: unknown): LimitedBody | undefined {
  return typeof body === 'function' ? (body as { [key]?: LimitedBody })[key] : undefined;
}

/** The body with further limits: those that it has already hold as well. */
export function limitBody<B extends Body>(
  body: B,
  takesDone: boolean,
  added: Partial<Pick<LimitedBody, 'memory' | 'leaks'>>,
): B {
  const known = limitedBody(body) ?? { body, takesDone, memory: [], leaks: [] };
  const limited: LimitedBody = {
    body: known.body,
    takesDone: known.takesDone || takesDone,
    memory: [...known.memory, ...(added.memory ?? [])],
    leaks: [...known.leaks, ...(added.leaks ?? [])],
  };
  const wrapper = function (this: unknown, ...args: unknown[]) {
    return runLimited(limited, { self: this, args });
  };
  Object.defineProperty(wrapper, key, { value: limited });
  return passFor(body, wrapper) as B;
}
