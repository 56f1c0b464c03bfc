// The JSON report of one run: how the program ended, and for each process its verdict and snapshots. Pure.
import { defined } from '../shapes.js';
import { unexplainedBytes } from './levels.js';
import type { ProcessRecord, Snapshot } from './snapshot.js';
import { type Verdict, verdictOf } from './verdict.js';

export interface RunFacts {
  readonly command: readonly string[];
  /** Absent as long as the program runs. */
  readonly end?: { readonly exitCode?: number; readonly signal?: string };
  readonly version: string;
}

/**
 * As it is written with --json. Every byte figure is a whole number of bytes; an absent one was not measured.
 * PERF: the text of a snapshot is made once, however often the report is written.
 */
export function reportText({ command, end, version }: RunFacts, records: readonly ProcessRecord[]): string {
  const report = {
    benchmem_exec: { schema: 1, version, complete: end !== undefined },
    command,
    ...defined({ exit_code: end?.exitCode, signal: end?.signal }),
    processes: records.map(processReport),
  };
  const parts = JSON.stringify(report, undefined, 2).split(`"${snapshotsMark}"`);
  const texts = records.map(({ snapshots }) => `[${snapshots.map(textOf).join(',')}\n      ]`);
  return `${parts.map((part, index) => part + (texts[index] ?? '')).join('')}\n`;
}

// No text of a report holds it: JSON escapes the line break.
const snapshotsMark = 'snapshots\u2028here';
const texts = new WeakMap<Snapshot, string>();

function textOf(snapshot: Snapshot): string {
  const known = texts.get(snapshot);
  if (known !== undefined) return known;
  const text = `\n        ${JSON.stringify(snapshotReport(snapshot))}`;
  texts.set(snapshot, text);
  return text;
}

function processReport(record: ProcessRecord): object {
  const { pid, parentPid, command, node, v8, allocator, jsHeapUnsupported, problem } = record.header;
  return {
    ...defined({
      pid,
      parent_pid: parentPid,
      command,
      node,
      v8,
      allocator,
      js_heap_unsupported: jsHeapUnsupported,
      problem,
      still_runs: record.stillRuns,
    }),
    verdict: verdictReport(verdictOf(record)),
    snapshots_taken: record.taken ?? record.snapshots.length,
    snapshots: snapshotsMark,
  };
}

function verdictReport({ kind, sentence, trends, account }: Verdict): object {
  return {
    kind,
    sentence,
    trends: trends.map(({ part, kind, from, to, bytes, withoutGarbage }) => ({
      part,
      trend: kind,
      from_bytes: from.bytes,
      from_ms: from.ms,
      to_bytes: to.bytes,
      to_ms: to.ms,
      lasting_bytes: bytes,
      without_garbage: withoutGarbage,
    })),
    ...defined({
      resident_growth: account && {
        from_bytes: account.fromBytes,
        to_bytes: account.toBytes,
        parts: account.parts,
        unexplained_bytes: account.unexplainedBytes,
      },
    }),
  };
}

function snapshotReport(snapshot: Snapshot): object {
  return defined({ ...snapshot, unexplained_bytes: unexplainedBytes(snapshot) });
}
