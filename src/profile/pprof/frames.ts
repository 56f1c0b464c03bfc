// The frames of a pprof file by the ids of its locations. A location may hold several: functions that were inlined.
import { defined } from '../../shapes.js';
import type { FrameKind, ProfileFrame, ProfileObject } from '../model.js';
import { isCollector } from '../names/native-name.js';
import { packageOf } from '../names/paths.js';
import { functionField, lineField, locationField, mappingByKind, mappingField } from './layout.js';
import { type Field, fieldsOf, WireError } from './wire.js';

export interface FileTables {
  readonly mappings: readonly Field[];
  readonly functions: readonly Field[];
  readonly locations: readonly Field[];
}

interface FileFunction {
  readonly name: string;
  readonly file: string;
  readonly startLine: number;
}

const kindByMapping = new Map(Object.entries(mappingByKind).map(([kind, name]) => [name, kind as FrameKind]));
/** Lines of one location. */
const mostInlined = 256;

export class FileFrames {
  readonly #bytes: Buffer;
  readonly #texts: (index: number) => string;
  readonly #codeLocations: ReadonlySet<number>;
  /** True if benchmem wrote the file: mappings in brackets are its own. */
  readonly #ours: boolean;
  readonly #mappings = new Map<number, ProfileObject>();
  readonly #functions = new Map<number, FileFunction>();
  readonly #locations = new Map<number, readonly ProfileFrame[]>();

  /** Throws WireError for ids that are missing, doubled, or of nothing. */
  constructor(
    bytes: Buffer,
    tables: FileTables,
    texts: (index: number) => string,
    codeLocations: ReadonlySet<number> | undefined,
  ) {
    this.#bytes = bytes;
    this.#texts = texts;
    this.#ours = codeLocations !== undefined;
    this.#codeLocations = codeLocations ?? new Set();
    for (const field of tables.mappings) this.#mapping(this.#numbers(field));
    for (const field of tables.functions) this.#function(this.#numbers(field));
    for (const field of tables.locations) this.#location(field);
  }

  /** Throws WireError. */
  at(id: number): readonly ProfileFrame[] {
    const frames = this.#locations.get(id);
    if (frames === undefined) throw new WireError(`has a stack with location ${id}, and no such location`);
    return frames;
  }

  objects(): ProfileObject[] {
    return [...this.#mappings.values()].filter(({ name }) => name !== '' && this.#kindOf(name) === undefined);
  }

  #kindOf(mapping: string): FrameKind | undefined {
    return this.#ours ? kindByMapping.get(mapping) : undefined;
  }

  #mapping(numbers: ReadonlyMap<number, number>): void {
    const buildId = this.#texts(numbers.get(mappingField.buildId) ?? 0);
    const name = this.#texts(numbers.get(mappingField.name) ?? 0);
    add(this.#mappings, numbers.get(mappingField.id), 'mapping', {
      name: this.#ours ? name : name.slice(name.lastIndexOf('/') + 1),
      ...(buildId !== '' && { buildId }),
    });
  }

  #function(numbers: ReadonlyMap<number, number>): void {
    const [name, systemName, file] = [functionField.name, functionField.systemName, functionField.file].map(
      (field) => this.#texts(numbers.get(field) ?? 0),
    ) as [string, string, string];
    add(this.#functions, numbers.get(functionField.id), 'function', {
      name: name === '' ? systemName : name,
      file,
      startLine: numbers.get(functionField.startLine) ?? 0,
    });
  }

  #location(field: Field): void {
    const numbers = this.#numbers(field);
    const id = numbers.get(locationField.id);
    const mappingId = numbers.get(locationField.mapping) ?? 0;
    const mapping = mappingId === 0 ? undefined : this.#mappings.get(mappingId);
    if (mappingId !== 0 && mapping === undefined) {
      throw new WireError(`has a location in mapping ${mappingId}, and no such mapping`);
    }
    const address = counted(numbers.get(locationField.address));
    const coded = this.#codeLocations.has(id ?? 0);
    const lines: ProfileFrame[] = [];
    for (const line of fieldsOf(this.#bytes, field.start, field.end)) {
      if (line.number !== locationField.line || line.value !== undefined) continue;
      if (lines.length >= mostInlined)
        throw new WireError(`has a location of more than ${mostInlined} lines`);
      lines.push(this.#frame(this.#numbers(line), mapping?.name ?? '', address, coded));
    }
    if (lines.length === 0) lines.push(nameless(mapping?.name ?? '', address));
    add(this.#locations, id, 'location', lines);
  }

  #frame(
    line: ReadonlyMap<number, number>,
    mapping: string,
    address: number | undefined,
    coded: boolean,
  ): ProfileFrame {
    const id = line.get(lineField.function) ?? 0;
    const own = this.#functions.get(id);
    if (own === undefined) throw new WireError(`has a line of function ${id}, and no such function`);
    const kind = this.#kindOf(mapping);
    const object = kind === undefined && mapping !== '' ? mapping : undefined;
    const file = own.file === '' || (this.#ours && own.file === object) ? undefined : own.file;
    return defined({
      kind: kind ?? (isCollector(own.name) ? 'collector' : 'native'),
      name: own.name === '' ? nameless(mapping, address).name : own.name,
      file,
      line: counted(line.get(lineField.line)),
      column: counted(line.get(lineField.column)),
      functionLine: counted(own.startLine),
      package: packageOf(file ?? object),
      address: kind === undefined ? address : undefined,
      object,
      rule: coded ? ('code' as const) : undefined,
    });
  }

  // Of each number field the last one, as the format says.
  #numbers(message: Field): ReadonlyMap<number, number> {
    const found = new Map<number, number>();
    for (const { number, value } of fieldsOf(this.#bytes, message.start, message.end)) {
      if (value !== undefined) found.set(number, value);
    }
    return found;
  }
}

function add<Entry>(table: Map<number, Entry>, id: number | undefined, what: string, entry: Entry): void {
  if (id === undefined || id === 0) throw new WireError(`has a ${what} without an id`);
  if (table.has(id)) throw new WireError(`has two entries for ${what} ${id}`);
  table.set(id, entry);
}

// What is 0, or too large to be exact, is not there.
function counted(value: number | undefined): number | undefined {
  return value !== undefined && value > 0 && Number.isSafeInteger(value) ? value : undefined;
}

function nameless(object: string, address: number | undefined): ProfileFrame {
  const place = address === undefined ? '' : `+0x${address.toString(16)}`;
  const name = object === '' && place === '' ? '[unknown code]' : `${object}${place}`;
  return defined({ kind: 'native' as const, name, address, object: object === '' ? undefined : object });
}
