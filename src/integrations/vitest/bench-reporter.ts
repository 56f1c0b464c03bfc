// Prints the memory of benchmarks below vitest's own table, whose columns are fixed.
import { terminalOf } from '../../layout/terminal.js';
import { type BenchmarksOfTest, renderBenchmarks } from '../../test-report/render-benchmarks.js';
import type { BenchmarksMemory } from './provider.js';

interface FinishedTest {
  readonly fullName: string;
  meta(): { readonly benchmarks?: BenchmarksMemory };
}

export class BenchReporter {
  #tests: BenchmarksOfTest[] = [];

  onTestCaseResult(test: FinishedTest): void {
    const { benchmarks } = test.meta();
    if (benchmarks !== undefined) this.#tests.push({ test: test.fullName, figures: benchmarks });
  }

  onTestRunEnd(): void {
    process.stdout.write(renderBenchmarks(this.#tests, terminalOf(process.stdout, process.env)));
    this.#tests = [];
  }
}
