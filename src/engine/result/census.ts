// V8's census of the heap, as it is printed at each full collection: read strictly, and turned into what was allocated.
// Pure. A text that is broken anywhere counts nothing.
import type { ObjectKind } from './fields.js';

export interface ObjectCount {
  readonly objects: number;
  /** Most objects first. */
  readonly kinds: readonly ObjectKind[];
}

interface Tally {
  count: number;
  bytes: number;
}

/** What the census says was allocated. */
export interface CensusCount extends ObjectCount {
  /** Bytes of everything on the heap, strings and V8's own included. */
  readonly allHeapBytes: number;
}

/**
 * Counts what was allocated between the first and the last of the main isolate's last `collections` full collections:
 * what stands on the heap then, live or dead, less what was live at the one before. Undefined if the text does not
 * hold them all, each whole.
 */
export function countObjects(text: string, collections: number): CensusCount | undefined {
  const counted = readCensus(text)?.slice(-collections) ?? [];
  if (collections < 2 || counted.length < collections) return undefined;
  const types = new Map<string, Tally>();
  for (const [index, { live, dead }] of counted.entries()) {
    const before = counted[index - 1]?.live;
    if (before === undefined) continue;
    for (const [type, tally] of live) add(types, type, tally, 1);
    for (const [type, tally] of dead) add(types, type, tally, 1);
    for (const [type, tally] of before) add(types, type, tally, -1);
  }
  const kinds = new Map<string, Tally>();
  let allHeapBytes = 0;
  for (const [type, tally] of types) {
    allHeapBytes += tally.bytes;
    const kind = kindOf(type);
    if (kind !== undefined) add(kinds, kind, tally, 1);
  }
  const listed = [...kinds]
    .map(([kind, { count, bytes }]) => ({ kind, objects: count, bytes }))
    .filter(({ objects }) => objects !== 0)
    .sort((a, b) => b.objects - a.objects || (a.kind < b.kind ? -1 : 1));
  return { objects: listed.reduce((sum, { objects }) => sum + objects, 0), kinds: listed, allHeapBytes };
}

function add(sums: Map<string, Tally>, name: string, { count, bytes }: Tally, sign: 1 | -1): void {
  const sum = sums.get(name) ?? { count: 0, bytes: 0 };
  sums.set(name, { count: sum.count + sign * count, bytes: sum.bytes + sign * bytes });
}

interface Census {
  readonly live: Map<string, Tally>;
  readonly dead: Map<string, Tally>;
}

const record =
  /^\{ "isolate": "(0x[0-9a-f]+)", "id": (\d+), "key": "(live|dead)", "type": "instance_type_data", "instance_type": \d+, "instance_type_name": "(\w+)", "overall": (\d+), "count": (\d+), "over_allocated": \d+, "histogram": \[ ([\d, ]+) \],"over_allocated_histogram": \[ [\d, ]+ \] \}$/;

// The main isolate is the first one that collects. Undefined if any line is not as V8 writes it.
// WHY: one such line is enough, because threads that collect at one moment write into each other's lines, and what is printed to
// the same file cuts them; a record that looks whole may then hold another one's numbers.
function readCensus(text: string): readonly Census[] | undefined {
  const collections = new Map<number, Census>();
  let main: string | undefined;
  for (const line of text.split('\n')) {
    if (!line.includes('instance_type')) continue;
    const fields = record.exec(line);
    if (fields === null) return undefined;
    const [, isolate, id, key, type = '', bytes, count, histogram = ''] = fields;
    if (sumOf(histogram) !== Number(count)) return undefined;
    main ??= isolate;
    if (isolate !== main) continue;
    const census = collections.get(Number(id)) ?? { live: new Map(), dead: new Map() };
    collections.set(Number(id), census);
    const tallies = census[key as 'live' | 'dead'];
    if (tallies.has(type)) return undefined;
    tallies.set(type, { count: Number(count), bytes: Number(bytes) });
  }
  return isWhole(collections) ? [...collections.values()] : undefined;
}

function sumOf(histogram: string): number {
  return histogram.split(',').reduce((sum, part) => sum + Number(part), 0);
}

// Each census lists every type, and those of full collections only follow each other.
function isWhole(collections: ReadonlyMap<number, Census>): boolean {
  const all = [...collections];
  const types = new Set(all.flatMap(([, { live, dead }]) => [...live.keys(), ...dead.keys()]));
  return all.every(
    ([id, { live, dead }], index) =>
      live.size === types.size && dead.size === types.size && id === (all[0] as [number, Census])[0] + index,
  );
}

const internal = /BOILERPLATE$|^COLLECTION_TABLE$|^CONTEXT_EXTENSION_OBJECT$|^MESSAGE_OBJECT$/;

// JS_ASYNC_FUNCTION_OBJECT_TYPE -> AsyncFunctionObject. What has no JS_ is no JavaScript object (contexts, maps, code,
// strings, backing stores), and these few are V8's own too.
// WHY: functions are one kind, because compiling and flushing a function changes its type, not its being.
function kindOf(type: string): string | undefined {
  const name = /^JS_(\w+)_TYPE$/.exec(type)?.[1];
  if (name === undefined || internal.test(name)) return undefined;
  if (/(^|_)FUNCTION$|_CONSTRUCTOR$/.test(name)) return 'Function';
  return name
    .toLowerCase()
    .replaceAll(/(^|_)([a-z0-9])/g, (_match, _gap, letter: string) => letter.toUpperCase());
}
