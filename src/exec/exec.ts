// Starts the command under the preload library and the agent, passes signals on, and answers how it ended.
// Must not touch the program's streams: it inherits ours.
import { rmSync } from 'node:fs';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import { refuseHangingPreload } from '../engine/child/parent/foreign-preload.js';
import { preloadEntry } from '../engine/child/parent/preload-entry.js';
import { findAddon, preloadLibraryPath } from '../native/load.js';
import { defined } from '../shapes.js';
import { endOf, startInForeground } from './foreground.js';
import { launchEnvironment } from './plan.js';
import { RecordsReader } from './records-reader.js';
import { fullDisk, removeStaleFolders, reportFolder } from './report-folder.js';
import { relaySignals, type SignalRelay } from './signal-relay.js';
import { type ProcessRecord, sawItsEnd } from './snapshot.js';

export interface ExecRequest {
  readonly command: readonly string[];
  readonly allocator: 'system' | 'jemalloc';
  readonly intervalMs: number;
  readonly collect: boolean;
  /** Absent: no snapshot on a signal. */
  readonly signal?: NodeJS.Signals;
  readonly follow: boolean;
  readonly cwd: string;
  /** After each change, as long as the program runs; asked for the records, it answers those of then. */
  readonly onRecords: (records: () => readonly ProcessRecord[]) => void;
}

export interface ExecEnd {
  /** Exactly one of the two. */
  readonly exitCode?: number;
  readonly signal?: NodeJS.Signals;
  /** The started process first, then by process id. */
  readonly records: readonly ProcessRecord[];
  readonly pid: number;
  /** What kept snapshots from being written. */
  readonly problem?: string;
}

const agent = fileURLToPath(new URL('../cjs/exec/agent.js', import.meta.url));
const pollMs = 250;

/** Runs the command to its end. Errors: COMMAND_NOT_STARTED, CANNOT_WRITE, PRELOAD_MISSING, ADDON_MISSING, UNSUPPORTED_RUNTIME. */
export async function execProgram(request: ExecRequest): Promise<ExecEnd> {
  refuseHangingPreload(
    request.allocator,
    process.env.LD_PRELOAD,
    'unset LD_PRELOAD for this command, or leave out --allocator jemalloc',
  );
  const addon = findAddon();
  const entry = preloadEntry(preloadLibraryPath(addon));
  removeStaleFolders();
  const folder = reportFolder();
  try {
    return await runIn(folder, { addon, preloadLibrary: entry.path }, request);
  } finally {
    rmSync(folder, { recursive: true, force: true });
    entry.dispose();
  }
}

interface Binaries {
  readonly addon: string;
  readonly preloadLibrary: string;
}

async function runIn(folder: string, binaries: Binaries, request: ExecRequest): Promise<ExecEnd> {
  const { intervalMs, collect, follow, allocator, signal } = request;
  const signalNumber = signal === undefined ? 0 : constants.signals[signal];
  const env = launchEnvironment({
    folder,
    intervalMs,
    signalNumber,
    collect,
    follow,
    allocator,
    ...binaries,
    agent,
    environment: process.env,
  });
  const relay = relaySignals();
  try {
    return await runUnder(relay, folder, env, request);
  } finally {
    relay.stop();
  }
}

async function runUnder(
  relay: SignalRelay,
  folder: string,
  env: NodeJS.ProcessEnv,
  { command, cwd, onRecords }: ExecRequest,
): Promise<ExecEnd> {
  const child = startInForeground({ command, env, cwd });
  relay.to(child);
  const reader = new RecordsReader(folder);
  const stopPolling = poll(reader, onRecords);
  try {
    const end = await endOf(child, command, 'benchmem exec -- node script.js');
    reader.update();
    const problem = fullDisk(folder);
    return {
      ...end,
      ...defined({ problem }),
      records: lastRecords(reader, child.pid),
      pid: child.pid ?? 0,
    };
  } finally {
    stopPolling();
  }
}

function poll(reader: RecordsReader, onRecords: ExecRequest['onRecords']): () => void {
  const timer = setInterval(() => {
    if (reader.update()) onRecords(() => reader.records());
  }, pollMs);
  return () => clearInterval(timer);
}

function lastRecords(reader: RecordsReader, firstPid: number | undefined): ProcessRecord[] {
  const rank = ({ header }: ProcessRecord) => (header.pid === firstPid ? -1 : header.pid);
  return reader
    .records()
    .map((record) => (stillRuns(record) ? { ...record, stillRuns: true as const } : record))
    .sort((a, b) => rank(a) - rank(b));
}

function stillRuns(record: ProcessRecord): boolean {
  if (sawItsEnd(record)) return false;
  try {
    return process.kill(record.header.pid, 0);
  } catch {
    return false; // it is gone, or another user's: its last snapshot is all that is known
  }
}
