// The opt-in passes, each in children of its own kind without preload: resident memory and object counts.
// What they answer, and what the parent makes of it. Pure, but for the running of children, which is passed in.
import { BenchmemError } from '../errors.js';
import type { Loadable } from './protocol.js';
import type { ExtraKind } from './sample.js';
import type { Warning } from './warning.js';

/** Parent to child. */
export interface ExtraPlan {
  readonly benchmem: 'plan';
  readonly kind: ExtraKind;
  readonly action: Loadable;
  readonly setup?: Loadable;
  readonly resolver?: string;
  readonly warmup: number;
  readonly calls: number;
}

/** Child to parent. */
export interface ExtraResult {
  readonly benchmem: 'result';
  /** The process's resident high-water mark over the call, in bytes; absent where the system hides it. */
  readonly rssBytes?: number;
  /** Why it is hidden. */
  readonly refusal?: string;
  /** Collections from the one that opens the counting to the one that ends it, and whether all of them were full. */
  readonly collections?: number;
  readonly onlyFull?: boolean;
}

/** JavaScript objects of one built-in kind that were allocated. */
export interface ObjectKind {
  /** `Object`, `Array`, `Function`, `Promise`, ...; instances of classes are `Object`. */
  readonly kind: string;
  readonly objects: number;
  readonly bytes: number;
}

export interface ObjectCount {
  readonly objects: number;
  /** Most objects first. */
  readonly kinds: readonly ObjectKind[];
}

interface Tally {
  count: number;
  bytes: number;
}

const record =
  /"isolate": "(\w+)", "id": (\d+), "key": "(live|dead)", "type": "instance_type_data", "instance_type": \d+, "instance_type_name": "(\w+)", "overall": (\d+), "count": (\d+)/g;

/**
 * Counts what was allocated between the first and the last of the main isolate's last `collections` full collections,
 * from the census that V8 prints at each: what stands on the heap then, live or dead, less what was live at the one
 * before. Undefined where the text does not hold them all.
 */
export function countObjects(census: string, collections: number): ObjectCount | undefined {
  const all = [...readCensus(census).values()];
  const counted = all.slice(-collections);
  if (collections < 2 || counted.length < collections) return undefined;
  const kinds = new Map<string, Tally>();
  for (const [index, { live, dead }] of counted.entries()) {
    const before = counted[index - 1]?.live;
    if (before === undefined) continue;
    for (const [type, tally] of live) add(kinds, type, tally, 1);
    for (const [type, tally] of dead) add(kinds, type, tally, 1);
    for (const [type, tally] of before) add(kinds, type, tally, -1);
  }
  const listed = [...kinds]
    .map(([kind, { count, bytes }]) => ({ kind, objects: count, bytes }))
    .filter(({ objects }) => objects !== 0)
    .sort((a, b) => b.objects - a.objects || (a.kind < b.kind ? -1 : 1));
  return { objects: listed.reduce((sum, { objects }) => sum + objects, 0), kinds: listed };
}

interface Census {
  readonly live: Map<string, Tally>;
  readonly dead: Map<string, Tally>;
}

// The main isolate is the first one that collects.
function readCensus(text: string): Map<string, Census> {
  const collections = new Map<string, Census>();
  let main: string | undefined;
  for (const [, isolate, id = '', key, type = '', bytes, count] of text.matchAll(record)) {
    main ??= isolate;
    if (isolate !== main) continue;
    const census = collections.get(id) ?? { live: new Map(), dead: new Map() };
    collections.set(id, census);
    census[key as 'live' | 'dead'].set(type, { count: Number(count), bytes: Number(bytes) });
  }
  return collections;
}

function add(kinds: Map<string, Tally>, type: string, { count, bytes }: Tally, sign: 1 | -1): void {
  const kind = kindOf(type);
  if (kind === undefined) return;
  const sum = kinds.get(kind) ?? { count: 0, bytes: 0 };
  kinds.set(kind, { count: sum.count + sign * count, bytes: sum.bytes + sign * bytes });
}

const internal = /BOILERPLATE$|^COLLECTION_TABLE$|^CONTEXT_EXTENSION_OBJECT$|^MESSAGE_OBJECT$/;

// JS_ASYNC_FUNCTION_OBJECT_TYPE -> AsyncFunctionObject. What has no JS_ is no JavaScript object (contexts, maps, code,
// strings, backing stores), and these few are V8's own too.
// WHY one kind of function: compiling and flushing one changes its type, not its being.
function kindOf(type: string): string | undefined {
  const name = /^JS_(\w+)_TYPE$/.exec(type)?.[1];
  if (name === undefined || internal.test(name)) return undefined;
  if (/(^|_)FUNCTION$|_CONSTRUCTOR$/.test(name)) return 'Function';
  return name
    .toLowerCase()
    .replaceAll(/(^|_)([a-z0-9])/g, (_match, _gap, letter: string) => letter.toUpperCase());
}

/** Says why there is no figure. */
export function hiddenRss(refusal: string): Warning {
  return {
    code: 'RSS_HIDDEN',
    subject: 'rss',
    message: `the resident high-water mark cannot be read here: ${refusal}`,
    hint: 'it needs a /proc whose clear_refs the process may write: not every container has one',
  };
}

/** The census did not hold what was announced: a bug, or user code that writes like V8. */
export function uncounted(): BenchmemError {
  return new BenchmemError(
    'NOT_AVAILABLE',
    'the objects could not be counted: the census of the heap is incomplete in this runtime',
    'leave out objects, or use a Node.js from 20 to 26',
  );
}
