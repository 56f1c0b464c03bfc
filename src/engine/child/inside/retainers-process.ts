// The analysis of a snapshot as a process: it reads the snapshot from a pipe while this one writes it, and answers its report.
import { spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { writeHeapSnapshot } from 'node:v8';
import { BenchmemError, type ErrorCode } from '../../../errors.js';
import type { SnapshotBinding } from '../../../native/contract.js';
import type { Marks } from '../../../retainers/ages.js';
import type { RetainerReport } from '../../../retainers/report.js';

/** What the analysis is started with. */
export interface AnalysisOrder {
  readonly marks: Marks;
  readonly calls: readonly [number, number];
}

/** What it prints. */
export type AnalysisAnswer =
  | { readonly report: RetainerReport }
  | { readonly failure: { readonly code: ErrorCode; readonly message: string; readonly hint: string } };

const entry = createRequire(import.meta.url).resolve('./retainers-analysis.js');

/** Takes a snapshot now. Throws NOT_AVAILABLE, BAD_SNAPSHOT. */
export async function analyseSnapshot(
  binding: SnapshotBinding,
  marks: readonly number[],
  calls: readonly [number, number],
): Promise<RetainerReport> {
  const [before, first, second] = marks as readonly [number, number, number];
  const [readingEnd, writingEnd] = binding.openPipe();
  const answer = startAnalysis(readingEnd, { marks: { before, first, second }, calls });
  try {
    closeSync(readingEnd);
    // WHY by this path: the function takes no descriptor. A pipe of node's own is a socket, which has no path.
    writeHeapSnapshot(`/proc/self/fd/${writingEnd}`);
  } finally {
    closeSync(writingEnd);
  }
  return answer;
}

async function startAnalysis(readingEnd: number, order: AnalysisOrder): Promise<RetainerReport> {
  const analysis = spawn(process.execPath, [entry, JSON.stringify(order)], {
    stdio: [readingEnd, 'pipe', 'ignore'],
    env: {},
  });
  let text = '';
  analysis.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  const ending = await new Promise<string>((resolve) => {
    analysis.on('error', (error) => resolve(error.message));
    analysis.on('close', (code, signal) => resolve(`it ended with ${signal ?? code}`));
  });
  const answer = parseAnswer(text);
  if (answer === undefined) throw failedAnalysis(ending);
  if ('report' in answer) return answer.report;
  const { code, message, hint } = answer.failure;
  throw new BenchmemError(code, message, hint);
}

function parseAnswer(text: string): AnalysisAnswer | undefined {
  try {
    return JSON.parse(text) as AnalysisAnswer;
  } catch {
    return undefined;
  }
}

function failedAnalysis(ending: string): BenchmemError {
  return new BenchmemError(
    'NOT_AVAILABLE',
    `the snapshot of the heap was not analysed: ${ending}`,
    'is there too little memory? measure a smaller input, or without --retainers',
  );
}
