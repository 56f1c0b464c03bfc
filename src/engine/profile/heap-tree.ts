// V8's tree of sampled allocations to the part of it that is the program's, as it crosses from a child: what the caller of
// the action called, and what the event loop called for it later. Pure.
import type { HeapSamples, SampledFunction } from '../../profile/heap-samples.js';
import type { ProfileNode } from '../result/object-sites.js';

export interface HeapRules {
  /** Whether this is a file of the measuring code. */
  readonly isOwn: (url: string) => boolean;
  /** The function of the measuring code that calls the action. */
  readonly caller: string;
}

/** As many frames V8's inspector keeps of a stack: the innermost ones. */
const mostFrames = 128;

/** Whose code called: nobody's so far (the event loop, or frames that were cut), the measuring code, the program. */
type Above = 'nobody' | 'ours' | 'program';

interface Branch {
  readonly node: ProfileNode;
  readonly above: Above;
  /** In the answer; -1 for an outermost one. */
  readonly parent: number;
  readonly depth: number;
}

export function heapSamplesOf(head: ProfileNode, { isOwn, caller }: HeapRules): HeapSamples {
  const found = new GrowingSamples();
  const pending: Branch[] = head.children.map((node) => ({ node, above: 'nobody', parent: -1, depth: 1 }));
  // WHY: there is no recursion, because the tree is as deep as the program's stack was.
  for (let branch = pending.pop(); branch !== undefined; branch = pending.pop()) {
    const { node, above, parent, depth } = branch;
    const { url, functionName } = node.callFrame;
    const isOurs = isOwn(url);
    const isCaller = isOurs && functionName === caller;
    const next: Above =
      isCaller || above === 'program' ? 'program' : isOurs || above === 'ours' ? 'ours' : above;
    let at = -1;
    if (!isCaller && next !== 'ours') {
      at = found.add(node, parent, isOurs ? 0 : node.selfSize);
      if (above === 'nobody' && depth === mostFrames) found.cut.push(at);
    }
    for (const child of node.children)
      pending.push({ node: child, above: next, parent: at, depth: depth + 1 });
  }
  const { functions, parents, functionOf, bytes, cut } = found;
  return { functions, parents, functionOf, bytes, cut };
}

class GrowingSamples {
  readonly functions: SampledFunction[] = [];
  readonly parents: number[] = [];
  readonly functionOf: number[] = [];
  readonly bytes: number[] = [];
  readonly cut: number[] = [];
  readonly #indexes = new Map<string, number>();

  add({ callFrame }: ProfileNode, parent: number, bytes: number): number {
    const { functionName: name, url, scriptId, lineNumber, columnNumber } = callFrame;
    const key = JSON.stringify([name, url, scriptId, lineNumber, columnNumber]);
    let index = this.#indexes.get(key);
    if (index === undefined) {
      index = this.functions.length;
      this.#indexes.set(key, index);
      const place = { line: lineNumber + 1, column: columnNumber + 1 };
      this.functions.push({ name, url, scriptId: Number(scriptId), ...place });
    }
    this.functionOf.push(index);
    this.bytes.push(bytes);
    return this.parents.push(parent) - 1;
  }
}
