// Which function of an object an address lies in. Aliases have one name on every machine: a global before a local
// symbol, then the shorter name, then the first by code point.
import { type ElfFile, type ElfFunction, nameAt } from './elf.js';

/** How far after a symbol without a size its code may go on. Assembly has such. */
const reachWithoutSize = 4096;
/** How many symbols before the nearest one may still hold the address. */
const mostNested = 64;
const rankOf = { global: 0, weak: 1, local: 2 } as const;

export interface SymbolTable {
  readonly buildId?: string;
  /** The symbol's own name, mangled as it is; undefined outside all functions. */
  nameOf(address: number): string | undefined;
}

export function symbolTable(elf: ElfFile): SymbolTable {
  const sorted = [...elf.functions].sort((a, b) => a.address - b.address);
  // Up to and with each one, how far any function reaches.
  const reach = new Float64Array(sorted.length);
  let furthest = 0;
  for (const [index, { address, size }] of sorted.entries()) {
    furthest = Math.max(furthest, address + size);
    reach[index] = furthest;
  }
  const nameOf = (address: number): string | undefined => {
    const last = lastUpTo(sorted, address);
    const holding = holdersOf(sorted, reach, last, address);
    const candidates = holding.length > 0 ? holding : withoutSizeAt(sorted, last, address);
    return bestName(candidates, elf.names);
  };
  return { nameOf, ...(elf.buildId !== undefined && { buildId: elf.buildId }) };
}

function lastUpTo(sorted: readonly ElfFunction[], address: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] as ElfFunction).address <= address) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

// The innermost function that holds the address, with its aliases.
function holdersOf(
  sorted: readonly ElfFunction[],
  reach: Float64Array,
  last: number,
  address: number,
): ElfFunction[] {
  const found: ElfFunction[] = [];
  for (let at = last, left = mostNested; at >= 0 && left > 0; at -= 1, left -= 1) {
    const each = sorted[at] as ElfFunction;
    if (found.length > 0 && each.address !== found[0]?.address) break;
    if ((reach[at] as number) <= address) break;
    if (address < each.address + each.size) found.push(each);
  }
  return found;
}

function withoutSizeAt(sorted: readonly ElfFunction[], last: number, address: number): ElfFunction[] {
  const nearest = sorted[last];
  if (nearest === undefined || address - nearest.address >= reachWithoutSize) return [];
  const found: ElfFunction[] = [];
  for (let at = last; at >= 0 && last - at < mostNested; at -= 1) {
    const each = sorted[at] as ElfFunction;
    if (each.address !== nearest.address) break;
    if (each.size === 0) found.push(each);
  }
  return found;
}

function bestName(candidates: readonly ElfFunction[], names: Buffer): string | undefined {
  const named = candidates
    .map(({ binding, nameAt: offset }) => ({
      rank: rankOf[binding],
      // The version of a symbol is no part of its function's name.
      name: nameAt(names, offset).replace(/@.*$/s, ''),
    }))
    .filter(({ name }) => name !== '');
  named.sort(
    (a, b) =>
      a.rank - b.rank || a.name.length - b.name.length || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0),
  );
  return named[0]?.name;
}
