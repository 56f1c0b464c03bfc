// TypeScript, default export only.
export default function typed(count: number = 3): Uint8Array[] {
  return Array.from({ length: count }, (): Uint8Array => new Uint8Array(1_000_000));
}
