// A path as a person thinks of it: steps of storage are folded away, and it begins at a module or a variable.
// INVARIANT: no text of the program stands in it but names that its author gave in code; keys of crowded objects are data.
import type { CodePlace, Names } from './names.js';
import type { Paths } from './paths.js';
import { type HeapSnapshot, typeNumbers } from './snapshot.js';

/** One step: what it is, and how the next one hangs on it. */
export interface TrailStep {
  /** `module` where it has a `url`. */
  readonly node: string;
  /** `.name`, ` var name`, `[]`; '' for the last step, and where the next one hangs on it directly. */
  readonly edge: string;
  /** Where a function begins; of a module: where a function in it begins, if the path came by one. */
  readonly place?: CodePlace;
  /** Of a module. */
  readonly url?: string;
}

/** A path to one node; grows by one step, and shares what comes before. */
export interface Trail {
  readonly before: Trail | undefined;
  readonly step: TrailStep;
  /** Tells trails apart that lead the same way. */
  readonly key: string;
  readonly isOfProgram: boolean;
  /** The module where it begins, while it has no further step. */
  readonly module?: number;
}

/** An object with more properties than this is a dictionary: its keys are data. */
const crowded = 40;
/** What the measuring child keeps the action's arguments in. */
const argumentsClass = 'BenchmemArguments';
const argumentsName = 'the arguments of the action';
const identifier = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;
const roots: Readonly<Record<string, string>> = {
  '(Global handles)': 'native code (a reference of an addon, or of node itself)',
  '(Stack roots)': 'a function that runs',
  '(Handle scope)': 'a native function that runs',
  '(Micro tasks)': 'the queue of microtasks',
};
const silent: ReadonlySet<string> = new Set([
  'table',
  'elements',
  'properties',
  'context',
  'previous',
  'value',
]);
/** Lists that hang together by these are one list, whichever way one walks. */
const listEdges: ReadonlySet<string> = new Set(['._idleNext', '._idlePrev', '.next', '.prev', '.previous']);
/** Kinds that say nothing: a run of them is not a list. */
const plainKinds: ReadonlySet<string> = new Set(['Object', 'Array']);

export class Trails {
  readonly #snapshot: HeapSnapshot;
  readonly #names: Names;
  readonly #paths: Paths;
  readonly #edge;
  readonly #known = new Map<number, Trail>();
  readonly #crowded = new Map<number, boolean>();

  constructor(snapshot: HeapSnapshot, names: Names, paths: Paths) {
    this.#snapshot = snapshot;
    this.#names = names;
    this.#paths = paths;
    this.#edge = typeNumbers(snapshot.edgeTypes, ['context', 'element', 'property', 'internal', 'hidden']);
  }

  /** The node before it on its path. */
  before(node: number): number {
    return this.#paths.from[node] as number;
  }

  // WHY: there is no recursion, because a list may be as long as the heap.
  to(node: number): Trail {
    const pending: number[] = [];
    let at = node;
    while (!this.#known.has(at)) {
      pending.push(at);
      if ((this.#paths.from[at] as number) < 0) break;
      at = this.#paths.from[at] as number;
    }
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      this.#known.set(next, this.#lead(next));
    }
    return this.#known.get(node) as Trail;
  }

  #lead(node: number): Trail {
    const from = this.#paths.from[node] as number;
    const before = this.#known.get(from);
    if (before === undefined || this.#names.is(node, 'synthetic'))
      return begin({ node: this.#rootName(node) });
    const edge = this.#paths.via[node] as number;
    const module = this.#moduleAt(node, edge);
    if (module !== undefined) return module;
    if (this.#names.isContext(node)) return this.#intoVariables(before, node, from);
    const access = this.#access(edge, from);
    if (this.#names.isStorage(node)) return this.#intoExport(before, node, from) ?? extend(before, access);
    return this.#follow(before, access, node);
  }

  #follow(before: Trail, access: string, node: number): Trail {
    const kind = this.#names.kind(node);
    if (kind === argumentsClass) return begin({ node: argumentsName }, true);
    if (before.step.node === argumentsName && access === '.values') return before;
    const { step } = before;
    const isRun = kind === step.node && (step.edge === '' || step.edge === '[list]');
    if (isRun && (access === '[list]' || !plainKinds.has(kind))) return before;
    const place = this.#names.is(node, 'closure') ? this.#names.place(node) : undefined;
    // The function that a module's code is, while and after it runs: its variables are the module's.
    if (before.module !== undefined && this.#names.raw(node) === 'Generator') return before;
    const hung = extend(before, access);
    const isOfProgram = before.isOfProgram || (place !== undefined && !isOfNode(place.url));
    return append(hung, place === undefined ? { node: kind } : { node: kind, place }, isOfProgram);
  }

  // The variables of a function are reached through any function that sees them; those of a file are the file's.
  #intoVariables(before: Trail, context: number, from: number): Trail {
    if (!this.#names.is(from, 'closure')) return before;
    const place = this.#names.place(from);
    if (place === undefined) return before;
    if (isOfNode(place.url)) return before.isOfProgram ? before : begin({ node: place.url });
    return this.#names.isOfFile(context) ? begin({ node: 'module', url: place.url, place }, true) : before;
  }

  #moduleAt(node: number, edge: number): Trail | undefined {
    const name = this.#names.raw(node);
    if (name === 'system / SourceTextModule') {
      const url = this.#names.moduleScript(node);
      const step = url === undefined ? { node: 'a module' } : { node: 'module', url };
      return { ...begin(step, true), module: node };
    }
    const key = this.#edgeText(edge);
    if (name !== 'Module' || this.#snapshot.edgeType[edge] !== this.#edge.property || !key.includes('/'))
      return undefined;
    return begin({ node: 'module', url: key }, true);
  }

  // An exported variable lives in a cell of its own, in a list that the module holds.
  #intoExport({ module, ...before }: Trail, cell: number, list: number): Trail | undefined {
    if (module === undefined || this.#names.raw(cell) !== 'system / Cell' || !this.#names.is(list, 'array'))
      return undefined;
    const name = this.#names.exportedName(module, cell);
    if (name === undefined) return undefined;
    return extend({ ...before, ...begin({ ...before.step }, true) }, ` var ${name}`);
  }

  #access(edge: number, from: number): string {
    const type = this.#snapshot.edgeType[edge];
    if (type === this.#edge.element || type === this.#edge.hidden) return '[]';
    const name = this.#edgeText(edge);
    if (type === this.#edge.context) return ` var ${name}`;
    if (type === this.#edge.internal) return internalAccess(name);
    if (this.#isCrowded(from) || !identifier.test(name)) return '[*]';
    return listEdges.has(`.${name}`) ? '[list]' : `.${name}`;
  }

  #edgeText(edge: number): string {
    return this.#snapshot.text(this.#snapshot.edgeName[edge] as number);
  }

  // WHY: functions and classes are left out, because their properties are written in code.
  #isCrowded(node: number): boolean {
    const known = this.#crowded.get(node);
    if (known !== undefined) return known;
    const { firstEdge, edgeType } = this.#snapshot;
    let properties = 0;
    for (let edge = firstEdge[node] as number; edge < (firstEdge[node + 1] as number); edge += 1) {
      if (edgeType[edge] === this.#edge.property) properties += 1;
    }
    const isCrowded =
      !this.#names.is(node, 'closure') && (properties > crowded || this.#names.isDictionary(node));
    this.#crowded.set(node, isCrowded);
    return isCrowded;
  }

  #rootName(node: number): string {
    const name = this.#names.raw(node);
    return roots[name] ?? (name === '' ? 'the root of the heap' : name.replace(/[()]/g, ''));
  }
}

/** Its steps, the first one first. */
export function stepsOf(trail: Trail): TrailStep[] {
  const steps: TrailStep[] = [];
  for (let at: Trail | undefined = trail; at !== undefined; at = at.before) steps.push(at.step);
  return steps.reverse();
}

function internalAccess(name: string): string {
  if (/^\d+$/.test(name)) return '[]';
  if (name.includes(' pair in WeakMap ')) return '[WeakMap value]';
  return silent.has(name) ? '' : `{${name}}`;
}

function isOfNode(url: string): boolean {
  return url.startsWith('node:');
}

function begin(step: Omit<TrailStep, 'edge'>, isOfProgram = false): Trail {
  const whole = { ...step, edge: '' };
  return { before: undefined, step: whole, key: keyOf(whole), isOfProgram };
}

function append(before: Trail, step: Omit<TrailStep, 'edge'>, isOfProgram: boolean): Trail {
  const whole = { ...step, edge: '' };
  return {
    before,
    step: whole,
    key: `${before.key}\n${keyOf(whole)}`,
    isOfProgram,
  };
}

function extend(trail: Trail, access: string): Trail {
  const { step } = trail;
  if (access === '' || (access.startsWith('[') && step.edge.endsWith(access))) return trail;
  return { ...trail, step: { ...step, edge: step.edge + access }, key: `${trail.key}${access}` };
}

function keyOf({ node, place, url }: TrailStep): string {
  if (url !== undefined || place === undefined) return `${node}\t${url ?? ''}`;
  return `${node}\t${place.url}:${place.line}:${place.column}`;
}
