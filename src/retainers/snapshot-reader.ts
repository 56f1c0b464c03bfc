// Reads a heap snapshot while it is written, in chunks of any size, into columns.
// INVARIANT: the text of a string, a regular expression or a number of the program is skipped, never decoded.
import { badSnapshot } from './bad-snapshot.js';
import type { NumberTable } from './number-table.js';
import type { HeapSnapshot } from './snapshot.js';
import { SnapshotColumns } from './snapshot-columns.js';
import { type HeapPlan, readPlan } from './snapshot-plan.js';
import { WantedTexts } from './wanted-texts.js';

const longestPlan = 1 << 16;
const open = 91;

type Section = 'plan' | 'numbers' | 'skipped' | 'texts' | 'between';

export class SnapshotReader {
  #section: Section = 'plan';
  #head: Buffer = Buffer.alloc(0);
  #plan: HeapPlan | undefined;
  #columns: SnapshotColumns | undefined;
  #numbers: NumberTable | undefined;
  #texts: WantedTexts | undefined;
  #between = '';
  #done = false;

  /** The bytes that come next. Throws BAD_SNAPSHOT. */
  feed(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length && !this.#done) at = this.#step(chunk, at);
  }

  /** The snapshot, when all of it was fed. Throws BAD_SNAPSHOT if it was cut. */
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
    this.#columns = new SnapshotColumns(this.#plan);
    this.#head = Buffer.alloc(0);
    this.#begin('nodes');
    return at + found + key.length - before;
  }

  #begin(name: string): void {
    const columns = this.#columns as SnapshotColumns;
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
      if (code === open) {
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
