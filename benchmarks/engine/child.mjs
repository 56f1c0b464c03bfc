// One process of the engine benchmark: runs a workload in one setting, or times the package's start, and prints JSON.
// CPU time of the whole process, user and system, so that a busy machine shows less.
import { workloads } from './workloads.mjs';

const api = new URL('../../dist/index.js', import.meta.url);
const load = new URL('../../dist/native/load.js', import.meta.url);

const cpuMs = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

async function timed(run) {
  const before = cpuMs();
  const value = await run();
  return { ms: cpuMs() - before, value };
}

/**
 * `plain`: benchmem is not loaded. `closed`: hooks in place, no window. `open`: one window throughout. `profile`: it keeps
 * the stack of every allocation.
 */
async function runWorkload(name, setting) {
  const binding = setting === 'plain' ? undefined : (await import(load)).loadBinding();
  binding?.install();
  if (setting === 'profile') binding.listenToCode(false);
  const work = await workloads[name]();
  if (setting === 'profile') binding.startProfile();
  const opens = setting === 'open' || setting === 'profile';
  const token = opens ? binding.openWindow({ threads: 'all' }) : undefined;
  const { ms, value } = await timed(work);
  const allocations = token === undefined ? undefined : allocationsOf(binding.closeWindow(token));
  return { ms, value, allocations };
}

const allocationsOf = ({ program, engine }) => program.allocations + engine.allocations;

async function runStart() {
  const { ms: importMs, value: benchmem } = await timed(() => import(api));
  const { ms: installMs } = await timed(() => benchmem.install());
  const { ms: firstWindowMs } = await timed(async () => (await benchmem.openWindow()).close());
  const { ms: nextWindowMs } = await timed(async () => (await benchmem.openWindow()).close());
  const unsettled = { settle: false };
  const { ms: unsettledMs } = await timed(async () => (await benchmem.openWindow(unsettled)).close());
  return { importMs, installMs, firstWindowMs, nextWindowMs, unsettledMs };
}

const [, , name, setting] = process.argv;
const outcome = name === 'start' ? await runStart() : await runWorkload(name, setting);
console.log(JSON.stringify(outcome));
process.exit(0);
