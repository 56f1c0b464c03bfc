// The JSON report of one run: how the program ended, and for each process its verdict and snapshots. Pure.
import { partsOf } from './levels.js';
import type { ProcessRecord } from './snapshot.js';
import { verdictOf } from './verdict.js';

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
  const { kind, sentence, rises } = verdictOf(record);
  return {
    pid,
    parent_pid: parentPid,
    command,
    node,
    v8,
    ...(allocator !== undefined && { allocator }),
    ...(jsHeapUnsupported !== undefined && { js_heap_unsupported: jsHeapUnsupported }),
    ...(problem !== undefined && { problem }),
    ...(record.stillRuns && { still_runs: true }),
    verdict: {
      kind,
      sentence,
      rises: rises.map(({ part, fromBytes, toBytes, bytes, withoutGarbage, levelledOff }) => ({
        part,
        from_bytes: fromBytes,
        to_bytes: toBytes,
        lasting_bytes: bytes,
        ...(withoutGarbage !== undefined && { without_garbage: withoutGarbage }),
        ...(levelledOff !== undefined && { levelled_off: levelledOff }),
      })),
    },
    snapshots: record.snapshots.map((snapshot) => ({
      ...snapshot,
      ...unexplained(partsOf(snapshot).unexplained),
    })),
  };
}

function unexplained(bytes: number | undefined): object {
  return bytes === undefined ? {} : { unexplained_bytes: bytes };
}
