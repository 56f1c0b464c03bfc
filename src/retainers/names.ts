// What a node is called by a person, and which nodes are somebody's storage or V8's own.
import { type HeapSnapshot, type ScriptPlace, typeNumbers } from './snapshot.js';

/** Where a function begins, as its script says it; from 0. */
export interface CodePlace extends ScriptPlace {
  readonly url: string;
}

const nodeTypeNames = [
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
type NodeTypeName = (typeof nodeTypeNames)[number];

/** Types whose name is text of the program, or none: they are called by their type. */
const calledByType: ReadonlySet<NodeTypeName> = new Set([
  'string',
  'concatenated string',
  'sliced string',
  'regexp',
  'number',
  'symbol',
  'bigint',
]);

const storage =
  /^\((object|bound)\b|^system \/ (FixedArray|OrderedHash|PropertyArray|FixedDouble|ByteArray|HashTable|NameDictionary|NumberDictionary|EphemeronHashTable|WeakArrayList|WeakFixedArray|ArrayList|Cell$|ContextCell)/;
const ofV8 =
  /feedback|\(code|^code$|^\((source|bytecode|constant|handler|enum|shared)|system \/ (Map|Descriptor|Feedback|Shared|Scope|Bytecode|Trusted|Uncompiled|Cell|PropertyCell|Transition|AccessorPair|AllocationSite|Load|Store)/i;
const contextName = 'system / Context';
const plainNames: Readonly<Record<string, string>> = {
  'system / JSArrayBufferData': 'ArrayBuffer memory',
  'system / WeakCell': 'FinalizationRegistry cell',
  'system / ExternalStringData': 'string memory',
  [contextName]: 'variables of a function',
};

export class Names {
  readonly #snapshot: HeapSnapshot;
  readonly #type: Readonly<Record<NodeTypeName, number>>;
  readonly #internal: number;
  readonly #isStorage = new Map<number, boolean>();
  readonly #isOfV8 = new Map<number, boolean>();

  constructor(snapshot: HeapSnapshot) {
    this.#snapshot = snapshot;
    this.#type = typeNumbers(snapshot.nodeTypes, nodeTypeNames);
    this.#internal = snapshot.edgeTypes.indexOf('internal');
  }

  /** As V8 has it. */
  raw(node: number): string {
    return this.#snapshot.text(this.#snapshot.nodeName[node] as number);
  }

  is(node: number, type: NodeTypeName): boolean {
    return this.#snapshot.nodeType[node] === this.#type[type];
  }

  isContext(node: number): boolean {
    return this.raw(node) === contextName;
  }

  /** What kind of thing it is, as a person names it. */
  kind(node: number): string {
    const type = this.#snapshot.nodeTypes[this.#snapshot.nodeType[node] as number] as NodeTypeName;
    if (calledByType.has(type)) return type;
    const name = this.raw(node);
    if (type === 'closure') return name === '' ? 'function' : `function ${name}`;
    return plainNames[name] ?? (name === '' ? type : name);
  }

  /** Tables and lists that belong to one container, which a path steps over. */
  isStorage(node: number): boolean {
    if (this.is(node, 'array')) return true;
    if (!this.is(node, 'hidden') && !this.is(node, 'code') && !this.is(node, 'object')) return false;
    return this.#matches(this.#isStorage, storage, node);
  }

  /** Code, feedback, shapes: what V8 keeps of the program, whatever it does. */
  isOfV8(node: number): boolean {
    if (this.is(node, 'code') || this.is(node, 'object shape')) return true;
    if (this.is(node, 'hidden')) return !/Context|WeakCell/.test(this.raw(node)) && !this.isStorage(node);
    return this.is(node, 'array') && this.#matches(this.#isOfV8, ofV8, node);
  }

  /** The target of an internal edge with one of these names; -1 where there is none. */
  internal(node: number, ...names: readonly string[]): number {
    const { firstEdge, edgeType, edgeName, edgeTo } = this.#snapshot;
    const end = firstEdge[node + 1] as number;
    for (let edge = firstEdge[node] as number; edge < end; edge += 1) {
      if (edgeType[edge] !== this.#internal) continue;
      if (names.includes(this.#snapshot.text(edgeName[edge] as number))) return edgeTo[edge] as number;
    }
    return -1;
  }

  /** Whether the variables are those of a whole file: its module's, or those around everything in it. */
  isOfFile(context: number): boolean {
    const around = this.internal(context, 'previous');
    return around >= 0 && this.raw(around) === 'system / NativeContext';
  }

  /** Whether V8 keeps its properties in a table, as it does where keys come and go. */
  isDictionary(object: number): boolean {
    const properties = this.internal(object, 'properties');
    return properties >= 0 && this.is(properties, 'array');
  }

  /** The file of an ECMAScript module. */
  moduleScript(module: number): string | undefined {
    for (const slot of this.#targets(module)) {
      const body = this.internal(slot, 'function');
      if (body >= 0) return this.script(this.internal(body, 'shared'));
    }
    return undefined;
  }

  /** What a module calls the variable whose cell this is; absent if it does not export it. */
  exportedName(module: number, cell: number): string | undefined {
    for (const table of this.#targets(module)) {
      if (!this.is(table, 'array')) continue;
      let key: number | undefined;
      for (const entry of this.#targets(table)) {
        if (entry === cell && key !== undefined) return this.raw(key);
        key = this.is(entry, 'string') ? entry : undefined;
      }
    }
    return undefined;
  }

  *#targets(node: number): Generator<number> {
    const { firstEdge, edgeTo } = this.#snapshot;
    for (let edge = firstEdge[node] as number; edge < (firstEdge[node + 1] as number); edge += 1) {
      yield edgeTo[edge] as number;
    }
  }

  /** Where a closure begins; absent for native functions. */
  place(closure: number): CodePlace | undefined {
    const at = this.#snapshot.places.get(closure);
    const url = this.script(this.internal(closure, 'shared'));
    return at === undefined || url === undefined ? undefined : { url, ...at };
  }

  /** What the script of shared function data is called. */
  script(shared: number): string | undefined {
    if (shared < 0) return undefined;
    const script = this.internal(shared, 'script', 'script_or_debug_info');
    const name = script < 0 ? '' : this.raw(script).replace(/^(system \/ )?Script( |$)/, '');
    return name === '' || name.startsWith('system /') ? undefined : name;
  }

  #matches(known: Map<number, boolean>, pattern: RegExp, node: number): boolean {
    const name = this.#snapshot.nodeName[node] as number;
    const before = known.get(name);
    if (before !== undefined) return before;
    const matches = pattern.test(this.raw(node));
    known.set(name, matches);
    return matches;
  }
}
