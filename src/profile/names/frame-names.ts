// The frames of one reading by their keys: each is named once, by its object's symbols or by V8's name and its script.
import type { ProfileReading } from '../../native/contract.js';
import { defined } from '../../shapes.js';
import type { ProfileFrame, ProfileObject } from '../model.js';
import { readCodeName } from './code-event.js';
import { readNativeName } from './native-name.js';
import { type Folders, fileName, packageOf, scriptName } from './paths.js';
import { placeIn, type RanScript, ScriptPlaces, type ScriptTexts } from './places.js';
import type { SymbolTable } from './symbols.js';

/** What naming needs of the world; given, so that names can be tested without it. */
export interface NamingWorld extends ScriptTexts, Folders {
  /** The path of the program that was profiled. */
  readonly executable: string;
  /** The symbols of the object at a path; undefined if it cannot be read. */
  readonly symbolsOf: (path: string) => SymbolTable | undefined;
  /** Answers what is not mangled as it is. */
  readonly demangle: (name: string) => string;
}

interface LoadedObject {
  readonly name: string;
  readonly base: bigint;
  readonly symbols: SymbolTable | undefined;
}

const javaScriptBit = 1n << 63n;
const specialBit = 1n << 62n;
const addressBits = (1n << 48n) - 1n;
const firstThread = 0x10000;
/** The file of code that has none. */
export const evaluated = '[eval]';
/** In `rules`. */
const fromCode = 1;
const specials: ReadonlyMap<number, ProfileFrame> = new Map([
  [1, { kind: 'special', name: '[truncated]' }],
  [2, { kind: 'wasm', name: '[wasm]' }],
  [3, { kind: 'special', name: '[unknown code]' }],
]);
export const truncatedFrame = specials.get(1) as ProfileFrame;
export const unknownCode = specials.get(3) as ProfileFrame;

export class FrameNames {
  readonly #reading: ProfileReading;
  readonly #world: NamingWorld;
  readonly #places: ScriptPlaces;
  readonly #frames: (ProfileFrame | undefined)[] = [];
  readonly #objects = new Map<number, LoadedObject>();
  readonly #withoutSymbol = new Set<ProfileFrame>();

  constructor(reading: ProfileReading, world: NamingWorld, ran: readonly RanScript[] = []) {
    this.#reading = reading;
    this.#world = world;
    this.#places = new ScriptPlaces(world, ran);
    for (const { id, path, base } of reading.objects) {
      const isProgram = path === '' || path === world.executable;
      const name = isProgram ? programName(world) : fileName(path, world);
      this.#objects.set(id, { name, base, symbols: world.symbolsOf(isProgram ? world.executable : path) });
    }
  }

  /** Of every loaded object that a frame could name, the program first. */
  objects(): ProfileObject[] {
    const program = programName(this.#world);
    const used = new Map<string, ProfileObject>([[program, { name: program }]]);
    const names = new Set(this.#frames.map((frame) => frame?.object));
    for (const { name, symbols } of this.#objects.values()) {
      if (name === program || names.has(name)) used.set(name, defined({ name, buildId: symbols?.buildId }));
    }
    return [...used.values()];
  }

  /** The number of the thread that a frame stands for; undefined for code. */
  threadOf(index: number): number | undefined {
    const key = this.#reading.frames[index] ?? 0n;
    if ((key & javaScriptBit) !== 0n || (key & specialBit) === 0n) return undefined;
    const low = Number(key & 0xffffffffn);
    return low >= firstThread ? low - firstThread : undefined;
  }

  /** False for a native frame that is named by its object and address alone. */
  hasSymbol(frame: ProfileFrame): boolean {
    return !this.#withoutSymbol.has(frame);
  }

  frameOf(index: number): ProfileFrame {
    this.#frames[index] ??= this.#nameOf(index);
    return this.#frames[index];
  }

  #nameOf(index: number): ProfileFrame {
    const key = this.#reading.frames[index] ?? specialBit;
    if ((key & javaScriptBit) !== 0n) {
      return this.#script(Number((key >> 32n) & 0x7fffffffn), Number(key & 0xffffffffn) - 1);
    }
    if ((key & specialBit) !== 0n) return specials.get(Number(key & 0xffffffffn)) ?? unknownCode;
    const isCode = this.#reading.rules?.[index] === fromCode;
    return this.#native(Number((key >> 48n) & 0xffn), key & addressBits, isCode);
  }

  #native(id: number, returnAddress: bigint, isCode: boolean): ProfileFrame {
    const object = this.#objects.get(id);
    if (object === undefined) return unknownCode;
    // The call lies before the address that it returns to.
    const address = Number(returnAddress - 1n - object.base);
    if (!Number.isSafeInteger(address) || address < 0) return unknownCode;
    const symbol = object.symbols?.nameOf(address);
    const rule = isCode ? ('code' as const) : undefined;
    const place = defined({ object: object.name, package: packageOf(object.name), address, rule });
    if (symbol !== undefined) {
      const named = readNativeName(symbol, this.#world.demangle);
      // Where V8 itself names its builtins they have no object and no address.
      return named.kind === 'builtin' ? named : { ...named, ...place };
    }
    const short = object.name.slice(object.name.lastIndexOf('/') + 1);
    const frame: ProfileFrame = { kind: 'native', name: `${short}+0x${address.toString(16)}`, ...place };
    this.#withoutSymbol.add(frame);
    return frame;
  }

  // `position` counts characters of the script from 0; -1 where there is none.
  #script(id: number, position: number): ProfileFrame {
    const event = this.#reading.functions[id];
    // WHY: no frame is named any more, because what reads frames wrongly once is not believed elsewhere.
    if (event === undefined || this.#reading.jsFramesRefused !== undefined) return unknownCode;
    const scriptId = this.#reading.functionScripts?.[id] ?? 0;
    const isScript = (url: string) => this.#places.scriptOf(url) !== undefined;
    const ran = this.#places.ranScript(scriptId);
    const { kind, name, url = '', line, column } = readCodeName(event, { url: ran?.url, isScript });
    if (kind !== 'js' || line === undefined || column === undefined) {
      return defined({
        kind,
        name,
        file: url === '' ? undefined : scriptName(url, this.#world),
        functionLine: line,
      });
    }
    const script = this.#places.scriptOf(url, scriptId);
    const begin = { line, column };
    const executed = position < 0 ? undefined : placeIn(script, position, begin);
    const source = executed && this.#places.sourceOf(executed, script);
    const own = this.#places.sourceOf({ url, ...begin }, script);
    const place = source ?? own;
    const file = place.url === '' ? evaluated : scriptName(place.url, this.#world);
    return defined({
      kind,
      name,
      file,
      package: packageOf(file),
      line: source?.line,
      column: source?.column,
      // Bundles: the function may be of another source than the line in it.
      functionLine: source === undefined || own.url === source.url ? own.line : undefined,
    });
  }
}

// WHY: its last part is used, because a node that npm installed lies in a package, and is nobody's package.
function programName({ executable }: NamingWorld): string {
  return executable.slice(executable.lastIndexOf('/') + 1);
}
