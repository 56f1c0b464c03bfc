// Measures each synchronous workload of benchmarks/suites in fresh isolated children, again and again, and compares
// every figure of every pass: they must be byte-identical, except for those of pages, whose values are printed.
// Usage: npm test -- determinism [--runs 20] [NAME ...]
// Ends with 'N passed, N failed'; the exit code is 1 when anything failed.
import { parseArgs } from 'node:util';
import { synchronousWorkloads, varyingFields } from './lib/determinism.mjs';
import { runScript, SetupError } from './lib/run.mjs';

function readArguments() {
  const { values, positionals } = parseArgs({
    options: { runs: { type: 'string', default: '20' } },
    allowPositionals: true,
  });
  const runs = Number(values.runs);
  if (!Number.isInteger(runs) || runs < 2) {
    throw new SetupError(`--runs ${values.runs} is not a whole number above 1`);
  }
  const unknown = positionals.find((name) => !synchronousWorkloads.includes(name));
  if (unknown) {
    throw new SetupError(`no workload ${unknown}`, `known: ${synchronousWorkloads.join(', ')}`);
  }
  return { runs, names: positionals.length > 0 ? positionals : synchronousWorkloads };
}

async function check(name, runs) {
  const { varying, pages, totalBytes } = await varyingFields(name, runs);
  const tooSmall = totalBytes > 1_000_000 ? [] : [`allocates ${totalBytes} bytes only: proves little`];
  return { problems: [...lines(varying), ...tooSmall], notes: lines(pages) };
}

const lines = (fields) =>
  Object.entries(fields).map(([field, values]) => `${field}: ${[...new Set(values)].sort().join(' ')}`);

await runScript(async () => {
  const { runs, names } = readArguments();
  let failed = 0;
  for (const name of names) {
    const { problems, notes } = await check(name, runs);
    if (problems.length > 0) failed += 1;
    process.stdout.write(`  ${problems.length > 0 ? 'FAIL' : 'ok  '} ${name}: ${runs} runs\n`);
    for (const problem of problems) process.stdout.write(`         ${problem}\n`);
    for (const note of notes) process.stdout.write(`         pages, by V8's threads: ${note}\n`);
  }
  process.stdout.write(`${names.length - failed} passed, ${failed} failed\n`);
  return failed > 0 ? 1 : 0;
});
