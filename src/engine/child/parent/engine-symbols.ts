// What a measuring child read of its engine's symbols, for the children after it: to read them takes a tenth of a plain node.
// Must not look into the bytes: the child's native code decides whether they are its engine's.

// Twice what the largest node has.
const roomBytes = 16 * 1024;

const known = new Map<string, Uint8Array>();

/**
 * For a child's plan. Zeros if nothing is known yet.
 * WHY: those are as many bytes, because all children then have the same heap.
 */
export function engineSymbolsOf(execPath: string = process.execPath): Uint8Array {
  return known.get(execPath) ?? new Uint8Array(roomBytes);
}

/** What came back from a child of that node: anything, because user code ran there. */
export function keepEngineSymbols(bytes: unknown, execPath: string = process.execPath): void {
  if (bytes instanceof Uint8Array && bytes.length === roomBytes) known.set(execPath, new Uint8Array(bytes));
}
