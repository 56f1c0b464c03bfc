// What `benchmem run` takes per benchmark, and where it goes: a suite of trivial benchmarks as a whole, then its children
// one by one beside a node that does nothing. Usage: npm run bench -- run [--benchmarks 100] [--rounds 15] [--package FOLDER] [--check].
// --package measures another build in turn with this one; --check fails where the children take more plain nodes than they may,
// and runs no suite.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { buildFolder, root } from '../../scripts/lib/paths.mjs';
import { runScript, SetupError } from '../../scripts/lib/run.mjs';
import { courses, fastestChildren } from './children.mjs';

const clockTicksPerSecond = 100;
const leastTiming = ['--min-rounds', '1', '--warmup-rounds', '0', '--min-time', '1us', '--time-max', '1ms'];

/** Plain nodes of CPU that all children of a trivial benchmark may take together. */
const most = { run: 7.5, 'run --quick': 5 };

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

/** Prints what each child takes, and each course as a whole; answers the courses in plain nodes. */
function printChildren(name, plainMs, kinds, collections) {
  process.stdout.write(`\n${name}: CPU of each child; a plain node is 1.00\n`);
  for (const [kind, cpuMs] of Object.entries(kinds)) {
    const nodes = (cpuMs / plainMs).toFixed(2).padStart(6);
    process.stdout.write(
      `  ${kind.padEnd(12)}${nodes}${cpuMs.toFixed(0).padStart(7)} ms   ${collections[kind]} full collections\n`,
    );
  }
  const sums = {};
  for (const [course, parts] of Object.entries(courses)) {
    if (parts.some((kind) => kinds[kind] === undefined)) continue;
    sums[course] = parts.reduce((sum, kind) => sum + kinds[kind], 0) / plainMs;
    process.stdout.write(`  ${course.padEnd(12)}${sums[course].toFixed(2).padStart(6)} plain nodes\n`);
  }
  return sums;
}

/** Answers whether a course of this build takes more than it may. */
async function benchChildren(projects, rounds) {
  const { plainMs, fastest, collections } = await fastestChildren(projects, rounds);
  process.stdout.write(
    `\na plain node, an empty file: ${plainMs.toFixed(1)} ms CPU; the fastest of ${rounds} rounds each\n`,
  );
  let sums = {};
  for (const { name } of projects)
    sums = printChildren(name, plainMs, fastest.get(name), collections.get(name));
  return { plainMs, sums };
}

function failed(sums) {
  const over = Object.entries(most).filter(([course, nodes]) => !(sums[course] <= nodes));
  for (const [course, nodes] of over)
    process.stdout.write(
      `benchmem ${course} takes ${sums[course]?.toFixed(2)} plain nodes for a trivial benchmark, more than ${nodes}\n`,
    );
  return over.length > 0;
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
      check: { type: 'boolean', default: false },
      rounds: { type: 'string', default: '15' },
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
  const { plainMs, sums } = await benchChildren(projects, rounds);
  if (values.check) return failed(sums) ? 1 : 0;
  benchSuites(projects, benchmarks, plainMs);
  return 0;
});
