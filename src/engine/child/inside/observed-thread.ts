// What `-r` loads into each thread of a measuring child, before user code: in a worker the addon, whose observer counts
// the worker's heap; everywhere a Worker that hands this module on where a worker would not inherit it.
// Must stay small and import nothing else of ours: what it allocates stands in every worker's heap.
import { createRequire, syncBuiltinESMExports } from 'node:module';
import workerThreads, {
  getEnvironmentData,
  isMainThread,
  setEnvironmentData,
  type Worker,
  type WorkerOptions,
} from 'node:worker_threads';

const addonKey = 'benchmem.addon';

const own = takeOwnFlags(process.execArgv);
if (own !== undefined) {
  if (!isMainThread) observeThisThread();
  wrapWorker(own);
}

/** On the main thread: the workers that start from here on load this addon. */
export function observeWorkers(addon: string): void {
  if (process.env.BENCHMEM_SIMULATE_UNOBSERVED_WORKERS !== '1') setEnvironmentData(addonKey, addon);
}

// Our flags come last, this module first among them. WHY: they are taken out, because user code may hand its execArgv on, to a
// worker, which refuses flags of V8, or to another node.
function takeOwnFlags(execArgv: string[]): string | undefined {
  const at = execArgv.findLastIndex((flag) => flag.endsWith('/engine/child/inside/observed-thread.js'));
  const module = execArgv[at];
  if (module !== undefined) execArgv.splice(at - 1);
  return module;
}

function observeThisThread(): void {
  const addon = getEnvironmentData(addonKey);
  if (typeof addon !== 'string') return;
  const binding = createRequire(addon)(addon) as { countFromBirth(): void };
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
