// A heap as a test writes it down, and the text that V8 would write of it.

import type { HeapSnapshot } from '../../../src/retainers/snapshot.js';
import { SnapshotReader } from '../../../src/retainers/snapshot-reader.js';

export const nodeTypes = [
  'hidden',
  'array',
  'string',
  'object',
  'code',
  'closure',
  'regexp',
  'number',
  'native',
  'synthetic',
  'concatenated string',
  'sliced string',
  'symbol',
  'bigint',
  'object shape',
] as const;
export const edgeTypes = [
  'context',
  'element',
  'property',
  'internal',
  'hidden',
  'shortcut',
  'weak',
] as const;

export interface HeapNode {
  readonly type: (typeof nodeTypes)[number];
  readonly name: string;
  readonly id: number;
  readonly bytes: number;
  readonly edges: readonly HeapEdge[];
  readonly place?: readonly [line: number, column: number];
}

export interface HeapEdge {
  readonly type: (typeof edgeTypes)[number];
  readonly name: string | number;
  /** The id of a node. */
  readonly to: number;
}

/** The text, as V8 lays it out; `extra`: a section that nobody reads. */
export function snapshotText(
  nodes: readonly HeapNode[],
  extra = '"trace_tree":[],\n"samples":[],\n',
): string {
  const strings: string[] = ['<dummy>', ''];
  const indexes = new Map(strings.map((text, index) => [text, index]));
  const named = (text: string) => {
    const known = indexes.get(text);
    if (known !== undefined) return known;
    indexes.set(text, strings.length);
    return strings.push(text) - 1;
  };
  const at = new Map(nodes.map(({ id }, index) => [id, index]));
  const rows = nodes.map(({ type, name, id, bytes, edges }) =>
    [nodeTypes.indexOf(type), named(name), id, bytes, edges.length, 0].join(','),
  );
  const edges = nodes.flatMap((node) =>
    node.edges.map(({ type, name, to }) =>
      [
        edgeTypes.indexOf(type),
        typeof name === 'number' ? name : named(name),
        (at.get(to) as number) * 6,
      ].join(','),
    ),
  );
  const places = nodes.flatMap(({ place }, index) =>
    place === undefined ? [] : [[index * 6, 7, ...place].join(',')],
  );
  const head = {
    meta: {
      node_fields: ['type', 'name', 'id', 'self_size', 'edge_count', 'detachedness'],
      node_types: [nodeTypes, 'string', 'number', 'number', 'number', 'number'],
      edge_fields: ['type', 'name_or_index', 'to_node'],
      edge_types: [edgeTypes, 'string_or_number', 'node'],
      location_fields: ['object_index', 'script_id', 'line', 'column'],
    },
    node_count: nodes.length,
    edge_count: edges.length,
    trace_function_count: 0,
  };
  return (
    `{"snapshot":${JSON.stringify(head)},\n"nodes":[${rows.join('\n,')}],\n"edges":[${edges.join('\n,')}],\n` +
    `"trace_function_infos":[],\n${extra}"locations":[${places.join('\n,')}],\n` +
    `"strings":[${strings.map((text) => JSON.stringify(text)).join(',\n')}]}`
  );
}

export function readText(text: string, chunkBytes = 1 << 16): HeapSnapshot {
  const reader = new SnapshotReader();
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    // WHY: a copy is given and wiped, because a reader's chunk is used again.
    const chunk = Buffer.from(bytes.subarray(at, at + chunkBytes));
    reader.feed(chunk);
    chunk.fill(0);
  }
  return reader.finish();
}

/** A heap made step by step: what is added is new from its mark on. */
export class HeapBuilder {
  readonly #nodes = new Map<
    number,
    { -readonly [Key in keyof HeapNode]: HeapNode[Key] } & { edges: HeapEdge[] }
  >();
  #nextId = 1;

  constructor() {
    this.add('synthetic', '');
  }

  /** The root is 1. */
  readonly root = 1;

  /** The highest number so far: objects that come later are newer. */
  get mark(): number {
    return this.#nextId - 2;
  }

  add(type: HeapNode['type'], name: string, bytes = 10, place?: HeapNode['place']): number {
    const id = this.#nextId;
    this.#nextId += 2;
    this.#nodes.set(id, { type, name, id, bytes, edges: [], ...(place !== undefined && { place }) });
    return id;
  }

  link(from: number, type: HeapEdge['type'], name: string | number, to: number): void {
    this.#nodes.get(from)?.edges.push({ type, name, to });
  }

  get nodes(): readonly HeapNode[] {
    return [...this.#nodes.values()];
  }

  read(): HeapSnapshot {
    return readText(snapshotText(this.nodes));
  }

  /** A module of ECMAScript with its code, and the variables of it. */
  module(url: string): number {
    const module = this.add('hidden', 'system / SourceTextModule');
    const generator = this.add('object', 'Generator');
    const body = this.add('closure', '');
    const shared = this.add('code', '');
    const script = this.add('code', url);
    const variables = this.add('object', 'system / Context');
    const native = this.add('hidden', 'system / NativeContext');
    this.link(this.root, 'element', 1, module);
    this.link(module, 'hidden', 5, generator);
    this.link(generator, 'internal', 'function', body);
    this.link(generator, 'internal', 'context', variables);
    this.link(body, 'internal', 'shared', shared);
    this.link(shared, 'internal', 'script', script);
    this.link(variables, 'internal', 'previous', native);
    return variables;
  }
}
