// The texts of a snapshot that are names. All others, those of the program's strings among them, pass by undecoded.
// The names that a module exports are strings in a table of V8's: those tables are told by how they hang on what V8 has no name for.
import { badSnapshot } from './bad-snapshot.js';
import { type SnapshotLayout, typeNumbers } from './snapshot.js';

export interface NamedGraph extends SnapshotLayout {
  readonly nodeType: Uint8Array;
  readonly nodeName: Uint32Array;
  readonly firstEdge: Uint32Array;
  readonly edgeType: Uint8Array;
  readonly edgeName: Uint32Array;
  readonly edgeTo: Uint32Array;
}

const longestText = 300;
// WHY: there is a bound, because a table is made by the highest number of a name.
const mostTexts = 2 ** 28;
const quote = 34;
const backslash = 92;
const close = 93;

export class WantedTexts {
  isClosed = false;
  readonly #wanted: Uint8Array;
  readonly #texts = new Map<number, string>();
  #index = 0;
  #isInside = false;
  #isEscaped = false;
  /** What a wanted text had in the chunks before. */
  #parts: Buffer[] = [];

  constructor(graph: NamedGraph) {
    this.#wanted = wantedNames(graph);
  }

  text(name: number): string {
    return this.#texts.get(name) ?? '';
  }

  read(chunk: Buffer, at: number): number {
    let index = at;
    while (index < chunk.length) {
      if (this.#isInside) {
        index = this.#readInside(chunk, index);
        continue;
      }
      const code = chunk[index];
      index += 1;
      if (code === quote) this.#isInside = true;
      if (code !== close) continue;
      this.isClosed = true;
      return index;
    }
    return index;
  }

  #readInside(chunk: Buffer, at: number): number {
    let index = at;
    while (index < chunk.length) {
      const code = chunk[index];
      if (this.#isEscaped) this.#isEscaped = false;
      else if (code === backslash) this.#isEscaped = true;
      else if (code === quote) break;
      index += 1;
    }
    const isWanted = this.#wanted[this.#index] === 1;
    // WHY: this is a copy, because the chunk's memory is used again.
    if (isWanted) this.#parts.push(Buffer.from(chunk.subarray(at, index)));
    if (index === chunk.length) return index;
    if (isWanted) this.#texts.set(this.#index, decode(Buffer.concat(this.#parts)));
    this.#parts = [];
    this.#index += 1;
    this.#isInside = false;
    return index + 1;
  }
}

function decode(bytes: Buffer): string {
  try {
    const text: unknown = JSON.parse(`"${bytes.toString('utf8')}"`);
    return String(text).slice(0, longestText);
  } catch (error) {
    throw badSnapshot('a name of it is no JSON', error);
  }
}

function wantedNames(graph: NamedGraph): Uint8Array {
  const { nodeTypes, edgeTypes, nodeType, nodeName, edgeType, edgeName } = graph;
  const node = typeNumbers(nodeTypes, [
    'string',
    'concatenated string',
    'sliced string',
    'regexp',
    'number',
    'bigint',
    'symbol',
  ]);
  const unnamed = new Set<number>(Object.values(node));
  const edge = typeNumbers(edgeTypes, ['element', 'hidden']);
  const wanted = new Uint8Array(highest(nodeName, edgeName) + 1);
  for (let index = 0; index < nodeName.length; index += 1) {
    if (!unnamed.has(nodeType[index] as number)) wanted[nodeName[index] as number] = 1;
  }
  for (let index = 0; index < edgeName.length; index += 1) {
    const type = edgeType[index];
    if (type !== edge.element && type !== edge.hidden) wanted[edgeName[index] as number] = 1;
  }
  for (const key of exportKeys(graph)) wanted[nodeName[key] as number] = 1;
  return wanted;
}

// A module's table of exports is its slot 0: strings in a list without a name, at the end of a hidden edge of a hidden object.
function* exportKeys({ nodeTypes, edgeTypes, nodeType, nodeName, ...graph }: NamedGraph): Generator<number> {
  const { firstEdge, edgeType, edgeName, edgeTo } = graph;
  const node = typeNumbers(nodeTypes, ['hidden', 'array', 'string']);
  const edge = typeNumbers(edgeTypes, ['hidden', 'internal']);
  const nameless = nodeName[0];
  const edgesOf = function* (of: number) {
    for (let at = firstEdge[of] as number; at < (firstEdge[of + 1] as number); at += 1) yield at;
  };
  for (let owner = 0; owner < nodeType.length; owner += 1) {
    if (nodeType[owner] !== node.hidden) continue;
    for (const slot of edgesOf(owner)) {
      const table = edgeTo[slot] as number;
      if (edgeType[slot] !== edge.hidden || edgeName[slot] !== 0) continue;
      if (nodeType[table] !== node.array || nodeName[table] !== nameless) continue;
      for (const entry of edgesOf(table)) {
        const key = edgeTo[entry] as number;
        if (edgeType[entry] === edge.internal && nodeType[key] === node.string) yield key;
      }
    }
  }
}

function highest(...columns: readonly Uint32Array[]): number {
  let most = 0;
  for (const column of columns) for (const name of column) if (name > most) most = name;
  if (most > mostTexts) throw badSnapshot('it has names beyond all count');
  return most;
}
