// The functions that allocate, from V8's sampling heap profile: which frames are the action's, and their bytes. Pure.
// Counts no objects: one sample may stand for several that V8 allocates at once.
import type { ObjectSite, ObjectSitesBlob } from './fields.js';

/** A node of V8's profile (`HeapProfiler.SamplingHeapProfileNode`). */
export interface ProfileNode {
  readonly callFrame: {
    readonly functionName: string;
    readonly url: string;
    /** A number as text; of V8's own `0`. */
    readonly scriptId: string;
    /** From 0; -1 where there is none. */
    readonly lineNumber: number;
    readonly columnNumber: number;
  };
  readonly selfSize: number;
  readonly children: readonly ProfileNode[];
}

export interface SiteRules {
  /** Whether this is a file of the measuring code. */
  readonly isOwn: (url: string) => boolean;
  /** The function of the measuring code that calls the action. */
  readonly caller: string;
  /** Where a function of the program begins in what its author wrote. */
  readonly locate: (frame: ProfileNode['callFrame']) => Pick<ObjectSite, 'file' | 'line'>;
}

const listed = 10;

/** The sites of what `rules.caller` called, and of what the event loop called for it later. */
export function foldSites(head: ProfileNode, rules: SiteRules): Omit<ObjectSitesBlob, 'interval_bytes'> {
  const sums = new Map<string, ObjectSite>();
  const pending: Branch[] = head.children.map((node) => ({ node, counts: true, above: undefined }));
  // WHY: there is no recursion, because the tree is as deep as the program's stack was.
  for (let branch = pending.pop(); branch !== undefined; branch = pending.pop()) {
    const { node } = branch;
    const { counts, site } = judge(branch, rules);
    if (counts && site !== undefined && node.selfSize > 0 && !rules.isOwn(node.callFrame.url)) {
      const key = JSON.stringify([site.function, site.file, site.line]);
      sums.set(key, { ...site, bytes: (sums.get(key)?.bytes ?? 0) + node.selfSize });
    }
    for (const child of node.children) pending.push({ node: child, counts, above: site });
  }
  const sites = [...sums.values()].sort((a, b) => b.bytes - a.bytes || compareText(place(a), place(b)));
  return {
    total_bytes: sites.reduce((sum, { bytes }) => sum + bytes, 0),
    sites: sites.slice(0, listed),
  };
}

interface Branch {
  readonly node: ProfileNode;
  /** Whether the frame above is the program's: false below code of ours that does not call it. */
  readonly counts: boolean;
  /** Who gets the bytes of frames without a file of the program. */
  readonly above: ObjectSite | undefined;
}

function judge(
  { node, counts, above }: Branch,
  rules: SiteRules,
): { readonly counts: boolean; readonly site: ObjectSite | undefined } {
  const { callFrame } = node;
  if (rules.isOwn(callFrame.url)) {
    return {
      counts: callFrame.functionName === rules.caller || (counts && above !== undefined),
      site: above,
    };
  }
  const isProgram = callFrame.url !== '' && !callFrame.url.startsWith('node:');
  if (!isProgram) return { counts, site: above ?? builtIn(callFrame) };
  return { counts, site: { function: callFrame.functionName, ...rules.locate(callFrame), bytes: 0 } };
}

// Where no function of the program is on the stack: a timer, say, or an addon's callback.
function builtIn({ functionName, url, lineNumber }: ProfileNode['callFrame']): ObjectSite | undefined {
  const named = functionName !== '' || url !== '';
  return named
    ? { function: functionName, file: url, line: Math.max(0, lineNumber + 1), bytes: 0 }
    : undefined;
}

const place = ({ file, line, function: name }: ObjectSite) => `${file}:${line}:${name}`;

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

// A sample costs V8 about 15 microseconds and is kept to the end; no object is smaller than 16 bytes.
const everyAllocationBelow = 16 * 2 ** 20;
const mostSamples = 500_000;

/** How far apart samples are, in bytes, for a program that allocates so many. */
export function samplingInterval(heapBytes: number): number {
  return heapBytes <= everyAllocationBelow ? 1 : Math.ceil(heapBytes / mostSamples);
}
