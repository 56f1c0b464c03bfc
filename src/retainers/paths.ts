// The cheapest path from the root to each node: not the shortest, but the one that a person would follow. Pure.
import type { FlowGraph } from './dominators.js';

export interface WeightedGraph extends FlowGraph {
  /** What it costs to follow an edge: a small whole number. */
  readonly edgeCost: Uint8Array;
}

export interface Paths {
  /** The node before each node; -1 for the root, and for what is not reached. */
  readonly from: Int32Array;
  /** The edge that leads to each node; -1 where `from` is. */
  readonly via: Int32Array;
}

const none = -1;
const unreached = 0xffffffff;

/** `nodeCost`: what it costs to go on from a node. Of paths that cost the same, the one that was found first. */
export function findPaths(
  { nodeCount, firstEdge, edgeTo, holds, edgeCost }: WeightedGraph,
  nodeCost: (node: number) => number,
): Paths {
  const cost = new Uint32Array(nodeCount).fill(unreached);
  const from = new Int32Array(nodeCount).fill(none);
  const via = new Int32Array(nodeCount).fill(none);
  // PERF: costs are small and whole, so a list for each cost takes the place of a heap.
  const queues: (number[] | undefined)[] = [];
  const enqueue = (node: number, price: number) => {
    cost[node] = price;
    const queue = queues[price];
    if (queue === undefined) queues[price] = [node];
    else queue.push(node);
  };
  if (nodeCount > 0) enqueue(0, 0);
  for (let price = 0; price < queues.length; price += 1) {
    const queue = queues[price] ?? [];
    for (let at = 0; at < queue.length; at += 1) {
      const node = queue[at] as number;
      if (cost[node] !== price) continue;
      const base = price + nodeCost(node);
      const end = firstEdge[node + 1] as number;
      for (let edge = firstEdge[node] as number; edge < end; edge += 1) {
        const to = edgeTo[edge] as number;
        const total = base + (edgeCost[edge] as number);
        if (holds[edge] === 0 || total >= (cost[to] as number)) continue;
        from[to] = node;
        via[to] = edge;
        enqueue(to, total);
      }
    }
    queues[price] = undefined;
  }
  return { from, via };
}
