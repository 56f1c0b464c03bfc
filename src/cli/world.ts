// What commands need of the world: streams and what their terminals can do, a clock, a folder, an interrupt; this
// machine and its files; what measures. Names the seam only: real-world.ts fills it, tests fake it.

import type { DatabaseAccess } from '../database/access.js';
import type { Database, DatabaseUse } from '../database/connect.js';
import type { DatabaseStore } from '../database/store.js';
import type { NamedCapture, WrittenProfile } from '../engine/profile/captured.js';
import type { ExecEnd, ExecRequest } from '../exec/exec.js';
import type { ForegroundEnd } from '../exec/foreground.js';
import type { Terminal } from '../layout/terminal.js';
import type { Reservation } from '../runfile/numbering.js';
import type { Git } from '../runfile/provenance.js';
import type { RunStore } from '../runfile/store.js';
import type { RunFileWriter } from '../runfile/write.js';
import type { Discovered, NamedFile } from '../runner/discover.js';
import type { ExportChoice } from '../runner/exports.js';
import type { ChildSettings } from '../runner/list.js';
import type { Choice, Plan } from '../runner/plan.js';
import type { PlannedCase } from '../runner/planned.js';
import type { ProfiledCase, ProfileListener } from '../runner/profile-cases.js';
import type { RunListener, SuiteEnd, SuiteWorld } from '../runner/run-suite.js';
import type { RunSettings } from '../runner/settings.js';
import type { SweepVenv } from '../sweep/index.js';
import type { TestSettings } from '../testing/settings.js';
import type { SpoolContents } from '../testing/spool.js';

export type { Terminal };

export interface Output extends Terminal {
  /** Never throws: what a stream cannot take becomes the end of the command. */
  write(content: string | Uint8Array): void;
}

export interface Clock {
  now(): Date;
  /** Milliseconds that only grow. */
  elapsedMs(): number;
  /** Calls `tick` every so many milliseconds until the answer is called; never keeps the process alive. */
  every(intervalMs: number, tick: () => void): () => void;
}

/** The process that a command runs in. */
export interface Io {
  readonly stdout: Output;
  readonly stderr: Output;
  /** All of standard input. Throws USAGE if it is a terminal; BAD_RUN_FILE, ABORTED. */
  readInput(): Promise<Buffer>;
  readonly clock: Clock;
  /** The folder that relative paths start from. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborts when the user interrupts. */
  readonly interrupted: AbortSignal;
}

/** One answer to a question. */
export interface PromptChoice<Value> {
  readonly value: Value;
  readonly label: string;
  readonly hint?: string;
}

/** What a person answers; undefined: they would rather not (Ctrl-C, Esc). */
export interface Prompts {
  select<Value extends string>(
    message: string,
    choices: readonly PromptChoice<Value>[],
  ): Promise<Value | undefined>;
  text(message: string, proposed: string): Promise<string | undefined>;
}

/** What a command ends with: an exit code, or the signal that the process itself must end with. */
export type CommandEnd = number | NodeJS.Signals;

/** What a run file says besides figures: program, machine, commit. */
interface Facts {
  /** Of this program. */
  readonly version: string;
  machineInfo(): Promise<Record<string, unknown>>;
  commitInfo(cwd: string): Promise<Record<string, unknown>>;
  /** Git in a folder. */
  git(cwd: string): Git;
  /** The version of a node binary; of this process without a path. Throws USAGE. */
  nodeVersion(path: string | undefined): Promise<string>;
  /** Throws UNSUPPORTED_RUNTIME, ADDON_MISSING if memory cannot be measured on this machine. */
  checkMeasurable(): Promise<void>;
  /** Flags that this process was started with and children inherit. */
  inheritedFlags(): Promise<readonly string[]>;
  /** How many processes may run side by side. */
  parallelism(): number;
  /** From 0 up to but without 1. */
  random(): number;
  /** Asks whoever sits at the terminal; undefined if nobody does. Throws UNSUPPORTED_RUNTIME. */
  prompts(): Promise<Prompts | undefined>;
}

interface Files {
  /** The config as parsed flags. Throws BAD_CONFIG. */
  readConfig(cwd: string, named: string | undefined): Promise<Record<string, unknown>>;
  /** Throws CANNOT_WRITE. */
  openRunFile(path: string, name: string): Promise<RunFileWriter>;
  /** Reserves where a run is saved: a number of a folder, or a place in a database. Throws CANNOT_WRITE, DATABASE. */
  reserveNumber(
    name: string,
    storage: string | undefined,
    place: { readonly cwd: string; readonly node: string },
  ): Promise<Reservation>;
  /** The saved runs of a folder or a database; `env` says where an index of a folder may stand. */
  openStore(
    storage: string | undefined,
    place: Pick<Io, 'cwd' | 'env'>,
    use?: DatabaseUse,
  ): Promise<RunStore>;
  /** A database to copy whole runs into and out of. Throws USAGE, NOT_AVAILABLE. */
  openDatabase(storage: string): Promise<DatabaseStore>;
  /** A connection for whoever cares for the tables themselves. Throws USAGE, NOT_AVAILABLE. */
  connectDatabase(storage: string): Promise<Database>;
  /** What the environment said of databases before it was taken out. */
  readonly database: Pick<DatabaseAccess, 'named' | 'nameOf'>;
  /** Writes, or with `append` adds to, a text file. Throws CANNOT_WRITE. */
  writeText(path: string, text: string, options?: { readonly append?: boolean }): Promise<void>;
}

interface Measuring {
  /** Throws NO_BENCHMARKS. */
  discover(words: readonly string[], cwd: string): Promise<Discovered>;
  plan(files: readonly NamedFile[], choice: Choice, settings: ChildSettings, jobs: number): Promise<Plan>;
  planExports(
    files: readonly NamedFile[],
    asked: ExportChoice,
    choice: Choice,
    settings: ChildSettings,
  ): Promise<Plan>;
  planLoads(
    operands: readonly string[],
    cwd: string,
    choice: Choice,
    settings: Pick<ChildSettings, 'execPath'>,
  ): Promise<Plan>;
  suite(
    cases: readonly PlannedCase[],
    settings: RunSettings,
    listener: RunListener,
    world: SuiteWorld,
  ): Promise<SuiteEnd>;
  /** Captures one pass's stacks of each benchmark. Throws ABORTED. */
  profileCases(
    cases: readonly ProfiledCase[],
    settings: RunSettings,
    listener: ProfileListener,
    world: SuiteWorld,
  ): Promise<void>;
  /** Makes the folder, and finds out whether profiles can be written there; `name` is what errors call it. Throws CANNOT_WRITE. */
  prepareProfiles(folder: string, name: string): Promise<void>;
  /** Names what was captured and writes it into that folder. Throws CANNOT_WRITE. */
  writeProfile(folder: string, captured: NamedCapture): Promise<WrittenProfile>;
  /** Runs a program to its end. Throws COMMAND_NOT_STARTED, PRELOAD_MISSING. */
  exec(request: ExecRequest): Promise<ExecEnd>;
  /** Runs a test runner to its end, and answers what its tests wrote. Throws COMMAND_NOT_STARTED, CANNOT_WRITE. */
  runTests(request: TestsRequest): Promise<TestsEnd>;
  /** Runs the suite in a version's folder, writing the run file. Throws RunFailed, ABORTED. */
  sweepSuite(call: SuiteCall): Promise<void>;
  /** Runs another command of this program, as if it had been typed. */
  runCommand(argv: readonly string[], world: World): Promise<CommandEnd>;
}

export interface SuiteCall {
  readonly venv: SweepVenv;
  /** The package under test. */
  readonly name: string;
  /** The suite, within the version's folder. */
  readonly suite: string;
  readonly file: string;
  readonly flags: readonly string[];
  readonly signal: AbortSignal;
}

export interface TestsRequest {
  readonly command: readonly string[];
  /** Below those of a plug-in, of a file and of a test. */
  readonly settings: TestSettings;
  /** In preloaded processes, with flags of V8. */
  readonly deterministic: boolean;
  readonly cwd: string;
}

export interface TestsEnd {
  readonly end: ForegroundEnd;
  readonly contents: SpoolContents;
}

export interface World extends Io, Facts, Files, Measuring {}
