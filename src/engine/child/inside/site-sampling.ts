// In the child that samples allocation sites: which functions allocate, as V8's sampling heap profiler says.
// Must not be loaded into a child that measures anything else.
import { findSourceMap } from 'node:module';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ObjectSitesBlob } from '../../result/fields.js';
import { foldSites, type SiteRules } from '../../result/object-sites.js';
import { HeapSampler } from './heap-sampler.js';

/** One profiler; made before the module that is measured is loaded. */
export class SiteSampler {
  readonly #sampler: HeapSampler;
  readonly #intervalBytes: number;

  /** Throws if this node has no inspector, or may not use it. */
  constructor(intervalBytes: number) {
    this.#sampler = new HeapSampler(intervalBytes);
    this.#intervalBytes = intervalBytes;
    // WHY: TypeScript was transformed; its functions are named by where they stand in the source.
    process.setSourceMapsEnabled(true);
  }

  start(): void {
    this.#sampler.start();
  }

  /** `caller`: the name of the function that called the action. */
  stop(caller: string): ObjectSitesBlob {
    const head = this.#sampler.stop();
    return { interval_bytes: this.#intervalBytes, ...foldSites(head, { ...rules, caller }) };
  }
}

// WHY: the folder decides, because all code of the package is below dist; this module is three folders below it.
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
