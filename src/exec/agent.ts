// Runs first in every thread of a Node process that `benchmem exec` reached: opens the process-wide window and starts
// the reporter. INVARIANT: the program behind it sees its own environment, module cache and event loop.
import { appendFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { getEnvironmentData, isMainThread, setEnvironmentData } from 'node:worker_threads';
import type { ReportingBinding } from '../native/contract.js';
import { handedAddon, loadBinding } from '../native/load.js';
import { type AgentPlan, planVariable, readPlan } from './plan.js';
import type { ProcessHeader } from './snapshot.js';

const cache = createRequire(import.meta.url).cache;
const addonKey = 'benchmem.addon';

if (isMainThread) startInProcess();
else joinReporter(getEnvironmentData(addonKey));
forgetOurModules();

// Nothing is handed over where no reporter was started.
function joinReporter(addon: unknown): void {
  if (addon !== undefined) load(addon).joinReporter();
}

function load(addon: unknown): ReportingBinding {
  return loadBinding(handedAddon(addon)) as ReportingBinding;
}

function startInProcess(): void {
  const plan = readPlan(process.env[planVariable]);
  if (plan === undefined) return; // somebody kept NODE_OPTIONS and not its companion: nobody listens
  if (!plan.follow) restoreEnvironment(plan);
  const path = `${plan.folder}/${process.pid}.jsonl`;
  try {
    observe(plan, path);
  } catch (error) {
    // The program runs on: what went wrong stands in the report.
    write(path, { ...header(), problem: error instanceof Error ? error.message : String(error) });
  }
}

function observe(plan: AgentPlan, path: string): void {
  const binding = load(plan.addon);
  const { mode, unsupported, allocator, jsHeapUnsupported } = binding.describe();
  if (unsupported !== undefined) throw new Error(`this process cannot be measured: ${unsupported}`);
  if (mode !== 'preloaded') throw new Error('the preload library was not loaded into this process');
  binding.install();
  setEnvironmentData(addonKey, plan.addon); // for the workers, which do not find the plan in their environment
  write(path, {
    ...header(),
    allocator,
    ...(jsHeapUnsupported !== undefined && { jsHeapUnsupported }),
  });
  const token = binding.openWindow({ threads: 'all' });
  binding.startReporter({
    token,
    path,
    intervalMs: plan.intervalMs,
    signal: plan.signalNumber,
    collect: plan.collect,
  });
  finishAtExit(binding);
}

// process.exit() calls process.reallyExit() once the listeners of 'exit' have run. WHY: this is the place, because node stops the
// workers of the program after it, one by one, and they let go of what they hold. node::AtExit is not used, because node runs it
// for each signal that a program sends itself, too, and most programs go on after SIGWINCH.
function finishAtExit(binding: ReportingBinding): void {
  const ending = process as NodeJS.Process & { reallyExit(code?: number): never };
  ending.reallyExit = binding.finishBefore(ending.reallyExit);
}

function header(): ProcessHeader {
  return {
    kind: 'process',
    pid: process.pid,
    parentPid: process.ppid,
    command: [process.execPath, ...process.execArgv, ...process.argv.slice(1)],
    node: process.versions.node,
    v8: process.versions.v8,
  };
}

function write(path: string, line: ProcessHeader): void {
  try {
    appendFileSync(path, `${JSON.stringify(line)}\n`, { mode: 0o600 });
  } catch {
    // The folder is gone or closed to us (--permission): the parent reports that this process said nothing.
  }
}

function restoreEnvironment({ before }: AgentPlan): void {
  delete process.env[planVariable];
  for (const [name, value] of Object.entries(before)) {
    if (value === null) delete process.env[name];
    else process.env[name] = value;
  }
}

function forgetOurModules(): void {
  for (const file of Object.keys(cache)) delete cache[file];
}
