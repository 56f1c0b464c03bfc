// A snapshot of this process's heap, analysed by a process of its own: it reads the snapshot from a pipe while this one writes
// it, and answers its report through another. All of it happens at once, without a turn of the event loop.
// INVARIANT: the snapshot never lies on a disk, and nothing of it leaves the analysis but its report.
import { spawn } from 'node:child_process';
import { closeSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { writeHeapSnapshot } from 'node:v8';
import { BenchmemError, type ErrorCode } from '../../errors.js';
import type { SnapshotBinding } from '../../native/contract.js';
import type { Marks } from '../../retainers/ages.js';
import type { RetainerReport } from '../../retainers/report.js';

/** What the analysis is started with. */
export interface AnalysisOrder {
  readonly marks: Marks;
  readonly calls: readonly [number, number];
}

/** What it prints. */
export type AnalysisAnswer =
  | { readonly report: RetainerReport }
  | { readonly failure: { readonly code: ErrorCode; readonly message: string; readonly hint: string } };

const entry = createRequire(import.meta.url).resolve('./analysis-entry.js');

/** Takes a snapshot now; `marks`: before the first phase, after it, after the second. Throws NOT_AVAILABLE, BAD_SNAPSHOT. */
export function analyseSnapshot(
  binding: SnapshotBinding,
  marks: readonly number[],
  calls: readonly [number, number],
): RetainerReport {
  const [before, first, second] = marks as readonly [number, number, number];
  // WHY: node's own pipes are not used, because they are sockets, which have no path to open.
  const [snapshotOut, snapshotIn] = binding.openPipe();
  const [answerOut, answerIn] = binding.openPipe();
  try {
    start(snapshotOut, answerIn, { marks: { before, first, second }, calls });
  } finally {
    closeSync(snapshotOut);
    closeSync(answerIn);
  }
  try {
    // WHY: the pipe is named by this path, because the function takes no descriptor.
    writeHeapSnapshot(`/proc/self/fd/${snapshotIn}`);
  } catch {
    // Whoever reads it is gone; its answer, or that there is none, says why.
  } finally {
    closeSync(snapshotIn);
  }
  return readAnswer(answerOut);
}

function start(input: number, output: number, order: AnalysisOrder): void {
  const analysis = spawn(process.execPath, [entry, JSON.stringify(order)], {
    stdio: [input, output, 'ignore'],
    env: {},
  });
  // WHY: nothing listens to the error, because a process that did not start gives no answer either, and that is reported.
  analysis.on('error', () => {});
  analysis.unref();
}

function readAnswer(descriptor: number): RetainerReport {
  try {
    const answer = parseAnswer(readFileSync(descriptor, 'utf8'));
    if (answer === undefined) throw failedAnalysis();
    if ('report' in answer) return answer.report;
    const { code, message, hint } = answer.failure;
    throw new BenchmemError(code, message, hint);
  } finally {
    closeSync(descriptor);
  }
}

function parseAnswer(text: string): AnalysisAnswer | undefined {
  try {
    return JSON.parse(text) as AnalysisAnswer;
  } catch {
    return undefined;
  }
}

function failedAnalysis(): BenchmemError {
  return new BenchmemError(
    'NOT_AVAILABLE',
    'the snapshot of the heap was not analysed: the process that reads it gave no answer',
    'is there too little memory? measure a smaller input, or without --retainers',
  );
}
