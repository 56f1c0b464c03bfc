// What 100,000 iterations of each action allocate on V8's heap, known from its object layout. No I/O.

/** Bytes: `{a, b}` of 40; a HeapNumber of 16; a closure of 64 with its context of 32; and the frame around them. */
export const jsHeapTruth = { objects: 4_000_000, heapNumbers: 1_600_144, closures: 9_602_112 } as const;

const tolerance = 0.001;

/** One line for each figure that is absent or off by more than 0.1 %. */
export function jsHeapDiscrepancies(found: Readonly<Record<string, number | undefined>>): string[] {
  return Object.entries(jsHeapTruth)
    .filter(([name, expected]) => !(Math.abs((found[name] ?? Number.NaN) / expected - 1) <= tolerance))
    .map(([name, expected]) => `${name}: expected ${expected} B within 0.1 %, got ${found[name]}`);
}
