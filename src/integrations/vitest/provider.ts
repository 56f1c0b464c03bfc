// The benchmarks of vitest 5 (`benchmark: { provider: 'benchmem/vitest' }`): memory first, then time as vitest itself takes it.
// Experimental in vitest. INVARIANT: it imports nothing of vitest that runs.
import type { BenchOptions, Task, Bench as Tinybench } from 'tinybench';
import { type BenchHooks, benchMemory } from '../../testing/bench-memory.js';
import type { TestRecord } from '../../testing/record.js';

type Figures = TestRecord['figures'];

/** What vitest hands over, as far as it is used here. */
export interface BenchmarkGroup {
  readonly test: {
    readonly name: string;
    readonly fullTestName?: string;
    readonly meta: object;
    readonly context: { readonly signal?: AbortSignal };
  };
  readonly config: { readonly retainSamples?: boolean };
  readonly registrations: readonly {
    readonly name: string;
    readonly fn: () => unknown;
    readonly fnOpts?: BenchHooks;
  }[];
  readonly options?: BenchOptions;
}

/** Times as tinybench has them, and the memory of one call. */
export type BenchmarkResult = Extract<Task['result'], { readonly state: 'completed' }> & {
  readonly name: string;
  readonly memory: Figures;
};

/** By the name of each benchmark of a test. */
export type BenchmarksMemory = Readonly<Record<string, Figures>>;

export const benchmarkProvider = {
  async run({ test, config, registrations, options }: BenchmarkGroup): Promise<BenchmarkResult[]> {
    const memory = new Map<string, Figures>();
    // WHY: memory is measured before anything is timed, because what a timing loop leaves behind is garbage by then.
    for (const { name, fn, fnOpts } of registrations) memory.set(name, await benchMemory(fn, fnOpts));
    noteMemory(test.meta, memory);
    const { Bench } = await import('tinybench');
    const bench = new Bench({
      name: test.fullTestName ?? test.name,
      ...(test.context.signal && { signal: test.context.signal }),
      ...(config.retainSamples !== undefined && { retainSamples: config.retainSamples }),
      ...options,
    });
    for (const { name, fn, fnOpts } of registrations) bench.add(name, fn, fnOpts as never);
    await bench.run();
    throwErrors(bench);
    return bench.tasks.map((task) => ({
      ...completed(task),
      name: task.name,
      memory: memory.get(task.name) ?? {},
    }));
  },
};

// It crosses to vitest's main process with the test.
function noteMemory(meta: object, memory: ReadonlyMap<string, Figures>): void {
  const holder = meta as { benchmarks?: BenchmarksMemory };
  holder.benchmarks = { ...holder.benchmarks, ...Object.fromEntries(memory) };
}

function throwErrors({ tasks }: Tinybench): void {
  const errors = tasks.flatMap(({ result }) => (result.state === 'errored' ? [result.error] : []));
  if (errors.length === 1) throw errors[0];
  if (errors.length > 1) throw new AggregateError(errors, 'several benchmarks failed');
}

function completed({ name, result }: Task): Extract<Task['result'], { readonly state: 'completed' }> {
  if (result.state === 'completed') return result as Extract<Task['result'], { readonly state: 'completed' }>;
  throw new Error(`the benchmark ${name} was not timed to its end: it is ${result.state}`);
}
