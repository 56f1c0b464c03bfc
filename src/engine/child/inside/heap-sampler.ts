// V8's sampling heap profiler around some calls on this thread, through node's inspector.
// Must not be loaded into a process that still measures anything else.
import type { Session } from 'node:inspector';
import { createRequire } from 'node:module';
import type { ProfileNode } from '../../result/object-sites.js';

/** One profiler; made before what is sampled, because making it allocates. */
export class HeapSampler {
  readonly #session: Session;
  readonly #intervalBytes: number;

  /** Throws if this node has no inspector, or may not use it. */
  constructor(intervalBytes: number) {
    const { Session } = createRequire(import.meta.url)('node:inspector') as typeof import('node:inspector');
    this.#session = new Session();
    this.#session.connect();
    this.#intervalBytes = intervalBytes;
  }

  /** Throws if somebody else samples in this process. */
  start(): void {
    this.#post('HeapProfiler.startSampling', {
      samplingInterval: this.#intervalBytes,
      includeObjectsCollectedByMajorGC: true,
      includeObjectsCollectedByMinorGC: true,
    });
  }

  /** Everything that was allocated since the start, garbage included. */
  stop(): ProfileNode {
    const { profile } = this.#post('HeapProfiler.stopSampling') as { profile: { head: ProfileNode } };
    return profile.head;
  }

  end(): void {
    this.#session.disconnect();
  }

  // An inspector in the same process answers before it returns.
  #post(method: string, parameters: object = {}): unknown {
    let answer: unknown;
    let failure: Error | null = null;
    this.#session.post(method, parameters, (error, result) => {
      failure = error;
      answer = result;
    });
    if (failure !== null) throw failure as Error;
    return answer;
  }
}
