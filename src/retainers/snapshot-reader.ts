// Reads a heap snapshot while it is written, in chunks of any size, into columns.
// INVARIANT: the text of a string, a regular expression or a number of the program is skipped, never decoded.
import { badSnapshot } from './bad-snapshot.js';
import type { HeapSnapshot, ScriptPlace } from './snapshot.js';
import { type HeapPlan, readPlan } from './snapshot-plan.js';
import { WantedTexts } from './wanted-texts.js';

// PERF: a heap of 256 MB in small objects has some 6 million nodes and 20 million edges.
const longestPlan = 1 << 16;
const byte = { zero: 48, nine: 57, open: 91, close: 93 } as const;

type Section = 'plan' | 'numbers' | 'skipped' | 'texts' | 'between';

export class SnapshotReader {
  #section: Section = 'plan';
  #head: Buffer = Buffer.alloc(0);
  #plan: HeapPlan | undefined;
  #columns: Columns | undefined;
  #numbers: NumberTable | undefined;
  #texts: WantedTexts | undefined;
  #between = '';
  #done = false;

  /** The bytes that come next. Throws BAD_SNAPSHOT. */
  feed(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length && !this.#done) at = this.#step(chunk, at);
  }

  /** The snapshot, when all of it was fed. Throws BAD_SNAPSHOT where it was cut. */
  finish(): HeapSnapshot {
    const { nodes, edges, places } = this.#columns ?? {};
    if (!this.#done || nodes === undefined || edges === undefined || places === undefined) {
      throw badSnapshot('it ends too early');
    }
    const texts = this.#texts as WantedTexts;
    const plan = this.#plan as HeapPlan;
    return {
      nodeTypes: plan.nodeTypes,
      edgeTypes: plan.edgeTypes,
      nodeCount: plan.nodeCount,
      nodeType: nodes.type,
      nodeName: nodes.name,
      nodeId: nodes.id,
      nodeBytes: nodes.bytes,
      firstEdge: nodes.firstEdge,
      edgeType: edges.type,
      edgeName: edges.name,
      edgeTo: edges.to,
      places: places.byNode,
      text: (name) => texts.text(name),
    };
  }

  #step(chunk: Buffer, at: number): number {
    switch (this.#section) {
      case 'plan':
        return this.#readPlan(chunk, at);
      case 'numbers':
        return this.#readNumbers(chunk, at);
      case 'skipped':
        return this.#skip(chunk, at);
      case 'texts':
        return this.#readTexts(chunk, at);
      case 'between':
        return this.#findSection(chunk, at);
    }
  }

  #readPlan(chunk: Buffer, at: number): number {
    const before = this.#head.length;
    this.#head = Buffer.concat([this.#head, chunk.subarray(at, at + longestPlan)]);
    const key = '"nodes":[';
    const found = this.#head.indexOf(key);
    if (found < 0) {
      if (this.#head.length >= longestPlan) throw badSnapshot('it does not begin as a heap snapshot does');
      return chunk.length;
    }
    this.#plan = readPlan(this.#head.toString('utf8', 0, found));
    this.#columns = new Columns(this.#plan);
    this.#head = Buffer.alloc(0);
    this.#begin('nodes');
    return at + found + key.length - before;
  }

  #begin(name: string): void {
    const columns = this.#columns as Columns;
    this.#between = '';
    if (name === 'strings') {
      this.#texts = new WantedTexts(columns.finishedGraph());
      this.#section = 'texts';
      return;
    }
    this.#numbers = columns.table(name);
    this.#section = this.#numbers === undefined ? 'skipped' : 'numbers';
  }

  #readNumbers(chunk: Buffer, at: number): number {
    const table = this.#numbers as NumberTable;
    const end = table.read(chunk, at);
    if (table.isClosed) this.#section = 'between';
    return end;
  }

  // Sections that nobody asked for hold numbers, and lists of lists.
  #skip(chunk: Buffer, at: number): number {
    const end = chunk.indexOf('"', at);
    if (end < 0) return chunk.length;
    this.#section = 'between';
    return end;
  }

  #readTexts(chunk: Buffer, at: number): number {
    const texts = this.#texts as WantedTexts;
    const end = texts.read(chunk, at);
    if (texts.isClosed) this.#done = true;
    return end;
  }

  #findSection(chunk: Buffer, at: number): number {
    for (let index = at; index < chunk.length; index += 1) {
      const code = chunk[index] as number;
      this.#between += String.fromCharCode(code);
      if (code === byte.open) {
        const name = /"(\w+)"\s*:\s*\[$/.exec(this.#between)?.[1];
        if (name === undefined) throw badSnapshot('a section of it has no name');
        this.#begin(name);
        return index + 1;
      }
      if (this.#between.length > longestPlan) throw badSnapshot('a section of it never begins');
    }
    return chunk.length;
  }
}

/** A list of whole numbers, so many in a row. */
class NumberTable {
  isClosed = false;
  readonly #row: Float64Array;
  readonly #store: (row: Float64Array, index: number) => void;
  #value = 0;
  #hasValue = false;
  #field = 0;
  #rows = 0;

  constructor(fields: number, store: (row: Float64Array, index: number) => void) {
    this.#row = new Float64Array(fields);
    this.#store = store;
  }

  get rows(): number {
    return this.#rows;
  }

  // PERF: a byte is looked at once; locals, because a heap of 80 MB is 150 MB of text.
  read(chunk: Buffer, at: number): number {
    let value = this.#value;
    let hasValue = this.#hasValue;
    let index = at;
    for (; index < chunk.length; index += 1) {
      const code = chunk[index] as number;
      if (code >= byte.zero && code <= byte.nine) {
        value = value * 10 + (code - byte.zero);
        hasValue = true;
        continue;
      }
      if (hasValue) this.#add(value);
      value = 0;
      hasValue = false;
      if (code === byte.close) {
        if (this.#field !== 0) throw badSnapshot('a row of it is not whole');
        this.isClosed = true;
        index += 1;
        break;
      }
    }
    this.#value = value;
    this.#hasValue = hasValue;
    return index;
  }

  #add(value: number): void {
    this.#row[this.#field] = value;
    this.#field += 1;
    if (this.#field < this.#row.length) return;
    this.#store(this.#row, this.#rows);
    this.#rows += 1;
    this.#field = 0;
  }
}

/** What is kept of the rows. */
class Columns {
  readonly nodes: NodeColumns;
  readonly edges: EdgeColumns;
  readonly places: PlaceColumns;
  readonly #plan: HeapPlan;
  readonly #tables = new Map<string, NumberTable>();

  constructor(plan: HeapPlan) {
    this.#plan = plan;
    this.nodes = new NodeColumns(plan);
    this.edges = new EdgeColumns(plan);
    this.places = new PlaceColumns(plan);
  }

  table(name: string): NumberTable | undefined {
    const kept = { nodes: this.nodes, edges: this.edges, locations: this.places }[name];
    if (kept === undefined) return undefined;
    if (this.#tables.has(name)) throw badSnapshot(`it has ${name} twice`);
    const table = new NumberTable(kept.fields, (row, index) => kept.store(row, index));
    this.#tables.set(name, table);
    return table;
  }

  finishedGraph() {
    const { nodes, edges } = this;
    const counted = { nodes: this.#tables.get('nodes')?.rows, edges: this.#tables.get('edges')?.rows };
    const { nodeCount, edgeCount } = this.#plan;
    if (counted.nodes !== nodeCount || counted.edges !== edgeCount || nodes.edges !== edgeCount) {
      throw badSnapshot('it has not as many nodes and edges as it says');
    }
    const { nodeTypes, edgeTypes } = this.#plan;
    return {
      nodeTypes,
      edgeTypes,
      nodeType: nodes.type,
      nodeName: nodes.name,
      firstEdge: nodes.firstEdge,
      edgeType: edges.type,
      edgeName: edges.name,
      edgeTo: edges.to,
    };
  }
}

class NodeColumns {
  readonly type: Uint8Array;
  readonly name: Uint32Array;
  readonly id: Uint32Array;
  readonly bytes: Float64Array;
  readonly firstEdge: Uint32Array;
  readonly fields: number;
  edges = 0;
  readonly #plan: HeapPlan;

  constructor(plan: HeapPlan) {
    this.#plan = plan;
    this.fields = plan.node.fields;
    this.type = new Uint8Array(plan.nodeCount);
    this.name = new Uint32Array(plan.nodeCount);
    this.id = new Uint32Array(plan.nodeCount);
    this.bytes = new Float64Array(plan.nodeCount);
    this.firstEdge = new Uint32Array(plan.nodeCount + 1);
  }

  store(row: Float64Array, index: number): void {
    const { node, nodeCount, nodeTypes } = this.#plan;
    const type = row[node.type] as number;
    if (index >= nodeCount || type >= nodeTypes.length) throw badSnapshot('a node of it is not possible');
    this.type[index] = type;
    this.name[index] = row[node.name] as number;
    this.id[index] = row[node.id] as number;
    this.bytes[index] = row[node.bytes] as number;
    this.edges += row[node.edges] as number;
    this.firstEdge[index + 1] = this.edges;
  }
}

class EdgeColumns {
  readonly type: Uint8Array;
  readonly name: Uint32Array;
  readonly to: Uint32Array;
  readonly fields: number;
  readonly #plan: HeapPlan;

  constructor(plan: HeapPlan) {
    this.#plan = plan;
    this.fields = plan.edge.fields;
    this.type = new Uint8Array(plan.edgeCount);
    this.name = new Uint32Array(plan.edgeCount);
    this.to = new Uint32Array(plan.edgeCount);
  }

  store(row: Float64Array, index: number): void {
    const { edge, node, nodeCount, edgeCount, edgeTypes } = this.#plan;
    const type = row[edge.type] as number;
    const to = (row[edge.to] as number) / node.fields;
    if (index >= edgeCount || type >= edgeTypes.length || to >= nodeCount || !Number.isInteger(to)) {
      throw badSnapshot('an edge of it is not possible');
    }
    this.type[index] = type;
    this.name[index] = row[edge.name] as number;
    this.to[index] = to;
  }
}

class PlaceColumns {
  readonly byNode = new Map<number, ScriptPlace>();
  readonly fields: number;
  readonly #plan: HeapPlan;

  constructor(plan: HeapPlan) {
    this.#plan = plan;
    this.fields = plan.place.fields;
  }

  store(row: Float64Array): void {
    const { place, node } = this.#plan;
    const of = (row[place.node] as number) / node.fields;
    this.byNode.set(of, { line: row[place.line] as number, column: row[place.column] as number });
  }
}
