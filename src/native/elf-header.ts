// What the first bytes of a binary say: the machine it is for, and the program that loads it. Reads a file's header only.
// Files may hold anything: what does not fit is as if it were not there.
import { closeSync, openSync, readSync } from 'node:fs';

const headerSize = 64;
const programSize = 56;
const loaderSegment = 3;
/** More than any program has. */
const mostSegments = 64;
const mostPathBytes = 4096;

/** e_machine by the names that process.arch has. */
const machines: ReadonlyMap<number, string> = new Map([
  [3, 'ia32'],
  [8, 'mips'],
  [21, 'ppc64'],
  [22, 's390x'],
  [40, 'arm'],
  [62, 'x64'],
  [183, 'arm64'],
  [243, 'riscv64'],
  [258, 'loong64'],
]);

/** The machine that an ELF file is for, named as in process.arch; undefined for any other file. */
export function machineOf(file: string): string | undefined {
  return readFrom(file, (read) => {
    const header = elfHeader(read);
    if (header === undefined) return undefined;
    const machine = isBigEndian(header) ? header.readUInt16BE(18) : header.readUInt16LE(18);
    return machines.get(machine) ?? `ELF machine ${machine}`;
  });
}

/** The path of the program that loads a 64-bit ELF executable; undefined for what has none. */
export function loaderOf(file: string): string | undefined {
  return readFrom(file, (read) => {
    const header = elfHeader(read);
    if (header === undefined || header[4] !== 2 || isBigEndian(header)) return undefined;
    const count = Math.min(header.readUInt16LE(56), mostSegments);
    const table = read(Number(header.readBigUInt64LE(32)), count * programSize);
    for (let at = 0; table !== undefined && at < count; at += 1) {
      const entry = table.subarray(at * programSize, (at + 1) * programSize);
      if (entry.readUInt32LE(0) !== loaderSegment) continue;
      const length = Math.min(Number(entry.readBigUInt64LE(32)), mostPathBytes);
      return read(Number(entry.readBigUInt64LE(8)), length)
        ?.toString('latin1')
        .replace(/\0.*$/s, '');
    }
    return undefined;
  });
}

/** Exactly so many bytes; undefined if the file does not have them. */
type Read = (offset: number, length: number) => Buffer | undefined;

function readFrom<T>(file: string, look: (read: Read) => T | undefined): T | undefined {
  try {
    const descriptor = openSync(file, 'r');
    try {
      return look((offset, length) => {
        const bytes = Buffer.alloc(length);
        return readSync(descriptor, bytes, 0, length, offset) === length ? bytes : undefined;
      });
    } finally {
      closeSync(descriptor);
    }
  } catch {
    // WHY: nothing is thrown, because whoever wants the file itself opens it next, and that error says more.
    return undefined;
  }
}

function elfHeader(read: Read): Buffer | undefined {
  const header = read(0, headerSize);
  return header?.readUInt32BE(0) === 0x7f454c46 ? header : undefined;
}

function isBigEndian(header: Buffer): boolean {
  return header[5] === 2;
}
