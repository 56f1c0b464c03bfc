// Reads what names code in a 64-bit little-endian ELF file: its functions and its build-id.
// Files are hostile: every offset is checked against the file, and what does not fit is as if it were not there.

/** A file, read piece by piece: node's own is larger than 100 MB, and its symbols a tenth of that. */
export interface ByteSource {
  readonly size: number;
  /** Exactly so many bytes; undefined if the file does not have them or cannot be read. */
  read(offset: number, length: number): Buffer | undefined;
}

export interface ElfFunction {
  readonly address: number;
  readonly size: number;
  /** Offset in `names`. */
  readonly nameAt: number;
  readonly binding: 'global' | 'weak' | 'local';
}

export interface ElfFile {
  readonly functions: readonly ElfFunction[];
  /** The string table of `functions`. */
  readonly names: Buffer;
  readonly buildId?: string;
}

interface Section {
  readonly type: number;
  readonly flags: number;
  readonly offset: number;
  readonly size: number;
  readonly link: number;
}

const [headerSize, sectionSize, programSize, symbolSize] = [64, 64, 56, 24];
const [symbolTable, dynamicSymbols, noteSegment, buildIdNote] = [2, 11, 4, 3];
const [noType, functionType, indirectType] = [0, 2, 10];
const executableFlag = 4;
const bindings = { 0: 'local', 1: 'global', 2: 'weak', 10: 'global' } as const;
/** More than any real object has. */
const mostNotes = 64;
const mostNoteBytes = 1 << 16;
/** 4 million functions. */
const mostTableBytes = 96 << 20;
const mostNameBytes = 512 << 20;

/** Undefined for what is no such file. */
export function readElf(source: ByteSource): ElfFile | undefined {
  const header = source.read(0, headerSize);
  // The magic number, 64 bits, least byte first.
  if (header === undefined || header.readUInt32BE(0) !== 0x7f454c46 || header.readUInt16BE(4) !== 0x0201) {
    return undefined;
  }
  let buildId: string | undefined;
  for (const entry of entriesOf(source, wordAt(header, 32), header.readUInt16LE(56), programSize)) {
    if (entry.readUInt32LE(0) !== noteSegment) continue;
    buildId ??= buildIdIn(source, wordAt(entry, 8), wordAt(entry, 32));
  }
  const symbols = symbolsOf(source, wordAt(header, 40), header.readUInt16LE(60));
  return { ...symbols, ...(buildId !== undefined && { buildId }) };
}

/** The name at an offset of a string table; '' outside of it. */
export function nameAt(names: Buffer, offset: number): string {
  if (offset >= names.length) return '';
  const end = names.indexOf(0, offset);
  return end < 0 ? '' : names.toString('utf8', offset, end);
}

// A word that is no exact number lies outside of every file.
function wordAt(bytes: Buffer, offset: number): number {
  const word = Number(bytes.readBigUInt64LE(offset));
  return Number.isSafeInteger(word) ? word : Number.MAX_SAFE_INTEGER;
}

function entriesOf(source: ByteSource, offset: number, count: number, size: number): Buffer[] {
  const table = source.read(offset, count * size);
  if (table === undefined) return [];
  return Array.from({ length: count }, (_, index) => table.subarray(index * size, (index + 1) * size));
}

function buildIdIn(source: ByteSource, offset: number, length: number): string | undefined {
  const notes = source.read(offset, Math.min(length, mostNoteBytes));
  if (notes === undefined) return undefined;
  let at = 0;
  for (let left = mostNotes; left > 0 && at + 12 <= notes.length; left -= 1) {
    const nameSize = notes.readUInt32LE(at);
    const size = notes.readUInt32LE(at + 4);
    const type = notes.readUInt32LE(at + 8);
    const start = at + 12 + roundUp(nameSize);
    if (start + size > notes.length) return undefined;
    const isGnu = nameSize === 4 && notes.toString('latin1', at + 12, at + 15) === 'GNU';
    if (type === buildIdNote && isGnu && size > 0) return notes.toString('hex', start, start + size);
    at = start + roundUp(size);
  }
  return undefined;
}

function roundUp(size: number): number {
  return Math.ceil(size / 4) * 4;
}

/** Of .symtab; of .dynsym where the object is stripped. */
function symbolsOf(source: ByteSource, offset: number, count: number): Pick<ElfFile, 'functions' | 'names'> {
  const sections = entriesOf(source, offset, count, sectionSize).map(
    (entry): Section => ({
      type: entry.readUInt32LE(4),
      flags: wordAt(entry, 8),
      offset: wordAt(entry, 24),
      size: wordAt(entry, 32),
      link: entry.readUInt32LE(40),
    }),
  );
  for (const type of [symbolTable, dynamicSymbols]) {
    const table = sections.find((section) => section.type === type);
    const strings = table === undefined ? undefined : sections[table.link];
    if (table === undefined || strings === undefined) continue;
    if (table.size > mostTableBytes || strings.size > mostNameBytes) continue;
    const symbols = source.read(table.offset, table.size);
    const names = source.read(strings.offset, strings.size);
    if (symbols === undefined || names === undefined) continue;
    const functions = functionsIn(symbols, sections);
    if (functions.length > 0) return { functions, names };
  }
  return { functions: [], names: Buffer.alloc(0) };
}

function functionsIn(symbols: Buffer, sections: readonly Section[]): ElfFunction[] {
  const functions: ElfFunction[] = [];
  for (let at = 0; at + symbolSize <= symbols.length; at += symbolSize) {
    const [info = 0, section] = [symbols[at + 4], symbols.readUInt16LE(at + 6)];
    const [type, address, size] = [info & 15, wordAt(symbols, at + 8), wordAt(symbols, at + 16)];
    const isFunction = type === functionType || type === indirectType || (type === noType && size > 0);
    // WHY: the flag is asked, because labels of data would lend their name to code.
    const isCode = ((sections[section]?.flags ?? 0) & executableFlag) !== 0;
    if (!isFunction || !isCode || address === 0 || address === Number.MAX_SAFE_INTEGER) continue;
    const binding = bindings[(info >> 4) as keyof typeof bindings] ?? 'local';
    functions.push({ address, size, nameAt: symbols.readUInt32LE(at), binding });
  }
  return functions;
}
