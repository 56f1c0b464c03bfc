// A heap snapshot is read as it comes: in any chunks, with any names, and without the program's strings.
import { getHeapSnapshot } from 'node:v8';
import { describe, expect, it } from 'vitest';
import { SnapshotReader } from '../../src/retainers/snapshot-reader.js';
import { edgeTypes, type HeapNode, nodeTypes, readText, snapshotText } from './retainers-support/heap.js';

const heap: readonly HeapNode[] = [
  { type: 'synthetic', name: '', id: 1, bytes: 0, edges: [{ type: 'element', name: 1, to: 3 }] },
  {
    type: 'object',
    name: 'Weird "name"\n\\ \u0000 \ud83d\ude00 {"nodes":[',
    id: 3,
    bytes: 2 ** 33,
    edges: [
      { type: 'property', name: 'text', to: 5 },
      { type: 'property', name: '"],"strings":["', to: 7 },
    ],
  },
  { type: 'string', name: 'a secret "text" \\', id: 5, bytes: 24, edges: [] },
  { type: 'closure', name: 'run', id: 7, bytes: 64, edges: [], place: [11, 4] },
];
const text = snapshotText(heap);

function plain(snapshot: ReturnType<typeof readText>): HeapNode[] {
  return Array.from({ length: snapshot.nodeCount }, (_, node) => {
    const place = snapshot.places.get(node);
    return {
      type: nodeTypes[snapshot.nodeType[node] as number] as HeapNode['type'],
      name: snapshot.text(snapshot.nodeName[node] as number),
      id: snapshot.nodeId[node] as number,
      bytes: snapshot.nodeBytes[node] as number,
      edges: edgesOf(snapshot, node),
      ...(place !== undefined && { place: [place.line, place.column] as const }),
    };
  });
}

function edgesOf(snapshot: ReturnType<typeof readText>, node: number): HeapNode['edges'] {
  const edges = [];
  for (
    let edge = snapshot.firstEdge[node] as number;
    edge < (snapshot.firstEdge[node + 1] as number);
    edge += 1
  ) {
    const type = edgeTypes[snapshot.edgeType[edge] as number] as (typeof edgeTypes)[number];
    const name = snapshot.edgeName[edge] as number;
    edges.push({
      type,
      name: type === 'element' ? name : snapshot.text(name),
      to: snapshot.nodeId[snapshot.edgeTo[edge] as number] as number,
    });
  }
  return edges;
}

describe('a snapshot', () => {
  it.each([1, 2, 3, 7, 64, 1000, 1 << 16])(
    'is the same in chunks of %i bytes, without the text of strings',
    (bytes) => {
      expect(plain(readText(text, bytes))).toEqual(
        heap.map((node) => (node.type === 'string' ? { ...node, name: '' } : node)),
      );
    },
  );
  it('is read as JSON.parse reads it, of this very process', async () => {
    const reader = new SnapshotReader();
    const chunks: Buffer[] = [];
    for await (const chunk of getHeapSnapshot()) {
      chunks.push(Buffer.from(chunk));
      reader.feed(Buffer.from(chunk));
    }
    const snapshot = reader.finish();
    const parsed = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    const fields: string[] = parsed.snapshot.meta.node_fields;
    const column = (name: string) => {
      const at = fields.indexOf(name);
      return (parsed.nodes as number[]).filter((_, index) => index % fields.length === at);
    };
    const isSame = (read: ArrayLike<number>, wanted: readonly number[]) =>
      read.length === wanted.length && wanted.every((value, index) => read[index] === value);
    expect(isSame(snapshot.nodeType, column('type'))).toBe(true);
    expect(isSame(snapshot.nodeId, column('id'))).toBe(true);
    expect(isSame(snapshot.nodeBytes, column('self_size'))).toBe(true);
    const edges = (parsed.edges as number[]).filter((_, index) => index % 3 === 2);
    expect(
      isSame(
        snapshot.edgeTo,
        edges.map((to) => to / fields.length),
      ),
    ).toBe(true);
    const closures = column('type').flatMap((type, node) =>
      snapshot.nodeTypes[type] === 'closure' ? [node] : [],
    );
    expect(closures.length).toBeGreaterThan(100);
    const names = column('name');
    for (const node of closures) {
      expect(snapshot.text(snapshot.nodeName[node] as number)).toBe(
        (parsed.strings[names[node] as number] as string).slice(0, 300),
      );
    }
  });
});

describe('a broken snapshot', () => {
  it('is refused wherever it is cut', () => {
    const last = text.lastIndexOf(']');
    for (let end = 0; end <= last; end += 1) {
      expect(() => readText(text.slice(0, end)), `cut at ${end}`).toThrow(
        expect.objectContaining({ code: 'BAD_SNAPSHOT' }),
      );
    }
  });
  it.each([
    ['its head is no JSON', (whole: string) => whole.replace('"meta"', 'meta')],
    ['it has no field self_size', (whole: string) => whole.replace('"self_size"', '"size"')],
    ['it lists no types', (whole: string) => whole.replace('"hidden","array"', '"hidden",1')],
    ['it does not say how many', (whole: string) => whole.replace('"node_count":4', '"node_count":-4')],
    ['it does not say how many', (whole: string) => whole.replace('"node_count":4', '"node_count":1e12')],
    ['it has not as many nodes', (whole: string) => whole.replace('"node_count":4', '"node_count":5')],
    ['a node of it is not possible', (whole: string) => whole.replace('"node_count":4', '"node_count":3')],
    ['a node of it is not possible', (whole: string) => whole.replace('"nodes":[9', '"nodes":[99')],
    ['an edge of it is not possible', (whole: string) => whole.replace('"edges":[1,1,6', '"edges":[1,1,7')],
    ['an edge of it is not possible', (whole: string) => whole.replace('"edges":[1,1,6', '"edges":[1,1,600')],
    ['a row of it is not whole', (whole: string) => whole.replace(/,\d+\](,\n"trace_f)/, ']$1')],
    ['a name of it is no JSON', (whole: string) => whole.replace('"run"', '"r\\qn"')],
    ['it has nodes twice', (whole: string) => whole.replace('"trace_function_infos"', '"nodes"')],
    ['it does not begin as', () => 'x'.repeat(1 << 17)],
  ])('says that %s', (why, broken) => {
    expect(() => readText(broken(text))).toThrow(
      expect.objectContaining({ code: 'BAD_SNAPSHOT', message: expect.stringContaining(why) }),
    );
  });
  it('is read, or refused with that code, whatever bytes were changed', () => {
    let seed = 20;
    const random = (below: number) => {
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
      return seed % below;
    };
    const bytes = Buffer.from(text);
    let refused = 0;
    for (let round = 0; round < 3000; round += 1) {
      const broken = Buffer.from(bytes);
      for (let change = 0; change <= random(4); change += 1) {
        broken[random(broken.length)] = '0123456789,[]{}":\\x'.charCodeAt(random(18));
      }
      try {
        readText(broken.toString('latin1'), 1 + random(50));
      } catch (error) {
        refused += 1;
        expect(error).toMatchObject({ code: 'BAD_SNAPSHOT' });
      }
    }
    expect(refused).toBeGreaterThan(500);
  });
});
