// The children of one trivial benchmark, one by one: the CPU time of each beside a node that does nothing, and its full collections.
import { spawnSync } from 'node:child_process';
import { closeSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const reporter = fileURLToPath(new URL('./report-cpu.cjs', import.meta.url));
const timingRule = { minRounds: 1, warmupRounds: 0, minTimeMs: 0.001, timeMaxMs: 1 };

/** What `run` and `run --quick` start for a benchmark. */
export const courses = {
  run: ['peak', 'accounting', 'timing'],
  'run --quick': ['quick', 'timing'],
};

/** CPU milliseconds of the process that `start` starts and waits for, as it says itself at its end. */
async function cpuMsOf(folder, start) {
  const file = join(folder, 'cpu.txt');
  rmSync(file, { force: true });
  await start({ ...process.env, BENCHMEM_BENCH_CPU: file });
  return Number(readFileSync(file, 'utf8').split('\n')[0]) / 1000;
}

async function plainCpuMs(folder) {
  const empty = join(folder, 'empty.js');
  writeFileSync(empty, '');
  return cpuMsOf(folder, (env) => spawnSync(process.execPath, ['-r', reporter, empty], { env }));
}

/** Runs each child of the benchmark once; `observe` gets its kind and a function that runs it. */
async function runChildren({ folder, packageFolder }, { nodeFlags, stdout }, observe) {
  const load = (file) => import(pathToFileURL(join(packageFolder, 'dist', file)).href);
  const { runPlan } = await load('engine/child/parent/run.js');
  const { measureSubject, realChildHost } = await load('engine/isolate.js');
  const url = pathToFileURL(join(folder, 'trivial.bench.js')).href;
  const action = { url, name: 'trivial.bench.js', exportName: 'trivial 0', args: [] };
  const resolver = join(packageFolder, 'dist/cjs/runner/case-resolver.js');
  const hostOf = (nameOf) => {
    const host = realChildHost();
    const runChild = (request) =>
      observe(nameOf(request.plan.kind), (more) => host.runChild({ ...request, stdout, ...more(request) }));
    return { ...host, runChild };
  };
  const subject = { action, resolver, argumentBytes: 0 };
  await measureSubject(
    subject,
    { nodeFlags },
    hostOf((kind) => kind),
  );
  if (await knowsQuick(load))
    await measureSubject(
      subject,
      { nodeFlags, quick: true },
      hostOf(() => 'quick'),
    );
  await observe('timing', (more) => {
    const request = {
      plan: { benchmem: 'plan', kind: 'timing', origin: 'bench', action, rule: timingRule },
      // As a child that takes times has it: no preload, and no flag but the user's.
      world: { flags: nodeFlags, execArgv: nodeFlags, environment: process.env },
      output: 'ignore',
      entry: join(packageFolder, 'dist/cjs/runner/timing-entry.js'),
      stdout,
    };
    return runPlan({ ...request, ...more(request) });
  });
}

// An older build measures as always where it does not know the option.
async function knowsQuick(load) {
  const { memoryOptions } = await load('engine/shared-options.js');
  return memoryOptions.quick !== undefined;
}

function withEnvironment(environment) {
  return ({ world }) => ({
    world: {
      ...world,
      environment: { ...world.environment, BENCHMEM_BENCH_CPU: environment.BENCHMEM_BENCH_CPU },
    },
  });
}

/** One round: CPU milliseconds by the child's kind. */
async function cpuOfChildren(project) {
  const found = {};
  await runChildren(project, { nodeFlags: ['-r', reporter] }, async (kind, run) => {
    let outcome;
    found[kind] = await cpuMsOf(project.folder, async (environment) => {
      outcome = await run(withEnvironment(environment));
    });
    return outcome;
  });
  return found;
}

/** Full collections by the child's kind, as V8 traces them. */
async function collectionsOfChildren(project) {
  const trace = join(project.folder, 'trace.txt');
  const found = {};
  const stdout = openSync(trace, 'w');
  let before = 0;
  try {
    await runChildren(project, { nodeFlags: ['--trace-gc'], stdout }, async (kind, run) => {
      const outcome = await run(() => ({}));
      const count = readFileSync(trace, 'utf8').split('Mark-Compact').length - 1;
      found[kind] = count - before;
      before = count;
      return outcome;
    });
  } finally {
    closeSync(stdout);
  }
  return found;
}

/**
 * The fastest of `rounds`, all in turn: other work on the machine only ever adds. Milliseconds of a plain node, and by project
 * those of its children.
 */
export async function fastestChildren(projects, rounds) {
  let plainMs = Number.POSITIVE_INFINITY;
  const fastest = new Map(projects.map(({ name }) => [name, {}]));
  for (let round = 0; round < rounds; round += 1) {
    for (const project of projects) {
      plainMs = Math.min(plainMs, await plainCpuMs(project.folder));
      const kinds = fastest.get(project.name);
      for (const [kind, cpuMs] of Object.entries(await cpuOfChildren(project))) {
        kinds[kind] = Math.min(kinds[kind] ?? Number.POSITIVE_INFINITY, cpuMs);
      }
    }
  }
  const collections = new Map();
  for (const project of projects) collections.set(project.name, await collectionsOfChildren(project));
  return { plainMs, fastest, collections };
}
