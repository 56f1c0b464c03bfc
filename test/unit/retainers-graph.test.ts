// Dominators and paths against what they mean, on random graphs: a second, slower way to find them.
import { describe, expect, it } from 'vitest';
import { type FlowGraph, findDominators } from '../../src/retainers/dominators.js';
import { findPaths } from '../../src/retainers/paths.js';

let seed = 7;
const random = (below: number) => {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
  return (seed >>> 8) % below;
};

interface RandomGraph extends FlowGraph {
  readonly edgeCost: Uint8Array;
  readonly nodeCosts: readonly number[];
}

function randomGraph(): RandomGraph {
  const nodeCount = 1 + random(30);
  const edges = Array.from({ length: nodeCount }, () =>
    Array.from({ length: random(4) }, () => random(nodeCount)),
  );
  const firstEdge = new Uint32Array(nodeCount + 1);
  edges.forEach((list, node) => {
    firstEdge[node + 1] = (firstEdge[node] as number) + list.length;
  });
  const edgeTo = Uint32Array.from(edges.flat());
  return {
    nodeCount,
    firstEdge,
    edgeTo,
    holds: Uint8Array.from(edgeTo, () => (random(8) === 0 ? 0 : 1)),
    edgeCost: Uint8Array.from(edgeTo, () => random(40)),
    nodeCosts: Array.from({ length: nodeCount }, () => random(3) * 50),
  };
}

function reached({ nodeCount, firstEdge, edgeTo, holds }: FlowGraph, without: number): Set<number> {
  const seen = new Set(without === 0 || nodeCount === 0 ? [] : [0]);
  for (const node of seen) {
    for (let edge = firstEdge[node] as number; edge < (firstEdge[node + 1] as number); edge += 1) {
      const to = edgeTo[edge] as number;
      if (holds[edge] === 1 && to !== without) seen.add(to);
    }
  }
  return seen;
}

describe('dominators', () => {
  it('are the last of the nodes without which a node is not reached', () => {
    let checked = 0;
    for (let round = 0; round < 500; round += 1) {
      const graph = randomGraph();
      const all = reached(graph, -1);
      const { of, order } = findDominators(graph);
      expect(new Set(order)).toEqual(all);
      const dominatedBy = [...all].map((node) => ({ node, lost: reached(graph, node) }));
      for (const node of all) {
        if (node === 0) continue;
        const dominators = dominatedBy.filter(({ node: other, lost }) => other !== node && !lost.has(node));
        // The immediate one is dominated by all others: without it, the fewest nodes are lost.
        const immediate = dominators.reduce((best, next) => (next.lost.size > best.lost.size ? next : best));
        expect(of[node], `node ${node} of graph ${round}`).toBe(immediate.node);
        checked += 1;
      }
      for (let node = 0; node < graph.nodeCount; node += 1) if (!all.has(node)) expect(of[node]).toBe(-1);
      const places = new Map([...order].map((node, index) => [node, index]));
      for (const node of order) {
        if (node !== 0) expect(places.get(of[node] as number)).toBeLessThan(places.get(node) as number);
      }
    }
    expect(checked).toBeGreaterThan(1500);
  });
  it('are found in a list of 100,000 that is linked both ways, without recursion', () => {
    const nodeCount = 100_000;
    const firstEdge = Uint32Array.from({ length: nodeCount + 1 }, (_, node) => Math.max(0, 2 * node - 1));
    firstEdge[nodeCount] = 2 * nodeCount - 2;
    const edgeTo = Uint32Array.from({ length: 2 * nodeCount - 2 }, (_, edge) =>
      edge === 0 ? 1 : (edge + 1) / 2 + (edge % 2 === 1 ? -1 : 0.5),
    );
    const graph = { nodeCount, firstEdge, edgeTo, holds: new Uint8Array(edgeTo.length).fill(1) };
    const { of } = findDominators(graph);
    expect([of[1], of[2], of[nodeCount - 1]]).toEqual([0, 1, nodeCount - 2]);
  });
});

describe('the cheapest paths', () => {
  it('cost what relaxing every edge until nothing changes says', () => {
    for (let round = 0; round < 500; round += 1) {
      const graph = randomGraph();
      const { nodeCount, firstEdge, edgeTo, holds, edgeCost, nodeCosts } = graph;
      const cost = new Array<number>(nodeCount).fill(Number.POSITIVE_INFINITY);
      cost[0] = 0;
      const step = (node: number, edge: number) => (nodeCosts[node] as number) + (edgeCost[edge] as number);
      for (let pass = 0; pass < nodeCount; pass += 1) {
        for (let node = 0; node < nodeCount; node += 1) {
          for (let edge = firstEdge[node] as number; edge < (firstEdge[node + 1] as number); edge += 1) {
            const to = edgeTo[edge] as number;
            if (holds[edge] === 1)
              cost[to] = Math.min(cost[to] as number, (cost[node] as number) + step(node, edge));
          }
        }
      }
      const { from, via } = findPaths(graph, (node) => nodeCosts[node] as number);
      for (let node = 1; node < nodeCount; node += 1) {
        let total = 0;
        let at = node;
        while ((from[at] as number) >= 0) {
          const edge = via[at] as number;
          expect(edgeTo[edge]).toBe(at);
          total += step(from[at] as number, edge);
          at = from[at] as number;
        }
        expect(at === 0 ? total : Number.POSITIVE_INFINITY).toBe(cost[node]);
      }
    }
  });
});
