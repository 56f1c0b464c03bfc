// In the child that samples allocation sites: V8's sampling heap profiler around the calls, through node's inspector.
// Must not be loaded into a child that measures anything else.
import type { Session } from 'node:inspector';
import { createRequire, findSourceMap } from 'node:module';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ObjectSitesBlob } from '../../result/fields.js';
import { foldSites, type ProfileNode, type SiteRules } from '../../result/object-sites.js';

/** One profiler; made before the module that is measured is loaded. */
export class SiteSampler {
  readonly #session: Session;
  readonly #intervalBytes: number;

  /** Throws where this node has no inspector, or may not use it. */
  constructor(intervalBytes: number) {
    const { Session } = createRequire(import.meta.url)('node:inspector') as typeof import('node:inspector');
    this.#session = new Session();
    this.#session.connect();
    this.#intervalBytes = intervalBytes;
    // WHY: TypeScript was transformed; its functions are named by where they stand in the source.
    process.setSourceMapsEnabled(true);
  }

  start(): void {
    this.#post('HeapProfiler.startSampling', {
      samplingInterval: this.#intervalBytes,
      includeObjectsCollectedByMajorGC: true,
      includeObjectsCollectedByMinorGC: true,
    });
  }

  /** `caller`: the name of the function that called the action. */
  stop(caller: string): ObjectSitesBlob {
    const { profile } = this.#post('HeapProfiler.stopSampling') as { profile: { head: ProfileNode } };
    return { interval_bytes: this.#intervalBytes, ...foldSites(profile.head, { ...rules, caller }) };
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

// WHY by folder: all code of the package is below dist, this module three folders below it.
const own = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');

const rules: Omit<SiteRules, 'caller'> = {
  isOwn: (url) => pathOf(url).startsWith(`${own}/`),
  locate({ url, lineNumber, columnNumber }) {
    const entry = findSourceMap(url)?.findEntry(lineNumber, columnNumber);
    if (entry !== undefined && 'originalSource' in entry) {
      return { file: pathOf(entry.originalSource), line: entry.originalLine + 1 };
    }
    return { file: pathOf(url), line: Math.max(0, lineNumber + 1) };
  },
};

// A script may be called anything: what is no URL of a file stays as it is.
function pathOf(url: string): string {
  try {
    return url.startsWith('file:') ? fileURLToPath(url) : url;
  } catch {
    return url;
  }
}
