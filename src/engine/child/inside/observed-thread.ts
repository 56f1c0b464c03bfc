// What `-r` loads into each thread of a measuring child, before user code: in a worker the addon, whose observer counts
// the worker's heap; everywhere a Worker that hands this module on where a worker would not inherit it.
// Must stay small and import nothing else of ours: what it allocates stands in every worker's heap.
// INVARIANT: on the main thread the flags of the start are set before a module of node is loaded here that a start does not load.
import { createRequire, syncBuiltinESMExports } from 'node:module';
import type { Worker, WorkerOptions } from 'node:worker_threads';
import type { NativeBinding } from '../../../native/contract.js';

const require = createRequire(import.meta.url);
const addonKey = 'benchmem.addon';

const [module, ...flags] = takeOwnFlags(process.execArgv);
const started = startOf(process.env);
const workerThreads = require('node:worker_threads') as typeof import('node:worker_threads');
if (module !== undefined) {
  if (!workerThreads.isMainThread) observeThisThread();
  wrapWorker(module);
}

/** On the main thread: the workers that start from here on load this addon. */
export function observeWorkers(addon: string): void {
  if (process.env.BENCHMEM_SIMULATE_UNOBSERVED_WORKERS === '1') return;
  workerThreads.setEnvironmentData(addonKey, addon);
}

/** From here on V8 runs with all of our flags: before the first code of the user. */
export function setOwnFlags(): void {
  started?.setFlags(flags.join(' '));
}

// WHY: node's own modules come with compiled code, which V8 takes only where its flags are those that node was built with. Else
// each of some sixty modules is compiled anew, which takes 12 ms. An addon that cannot be loaded is the entry's to report.
function startOf(environment: NodeJS.ProcessEnv): NativeBinding | undefined {
  const { BENCHMEM_ADDON: addon, BENCHMEM_START_FLAGS: startFlags } = environment;
  delete environment.BENCHMEM_ADDON;
  delete environment.BENCHMEM_START_FLAGS;
  if (addon === undefined) return undefined;
  try {
    const binding = require(addon) as NativeBinding;
    // WHY: that early, because where objects lie after a collection shows in all that follows.
    binding.collectAlone();
    if (startFlags === undefined) return undefined;
    binding.setFlags(startFlags);
    return binding;
  } catch {
    return undefined;
  }
}

// Our flags come last, this module first among them. WHY: they are taken out, because user code may hand its execArgv on, to a
// worker, which refuses flags of V8, or to another node.
function takeOwnFlags(execArgv: string[]): string[] {
  const at = execArgv.findLastIndex((flag) => flag.endsWith('/engine/child/inside/observed-thread.js'));
  return at === -1 ? [] : execArgv.splice(at - 1).slice(1);
}

function observeThisThread(): void {
  const addon = workerThreads.getEnvironmentData(addonKey);
  if (typeof addon !== 'string') return;
  const binding = require(addon) as NativeBinding;
  binding.countFromBirth();
}

function wrapWorker(module: string): void {
  const { Worker: Original } = workerThreads;
  class ObservedWorker extends Original {
    constructor(filename: string | URL, options?: WorkerOptions) {
      super(filename, withModule(options, module));
    }
  }
  Object.defineProperty(ObservedWorker, 'name', { value: Original.name });
  Object.assign(workerThreads, { Worker: ObservedWorker satisfies typeof Worker });
  syncBuiltinESMExports();
}

// A worker with flags or an environment of its own takes over none of its parent's. What is not of the right type is
// node's to refuse.
function withModule(options: WorkerOptions | undefined, module: string): WorkerOptions | undefined {
  if (typeof options !== 'object' || options === null) return options;
  const { execArgv, env } = options;
  if (Array.isArray(execArgv)) return { ...options, execArgv: [...execArgv, '-r', module] };
  const ownEnvironment = typeof env === 'object' && env !== null && env !== process.env;
  return ownEnvironment && execArgv === undefined ? { ...options, execArgv: ['-r', module] } : options;
}
