// The cells of a sweep: every version on every Node with every allocator, and what each is called.
// Pure: nothing is installed or looked up here.
import { distinctFileNames, safeFileName } from './specs.js';

export type Allocator = 'jemalloc' | 'system';

/** A node to measure on: the version or path as the user named it. */
export interface NodeChoice {
  readonly spec: string;
  /** The major version where it is known before the node is fetched. */
  readonly major: string;
}

export interface Cell {
  /** The file's stem, distinct within the sweep. */
  readonly label: string;
  readonly version: string;
  /** Undefined: the node that runs this. */
  readonly node: NodeChoice | undefined;
  /** Undefined: whatever `run` takes. */
  readonly allocator: Allocator | undefined;
}

export interface Axes {
  readonly versions: readonly string[];
  readonly nodes?: readonly NodeChoice[];
  readonly allocators?: readonly Allocator[];
}

/** Versions outside, then nodes, then allocators; an axis of more than one value shows in the label. */
export function cellsOf({ versions, nodes = [], allocators = [] }: Axes): Cell[] {
  const nodeAxis = nodes.length === 0 ? [undefined] : nodes;
  const allocatorAxis = allocators.length === 0 ? [undefined] : allocators;
  const cells = versions.flatMap((version) =>
    nodeAxis.flatMap((node) =>
      allocatorAxis.map((allocator): Cell => {
        const parts = [
          safeFileName(version),
          ...(nodes.length > 1 ? [`node${node?.major}`] : []),
          ...(allocators.length > 1 ? [`${allocator}`] : []),
        ];
        return { label: parts.join('_'), version, node, allocator };
      }),
    ),
  );
  const labels = distinctFileNames(cells.map(({ label }) => label));
  return cells.map((cell, index) => ({ ...cell, label: labels[index] ?? cell.label }));
}
