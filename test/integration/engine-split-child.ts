// The measured process of the engine split test: 300 Buffers while V8 compiles fresh code, in one window.
// Prints the program's and the engine's figures as one JSON line. Judges nothing.
import { pathToFileURL } from 'node:url';
import type { NativeBinding, SourceReading } from '../../src/native/contract.js';

export interface EngineSplitReport {
  readonly node: string;
  readonly split: 'symbols' | 'approximate';
  readonly program: SourceReading;
  readonly engine: SourceReading;
}

const count = 300;
const bytes = 10_000;

function makeBuffers(): Buffer[] {
  return Array.from({ length: count }, () => Buffer.alloc(bytes));
}

/** New source text each time, hot enough for every tier: V8 parses, compiles and optimises it meanwhile. */
function makeEngineWork(round: number): number {
  const source = `let sum = ${round}; for (let i = 0; i < 20000; i++) sum = (sum * 31 + i % ${round + 3}) | 0; return sum;`;
  let total = 0;
  for (let variant = 0; variant < 20; variant += 1) {
    const compiled = new Function(`/* ${round} ${variant} */ ${source}`) as () => number;
    for (let call = 0; call < 5; call += 1) total += compiled();
  }
  return total;
}

async function main(load: string): Promise<EngineSplitReport> {
  const { loadBinding } = (await import(pathToFileURL(load).href)) as { loadBinding: () => NativeBinding };
  const binding = loadBinding();
  binding.install();
  for (let round = 0; round < 3; round += 1) {
    makeBuffers();
    makeEngineWork(round);
  }
  binding.collectGarbage();
  const token = binding.openWindow({ threads: 'all' });
  const held = makeBuffers();
  makeEngineWork(held.length);
  const { program, engine } = binding.closeWindow(token);
  return { node: process.version, split: binding.describe().engineSplit, program, engine };
}

const { load } = JSON.parse(process.argv[2] ?? '{}') as { load: string };
console.log(JSON.stringify(await main(load)));
