// What `benchmem run` takes per benchmark, and where it goes: a suite of trivial benchmarks as a whole, then its children
// one by one beside a node that does nothing. Usage: npm run bench:run [-- --benchmarks 100 --rounds 5 --package FOLDER].
// Prints times and ratios of one run; asserts nothing about time. --package measures another build in turn with this one.
import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { buildFolder, root } from '../../scripts/lib/paths.mjs';
import { runScript, SetupError } from '../../scripts/lib/run.mjs';

const clockTicksPerSecond = 100;
const leastTiming = ['--min-rounds', '1', '--warmup-rounds', '0', '--min-time', '1us', '--time-max', '1ms'];
const timingRule = { minRounds: 1, warmupRounds: 0, minTimeMs: 0.001, timeMaxMs: 1 };

/** CPU milliseconds of the children that this process has waited for, and of theirs. */
function childrenCpuMs() {
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1].split(' ');
  return ((Number(fields[13]) + Number(fields[14])) * 1000) / clockTicksPerSecond;
}

/** A project of its own with this build of the package and so many benchmarks. */
function makeProject(name, packageFolder, benchmarks) {
  const folder = join(buildFolder, 'bench-run', name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'node_modules'), { recursive: true });
  symlinkSync(packageFolder, join(folder, 'node_modules/benchmem'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n');
  writeFileSync(
    join(folder, 'trivial.bench.js'),
    `import { bench } from 'benchmem';

for (let index = 0; index < ${benchmarks}; index += 1) {
  bench(\`trivial \${index}\`, () => {
    let sum = 0;
    for (let term = 0; term < 100; term += 1) sum += term;
    return sum;
  });
}
`,
  );
  return { name, folder, packageFolder };
}

/** The whole command: wall and CPU milliseconds, and its own last line. */
function runSuite({ folder, packageFolder }, jobs) {
  const cpuBefore = childrenCpuMs();
  const startedMs = performance.now();
  const argv = [join(packageFolder, 'bin/benchmem.js'), 'run', ...jobs, ...leastTiming, '--json', 'run.json'];
  const done = spawnSync(process.execPath, argv, { cwd: folder, encoding: 'utf8' });
  if (done.status !== 0) throw new SetupError(`benchmem run ended with ${done.status}\n${done.stderr}`);
  return {
    wallMs: performance.now() - startedMs,
    cpuMs: childrenCpuMs() - cpuBefore,
    where: done.stderr.trimEnd().split('\n').at(-1),
  };
}

function fullCollectionsIn(file) {
  const found = [...readFileSync(file, 'utf8').matchAll(/Mark-Compact.*?([\d.]+) \/ [\d.]+ ms/g)];
  return { count: found.length, ms: found.reduce((sum, [, ms]) => sum + Number(ms), 0) };
}

/** One benchmark's children: CPU milliseconds, full collections and their milliseconds, by kind. */
async function runChildren({ folder, packageFolder }) {
  const load = (file) => import(pathToFileURL(join(packageFolder, 'dist', file)).href);
  const { runPlan } = await load('engine/child/parent/run.js');
  const { measureSubject, realChildHost } = await load('engine/isolate.js');
  const { plainWorld } = await load('runner/list.js');
  const trace = join(folder, 'trace.txt');
  const kinds = {};
  const observed = async (request) => {
    const stdout = openSync(trace, 'w');
    const before = childrenCpuMs();
    const startedMs = performance.now();
    try {
      return await runPlan({ ...request, stdout });
    } finally {
      closeSync(stdout);
      const wallMs = performance.now() - startedMs;
      const cpuMs = childrenCpuMs() - before;
      kinds[request.plan.kind] = { cpuMs, wallMs, collections: fullCollectionsIn(trace) };
    }
  };
  const url = pathToFileURL(join(folder, 'trivial.bench.js')).href;
  const nodeFlags = ['--trace-gc'];
  const action = { url, name: 'trivial.bench.js', exportName: 'trivial 0', args: [] };
  const resolver = join(packageFolder, 'dist/cjs/runner/case-resolver.js');
  const host = { ...realChildHost(), runChild: observed };
  await measureSubject({ action, resolver, argumentBytes: 0 }, { nodeFlags }, host);
  await observed({
    plan: {
      benchmem: 'plan',
      kind: 'timing',
      origin: 'bench',
      action,
      rule: timingRule,
    },
    world: plainWorld({ environment: process.env, nodeFlags }),
    output: 'ignore',
    entry: join(packageFolder, 'dist/cjs/runner/timing-entry.js'),
  });
  return kinds;
}

function plainNodeCpuMs(folder) {
  const empty = join(folder, 'empty.js');
  writeFileSync(empty, '');
  const before = childrenCpuMs();
  spawnSync(process.execPath, [empty]);
  return childrenCpuMs() - before;
}

const average = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

function printChildren(name, rounds, plainMs) {
  process.stdout.write(`\n${name}: CPU of each child, mean of ${rounds.length}; a plain node is 1.00\n`);
  for (const kind of Object.keys(rounds[0])) {
    const cpuMs = average(rounds.map((round) => round[kind].cpuMs));
    const { count } = rounds[0][kind].collections;
    const wallMs = average(rounds.map((round) => round[kind].wallMs));
    const share = average(rounds.map((round) => round[kind].collections.ms)) / wallMs;
    process.stdout.write(
      `  ${kind.padEnd(12)}${(cpuMs / plainMs).toFixed(2).padStart(6)}${cpuMs.toFixed(0).padStart(7)} ms` +
        `   ${count} full collections, ${(100 * share).toFixed(0)} % of its time\n`,
    );
  }
}

async function benchChildren(projects, rounds) {
  const plain = [];
  const found = new Map(projects.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const project of projects) {
      plain.push(plainNodeCpuMs(project.folder));
      found.get(project.name).push(await runChildren(project));
    }
  }
  const plainMs = average(plain);
  process.stdout.write(`\na plain node, an empty file: ${plainMs.toFixed(0)} ms CPU\n`);
  for (const { name } of projects) printChildren(name, found.get(name), plainMs);
  return plainMs;
}

function benchSuites(projects, benchmarks, plainMs) {
  for (const [title, jobs] of [
    ['one at a time', ['--jobs', '1']],
    ['side by side (default)', []],
  ]) {
    process.stdout.write(`\n${benchmarks} trivial benchmarks, memory and timing, ${title}\n`);
    for (const project of projects) {
      const { wallMs, cpuMs, where } = runSuite(project, jobs);
      const each = `${(wallMs / benchmarks).toFixed(0)} ms, ${(cpuMs / benchmarks).toFixed(0)} ms CPU each`;
      process.stdout.write(
        `  ${project.name.padEnd(8)}${each} (${(cpuMs / benchmarks / plainMs).toFixed(2)} plain nodes); ${where}\n`,
      );
    }
  }
}

await runScript(async () => {
  const { values } = parseArgs({
    options: {
      benchmarks: { type: 'string', default: '100' },
      rounds: { type: 'string', default: '5' },
      package: { type: 'string' },
    },
  });
  const [benchmarks, rounds] = [Number(values.benchmarks), Number(values.rounds)];
  if (![benchmarks, rounds].every((count) => Number.isInteger(count) && count > 0)) {
    throw new SetupError('--benchmarks and --rounds are positive whole numbers');
  }
  const projects = [makeProject('this', root, benchmarks)];
  if (values.package !== undefined) {
    projects.unshift(makeProject('other', resolve(values.package), benchmarks));
  }
  process.stdout.write(`Node ${process.versions.node}\n`);
  const plainMs = await benchChildren(projects, rounds);
  benchSuites(projects, benchmarks, plainMs);
});
