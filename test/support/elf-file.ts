// The first bytes of an ELF executable, as a linker writes them: for what reads headers, and runs nothing.

export interface ElfParts {
  /** As process.arch has it. */
  readonly machine?: 'x64' | 'arm64' | 's390x' | number;
  /** The program that loads it; absent for none. */
  readonly loader?: string;
}

const machines = { x64: 62, arm64: 183, s390x: 22 } as const;

export function elfFile({ machine = 'x64', loader }: ElfParts): Buffer {
  const isBig = machine === 's390x';
  const header = Buffer.alloc(64);
  header.write('\x7fELF', 'latin1');
  header[4] = 2;
  header[5] = isBig ? 2 : 1;
  const number = typeof machine === 'number' ? machine : machines[machine];
  if (isBig) header.writeUInt16BE(number, 18);
  else header.writeUInt16LE(number, 18);
  if (loader === undefined) return header;
  // Two program headers, the second of which names the loader behind them.
  header.writeBigUInt64LE(64n, 32);
  header.writeUInt16LE(56, 54);
  header.writeUInt16LE(2, 56);
  const programs = Buffer.alloc(2 * 56);
  programs.writeUInt32LE(6, 0);
  programs.writeUInt32LE(3, 56);
  programs.writeBigUInt64LE(64n + 112n, 56 + 8);
  programs.writeBigUInt64LE(BigInt(loader.length + 1), 56 + 32);
  return Buffer.concat([header, programs, Buffer.from(`${loader}\0rest of the file`, 'latin1')]);
}
