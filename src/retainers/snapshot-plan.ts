// What the head of a heap snapshot says of its tables: which field stands where. Never by position: they differ by version.
import { isRecord, isTexts } from '../shapes.js';
import { badSnapshot } from './bad-snapshot.js';
import type { SnapshotLayout } from './snapshot.js';

export interface HeapPlan extends SnapshotLayout {
  readonly nodeCount: number;
  readonly edgeCount: number;
  readonly nodeFields: Fields<'type' | 'name' | 'id' | 'bytes' | 'edges'>;
  readonly edgeFields: Fields<'type' | 'name' | 'to'>;
  readonly placeFields: Fields<'node' | 'line' | 'column'>;
}

/** Where each field stands in a row, and how many stand there. */
export type Fields<Name extends string> = Readonly<Record<Name | 'fields', number>>;

// WHY: there is a bound, because the columns are made by what the head says. A heap of 16 GB in small objects stays below it.
const mostRows = 2 ** 29;

/** `text`: what stands before the nodes. Throws BAD_SNAPSHOT. */
export function readPlan(text: string): HeapPlan {
  const snapshot = parseHead(text);
  const meta = isRecord(snapshot) && isRecord(snapshot.meta) ? snapshot.meta : {};
  const { node_count: nodeCount, edge_count: edgeCount } = isRecord(snapshot) ? snapshot : {};
  return {
    nodeTypes: typesOf(meta.node_types),
    edgeTypes: typesOf(meta.edge_types),
    nodeCount: rowsOf(nodeCount),
    edgeCount: rowsOf(edgeCount),
    nodeFields: fieldsOf(meta.node_fields, {
      type: 'type',
      name: 'name',
      id: 'id',
      bytes: 'self_size',
      edges: 'edge_count',
    }),
    edgeFields: fieldsOf(meta.edge_fields, { type: 'type', name: 'name_or_index', to: 'to_node' }),
    placeFields: fieldsOf(meta.location_fields, { node: 'object_index', line: 'line', column: 'column' }),
  };
}

function parseHead(text: string): unknown {
  try {
    const head: unknown = JSON.parse(`${text.trimEnd().replace(/,$/, '')}}`);
    return isRecord(head) ? head.snapshot : undefined;
  } catch (error) {
    throw badSnapshot('its head is no JSON', error);
  }
}

// The first entry lists the types; the others say what the further fields are.
function typesOf(lists: unknown): readonly string[] {
  const types: unknown = Array.isArray(lists) ? lists[0] : undefined;
  if (!isTexts(types) || types.length === 0 || types.length > 255) throw badSnapshot('it lists no types');
  return types;
}

function rowsOf(count: unknown): number {
  if (typeof count === 'number' && Number.isInteger(count) && count >= 0 && count <= mostRows) return count;
  throw badSnapshot('it does not say how many nodes and edges it has, or has too many');
}

function fieldsOf<Name extends string>(list: unknown, names: Readonly<Record<Name, string>>): Fields<Name> {
  if (!isTexts(list)) throw badSnapshot('it does not list its fields');
  const at = { fields: list.length } as Record<Name | 'fields', number>;
  for (const [name, field] of Object.entries<string>(names)) {
    const index = list.indexOf(field);
    if (index < 0) throw badSnapshot(`it has no field ${field}`);
    at[name as Name] = index;
  }
  return at;
}
