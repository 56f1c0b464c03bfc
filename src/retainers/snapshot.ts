// A heap snapshot of V8 in columns: what each node and edge is. Holds no text of the program's strings.

/** Of one table of a snapshot: what stands in which field, and what the numbers of its types mean. */
export interface SnapshotLayout {
  readonly nodeTypes: readonly string[];
  readonly edgeTypes: readonly string[];
}

/**
 * INVARIANT: every `edgeTo` is below `nodeCount`, and the edges of node n are those from `firstEdge[n]` up to, not including,
 * `firstEdge[n + 1]`.
 */
export interface HeapSnapshot extends SnapshotLayout {
  readonly nodeCount: number;
  readonly nodeType: Uint8Array;
  readonly nodeName: Uint32Array;
  /** V8's number of the object, which it keeps when it is moved. Odd for V8's own objects. */
  readonly nodeId: Uint32Array;
  /** Bytes of the object alone. */
  readonly nodeBytes: Float64Array;
  readonly firstEdge: Uint32Array;
  readonly edgeType: Uint8Array;
  /** The index of an element, or of a name. */
  readonly edgeName: Uint32Array;
  readonly edgeTo: Uint32Array;
  /** Where closures begin in their scripts, by node; from 0. */
  readonly places: ReadonlyMap<number, ScriptPlace>;
  /** The text of a name that is needed: of a class, a function, a property. '' for any other. */
  text(name: number): string;
}

export interface ScriptPlace {
  readonly line: number;
  readonly column: number;
}

/** The number of each type that the rules speak of; -1 where this V8 has none. */
export function typeNumbers<Name extends string>(
  types: readonly string[],
  names: readonly Name[],
): Readonly<Record<Name, number>> {
  return Object.fromEntries(names.map((name) => [name, types.indexOf(name)])) as Record<Name, number>;
}
