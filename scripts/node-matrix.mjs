// Runs the exactness checks on several Node versions and modes, each in fresh processes, and prints a table.
// Usage: npm test -- node-matrix [--nodes 20,22,24,26] [--repetitions 100] [--modes attached,jemalloc,system]
// Ends with 'N passed, N failed'; the exit code is 1 when anything failed.
import { parseArgs } from 'node:util';
import { groundTruth } from './lib/ground-truth.mjs';
import { bundleEntry, modes, runMeasured } from './lib/measured-child.mjs';
import { nodesOf } from './lib/other-nodes.mjs';
import { runScript, SetupError } from './lib/run.mjs';

const list = (text) => text.split(',').map((word) => word.trim());

function readArguments() {
  const { values } = parseArgs({
    options: {
      nodes: { type: 'string', default: '20,22,24,26' },
      modes: { type: 'string', default: Object.keys(modes).join(',') },
      repetitions: { type: 'string', default: '100' },
    },
  });
  const repetitions = Number(values.repetitions);
  if (!Number.isInteger(repetitions) || repetitions < 1) {
    throw new SetupError(`--repetitions ${values.repetitions} is not a positive whole number`);
  }
  const chosen = list(values.modes);
  const unknown = chosen.find((mode) => modes[mode] === undefined);
  if (unknown) throw new SetupError(`no mode ${unknown}`, `known: ${Object.keys(modes).join(', ')}`);
  return { majors: list(values.nodes), chosen, repetitions };
}

function report(row, outcome) {
  const mark = outcome.problems.length === 0 ? 'ok  ' : 'FAIL';
  process.stdout.write(
    `  ${mark} ${row.node.padEnd(9)} ${row.mode.padEnd(9)} ${row.check.padEnd(13)} ${outcome.note}\n`,
  );
  for (const problem of outcome.problems) process.stdout.write(`         ${problem}\n`);
  return outcome.problems.length === 0;
}

async function attempt(run) {
  try {
    return await run();
  } catch (error) {
    return { note: 'did not finish', problems: [error.message] };
  }
}

async function exactness(node, mode, repetitions) {
  const report = await groundTruth({ node, mode, repetitions });
  const note = `${report.allocator}: ${report.scripts} scripts, ${report.windows} windows`;
  return { note, problems: report.discrepancies };
}

const expectedBuffers = 300;

async function engineSplit(node) {
  const file = bundleEntry('test/integration/engine-split-child.ts');
  const { program, engine, split } = await runMeasured({ node, file });
  const note = `300 Buffers: program ${program.allocations}, engine ${engine.allocations} (${split})`;
  const isExact = Math.abs(program.allocations - expectedBuffers) <= expectedBuffers / 100;
  const isBusy = engine.allocations > expectedBuffers;
  const problems = [];
  if (!isExact)
    problems.push(`expected ${expectedBuffers} program allocations within 1 %, got ${program.allocations}`);
  if (!isBusy) problems.push('the engine allocated next to nothing: this run proves nothing');
  return { note, problems };
}

async function jsHeap(node, inWorker) {
  const file = bundleEntry('test/integration/js-heap-child.ts');
  const plan = { scenario: 'groundTruth', inWorker };
  const { totals, discrepancies } = await runMeasured({ node, file, plan, flags: ['--predictable'] });
  const found = Object.entries(totals).map(([name, bytes]) => `${name} ${bytes}`);
  return { note: `${inWorker ? 'worker' : 'main thread'}: ${found.join(', ')} B`, problems: discrepancies };
}

await runScript(async () => {
  const { majors, chosen, repetitions } = readArguments();
  const outcomes = [];
  for (const { major, executable } of nodesOf(majors)) {
    const node = `Node ${major}`;
    for (const mode of chosen) {
      const outcome = await attempt(() => exactness(executable, mode, repetitions));
      outcomes.push(report({ node, mode, check: 'ground truth' }, outcome));
    }
    const outcome = await attempt(() => engineSplit(executable));
    outcomes.push(report({ node, mode: 'attached', check: 'engine split' }, outcome));
    for (const inWorker of [false, true]) {
      const heap = await attempt(() => jsHeap(executable, inWorker));
      outcomes.push(report({ node, mode: 'attached', check: 'js heap' }, heap));
    }
  }
  const failed = outcomes.filter((passed) => !passed).length;
  process.stdout.write(`${outcomes.length - failed} passed, ${failed} failed\n`);
  return failed > 0 ? 1 : 0;
});
