// Which shared objects carry an allocator of their own, told by the texts in their files, and how to make one visible.
// Reads files; must not load them.
import { closeSync, openSync, readSync } from 'node:fs';

export interface PrivateAllocator {
  readonly name: string;
  /** Its own documented switches that make it return memory at once; absent: it has none that would do. */
  readonly switches?: Readonly<Record<string, string>>;
}

interface Signature {
  readonly allocator: PrivateAllocator;
  /** Texts that it brings: what it prints, the environment variables it reads, its functions' names. */
  readonly texts: readonly string[];
}

const signatures: readonly Signature[] = [
  {
    allocator: {
      name: 'mimalloc',
      switches: { MIMALLOC_DISALLOW_ARENA_ALLOC: '1', MIMALLOC_PURGE_DELAY: '0' },
    },
    texts: ['mimalloc: ', 'mimalloc_', 'mi_malloc'],
  },
  { allocator: { name: 'jemalloc' }, texts: ['<jemalloc>', '_rjem_', 'je_mallocx', 'je_mallctl'] },
  { allocator: { name: 'tcmalloc' }, texts: ['TCMALLOC_', 'tcmalloc: '] },
  { allocator: { name: 'snmalloc' }, texts: ['snmalloc'] },
  { allocator: { name: 'rpmalloc' }, texts: ['rpmalloc'] },
];

/** The switches of every allocator that has some, for the environment of a child. */
export const exposingEnvironment: Readonly<Record<string, string>> = Object.assign(
  {},
  ...signatures.map(({ allocator }) => allocator.switches),
);

const recognised = new Map<string, PrivateAllocator | undefined>();

/** The allocator inside a shared object; undefined if none is known, or the file cannot be read. */
export function privateAllocatorOf(path: string): PrivateAllocator | undefined {
  if (!path.startsWith('/')) return undefined;
  if (!recognised.has(path)) recognised.set(path, searchFile(path));
  return recognised.get(path);
}

const pieceBytes = 1 << 20;
const overlapBytes = Math.max(...signatures.flatMap(({ texts }) => texts.map((text) => text.length)));

function searchFile(path: string): PrivateAllocator | undefined {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return undefined;
  }
  try {
    const piece = Buffer.alloc(pieceBytes + overlapBytes);
    for (let at = 0; ; at += pieceBytes) {
      const read = readSync(file, piece, 0, piece.length, at);
      const bytes = piece.subarray(0, read);
      const found = signatures.find(({ texts }) => texts.some((text) => bytes.includes(text, 0, 'latin1')));
      if (found !== undefined) return found.allocator;
      if (read < piece.length) return undefined;
    }
  } finally {
    closeSync(file);
  }
}
