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

/** As it is written with --json. Every byte figure is a whole number of bytes; an absent one was not measured. */
export function jsonReport({ command, end, version }: RunFacts, records: readonly ProcessRecord[]): object {
  return {
    benchmem_exec: { schema: 1, version, complete: end !== undefined },
    command,
    ...(end?.exitCode !== undefined && { exit_code: end.exitCode }),
    ...(end?.signal !== undefined && { signal: end.signal }),
    processes: records.map(processReport),
  };
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
    snapshots: record.snapshots.map(snapshotReport),
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
    ...(account !== undefined && {
      resident_growth: {
        from_bytes: account.fromBytes,
        to_bytes: account.toBytes,
        parts: account.parts,
        unexplained_bytes: account.unexplainedBytes,
      },
    }),
  };
}

/** A snapshot as it stands in the report. */
export function snapshotReport(snapshot: Snapshot): object {
  return defined({ ...snapshot, unexplained_bytes: unexplainedBytes(snapshot) });
}
