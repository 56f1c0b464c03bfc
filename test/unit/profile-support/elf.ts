// Small ELF files by hand: a header, a note with a build-id, symbols and their names.
import type { ByteSource } from '../../../src/profile/names/elf.js';

export interface ElfSymbol {
  readonly name: string;
  readonly address?: number;
  readonly size?: number;
  readonly binding?: 'local' | 'global' | 'weak';
  /** STT_FUNC by default. */
  readonly type?: number;
  readonly isData?: boolean;
}

const bindings = { local: 0, global: 1, weak: 2 };
const buildId = Buffer.from('00112233445566778899aabbccddeeff00112233', 'hex');

export function sourceOf(bytes: Buffer): ByteSource {
  return {
    size: bytes.length,
    read: (offset, length) =>
      offset < 0 || length < 0 || offset + length > bytes.length
        ? undefined
        : bytes.subarray(offset, offset + length),
  };
}

function section(type: number, flags: number, offset: number, size: number, link = 0): Buffer {
  const bytes = Buffer.alloc(64);
  bytes.writeUInt32LE(type, 4);
  bytes.writeBigUInt64LE(BigInt(flags), 8);
  bytes.writeBigUInt64LE(BigInt(offset), 24);
  bytes.writeBigUInt64LE(BigInt(size), 32);
  bytes.writeUInt32LE(link, 40);
  return bytes;
}

function noteOf(id: Buffer): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt32LE(4, 0);
  head.writeUInt32LE(id.length, 4);
  head.writeUInt32LE(3, 8);
  // Another note stands before it.
  const other = Buffer.alloc(20);
  other.writeUInt32LE(4, 0);
  other.writeUInt32LE(4, 4);
  other.writeUInt32LE(1, 8);
  other.write('GNU\0', 12, 'latin1');
  return Buffer.concat([other, head, Buffer.from('GNU\0', 'latin1'), id]);
}

/** Sections: 1 code, 2 data, 3 the symbols, 4 their names. */
export function elfFile(symbols: readonly ElfSymbol[], { stripped = false } = {}): Buffer {
  let names = Buffer.from([0]);
  const entries = symbols.map(
    ({ name, address = 0x1000, size = 8, binding = 'global', type = 2, isData = false }) => {
      const entry = Buffer.alloc(24);
      entry.writeUInt32LE(names.length, 0);
      entry.writeUInt8(bindings[binding] * 16 + type, 4);
      entry.writeUInt16LE(isData ? 2 : 1, 6);
      entry.writeBigUInt64LE(BigInt(address), 8);
      entry.writeBigUInt64LE(BigInt(size), 16);
      names = Buffer.concat([names, Buffer.from(`${name}\0`)]);
      return entry;
    },
  );
  const table = Buffer.concat(entries);
  const note = noteOf(buildId);
  const program = Buffer.alloc(56);
  program.writeUInt32LE(4, 0);
  program.writeBigUInt64LE(BigInt(64 + 56), 8);
  program.writeBigUInt64LE(BigInt(note.length), 32);
  const tableAt = 64 + 56 + note.length;
  const namesAt = tableAt + table.length;
  const sectionsAt = namesAt + names.length;
  const header = Buffer.alloc(64);
  header.write('\x7fELF\x02\x01\x01', 0, 'latin1');
  header.writeBigUInt64LE(64n, 32);
  header.writeBigUInt64LE(BigInt(sectionsAt), 40);
  header.writeUInt16LE(56, 54);
  header.writeUInt16LE(1, 56);
  header.writeUInt16LE(64, 58);
  header.writeUInt16LE(5, 60);
  const sections = [
    section(0, 0, 0, 0),
    section(1, 6, 0x1000, 0x10000),
    section(1, 3, 0x1000, 0x10000),
    section(stripped ? 11 : 2, 0, tableAt, table.length, 4),
    section(3, 0, namesAt, names.length),
  ];
  return Buffer.concat([header, program, note, table, names, ...sections]);
}
