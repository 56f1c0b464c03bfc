// The main module of the analysis: a heap snapshot comes through standard input, a report goes to standard output.
import { readSync, writeSync } from 'node:fs';
import { BenchmemError } from '../../errors.js';
import { analyse } from '../../retainers/analysis.js';
import { SnapshotReader } from '../../retainers/snapshot-reader.js';
import type { AnalysisAnswer, AnalysisOrder } from './analysis-process.js';

const standardInput = 0;
const standardOutput = 1;

const order = JSON.parse(process.argv[2] as string) as AnalysisOrder;
answer(findAnswer());

function findAnswer(): AnalysisAnswer {
  try {
    return { report: analyse(readSnapshot(), order.marks, order.calls) };
  } catch (error) {
    if (!(error instanceof BenchmemError)) throw error;
    const { code, message, hint } = error;
    return { failure: { code, message, hint } };
  }
}

function readSnapshot() {
  const reader = new SnapshotReader();
  const chunk = Buffer.allocUnsafeSlow(1 << 20);
  for (;;) {
    const bytes = readSync(standardInput, chunk);
    if (bytes === 0) return reader.finish();
    reader.feed(chunk.subarray(0, bytes));
  }
}

function answer(found: AnalysisAnswer): void {
  const bytes = Buffer.from(JSON.stringify(found));
  for (let sent = 0; sent < bytes.length; ) sent += writeSync(standardOutput, bytes, sent);
}
