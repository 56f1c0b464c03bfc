// The one error type of this package: its closed list of codes, and the exit code that each means.
// A leaf: imports nothing, prints nothing, ends no process.

/** What a command ends with: a failed benchmark or gate is not a wrong command line, and neither is a bug. */
export const exitCode = { ok: 0, failed: 1, usage: 2, bug: 70, interrupted: 130 } as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];

// Every code with the exit code it means to a command.
const exitCodeByCode = {
  // A call or a command line that cannot mean anything.
  /** The command line does not mean anything, or asks these files for what they do not hold. */
  USAGE: exitCode.usage,
  /** An option of a function, a bench file or a configuration has a value that it cannot have, or stands beside one that excludes it. */
  INVALID_OPTION: exitCode.usage,
  /** What is to be measured is not a function that can be called, or not one that the check can wait for. */
  INVALID_ACTION: exitCode.usage,
  /** `MemoryResult.fromBlob` was given something that `toBlob` did not make. */
  INVALID_BLOB: exitCode.usage,
  /** A function cannot be sent to a child process, because it may use variables around it. */
  CLOSURE_NOT_ISOLATABLE: exitCode.usage,
  /** The option is about a child process, and the measurement runs in this one. */
  NEEDS_ISOLATE: exitCode.usage,
  /** The arguments cannot be sent to a child process, because structured clone does not take them. */
  ARGUMENTS_NOT_CLONABLE: exitCode.usage,
  /** Something that this request needs besides benchmem is missing here, or does not offer it. */
  NOT_AVAILABLE: exitCode.usage,
  /** A figure was asked for that nobody measured. Benchmem answers with this error where another tool would answer 0. */
  NOT_MEASURED: exitCode.usage,
  // Input that is missing or broken.
  /** A run file is missing, broken, or of a kind that this command does not read. */
  BAD_RUN_FILE: exitCode.usage,
  /** A profile is missing, broken, or larger than any profile that benchmem writes. */
  BAD_PROFILE: exitCode.usage,
  /** The heap snapshot that `--retainers` takes could not be understood. */
  BAD_SNAPSHOT: exitCode.failed,
  // Runs that cannot answer what a gate asks.
  /** A gate cannot be answered by these runs: nothing in common, a metric that nobody measured, another allocator or another major version of Node.js. */
  GATE_REFUSED: exitCode.usage,
  /** A file or a folder cannot be written. */
  CANNOT_WRITE: exitCode.usage,
  // A database of runs.
  /** The database of saved runs cannot be reached, does not permit what was asked, or has other tables. */
  DATABASE: exitCode.usage,
  /** The run was measured, and the database did not take it. Its file stays, and `benchmem push FILE` sends it. */
  NOT_SAVED: exitCode.failed,
  /** There is no module at the path that was named. */
  MODULE_NOT_FOUND: exitCode.usage,
  /** The module threw while it was loaded. */
  MODULE_FAILED: exitCode.usage,
  /** The TypeScript or JavaScript of a bench file could not be made into a module. */
  TRANSFORM_FAILED: exitCode.usage,
  /** The module has no exported function of that name. */
  EXPORT_NOT_FOUND: exitCode.usage,
  /** Two benchmarks have one id, so that no later run could tell them apart. */
  DUPLICATE_BENCHMARK: exitCode.usage,
  /** No benchmark is left to run. */
  NO_BENCHMARKS: exitCode.usage,
  /** The configuration cannot be read, or has a setting that does not exist. */
  BAD_CONFIG: exitCode.usage,
  // Windows.
  /** A measurement runs already, and a process has one window at a time. */
  WINDOW_OPEN: exitCode.usage,
  /** A window was closed that is not open. */
  NO_WINDOW: exitCode.usage,
  /** The figures were asked for in an order that has no meaning, for example those of a window that is still open. */
  WRONG_PHASE: exitCode.usage,
  /** A native function was called before the hooks were installed. The public functions never do this. */
  NOT_INSTALLED: exitCode.usage,
  // Limits that tests have.
  /** A test needed more memory than its limit, or left something behind. */
  MEMORY_LIMIT: exitCode.failed,
  /** The promise of a limit was not awaited, so that the test would have passed whatever it says. */
  NOT_AWAITED: exitCode.failed,
  // Allocation profiles.
  /** A profile was asked for that this measurement did not keep. */
  NO_PROFILE: exitCode.usage,
  /** The code has more distinct stacks than a profile can hold, and a profile is whole or is not there. */
  PROFILE_TOO_LARGE: exitCode.failed,
  /** A shared object was unloaded and loaded again at another address, so that the frames of the profile have no names. */
  PROFILE_VOID: exitCode.failed,
  /** The sums of the profile differ from the figures of the window, so that the profile was thrown away. */
  PROFILE_MISMATCH: exitCode.bug,
  // A process that cannot be measured.
  /** This operating system, processor, C library or version of Node.js cannot be measured. */
  UNSUPPORTED_RUNTIME: exitCode.usage,
  /** The native part of benchmem is missing from the installation, or does not fit this machine. */
  ADDON_MISSING: exitCode.usage,
  /** The library that children are started with is missing from the installation. */
  PRELOAD_MISSING: exitCode.usage,
  /** The preloaded library is of another version of benchmem than the addon. */
  PRELOAD_VERSION: exitCode.usage,
  /** The tracker got no memory from the system for its own table, so that no figure would be whole. */
  OUT_OF_MEMORY: exitCode.failed,
  /** An addon reported a block that cannot be, through `benchmem_allocator.h`. */
  INVALID_REPORT: exitCode.failed,
  /** Every pass was disturbed, so that none gives a figure. */
  VOID_PASSES: exitCode.failed,
  // What was measured failed.
  /** The code that was measured threw. */
  ACTION_FAILED: exitCode.failed,
  /** The `setup` of a benchmark threw. */
  SETUP_FAILED: exitCode.failed,
  /** The promise that the code answered cannot settle any more, because nothing is left to run. */
  ACTION_NEVER_SETTLED: exitCode.failed,
  /** The code did not end in the time it has. */
  ACTION_TIMEOUT: exitCode.failed,
  /** The child process was ended by a signal while it measured. */
  CHILD_CRASHED: exitCode.failed,
  /** The child process ended before it had measured. */
  CHILD_EXITED: exitCode.failed,
  /** The child process ran out of memory. */
  CHILD_OUT_OF_MEMORY: exitCode.failed,
  /** The child process could not be started. */
  CHILD_NOT_STARTED: exitCode.failed,
  /** The child process did not answer in the time it has. */
  CHILD_TIMED_OUT: exitCode.failed,
  /** The `teardown` or `afterPass` of a benchmark threw. */
  TEARDOWN_FAILED: exitCode.failed,
  /** The bench file does not define the benchmark any more when a child loads it. A name or a param is not the same each time. */
  BENCHMARK_NOT_FOUND: exitCode.failed,
  /** The program behind `--` cannot be started. */
  COMMAND_NOT_STARTED: exitCode.usage,
  /** The measurement was interrupted. */
  ABORTED: exitCode.interrupted,
  /** This is a bug of benchmem. */
  INTERNAL: exitCode.bug,
} as const satisfies Record<string, ExitCode>;

/** The closed list of what can go wrong. */
export type ErrorCode = keyof typeof exitCodeByCode;

export const errorCodes = Object.keys(exitCodeByCode) as readonly ErrorCode[];

/** An error that says what happened (`message`, with the value) and what to do next (`hint`). */
export class BenchmemError extends Error {
  override readonly name: string = 'BenchmemError';
  readonly code: ErrorCode;
  readonly hint: string;

  constructor(code: ErrorCode, message: string, hint: string, options?: { readonly cause?: unknown }) {
    super(message, options?.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = hint;
  }

  /** What a command ends with after this error. */
  get exitCode(): ExitCode {
    return exitCodeByCode[this.code];
  }
}

/** The error for an output that cannot be written; `name` is what the user calls it. */
export function cannotWrite(name: string, cause: unknown): BenchmemError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const hint = 'name a file in a folder that can be written';
  return new BenchmemError('CANNOT_WRITE', `cannot write ${name}: ${reason}`, hint, { cause });
}

/** How a child process that measured came to its end; every field that does not apply is absent. */
export interface ChildEnd {
  /** Which pass kind the child ran. */
  readonly step: string;
  readonly exitCode?: number;
  readonly signal?: string;
  /** The last 4 KiB that the child wrote to its standard error, without terminal control characters. */
  readonly tail: string;
}

/** A child that ended without a result, or whose module, setup or action failed. */
export class ChildError extends BenchmemError {
  readonly child: ChildEnd;

  constructor(
    code: ErrorCode,
    message: string,
    hint: string,
    options: { readonly child: ChildEnd; readonly cause?: unknown },
  ) {
    super(code, message, hint, options);
    this.child = options.child;
  }
}

export function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(exitCodeByCode, code);
}

/** Native code throws plain errors with a `code` and a `hint`: the same error, typed. Others are returned as they are. */
export function typedNativeError(error: unknown): unknown {
  if (error instanceof BenchmemError || !(error instanceof Error)) return error;
  const { code, hint } = error as Error & { code?: unknown; hint?: unknown };
  if (!isErrorCode(code)) return error;
  return new BenchmemError(code, error.message, typeof hint === 'string' ? hint : '', { cause: error });
}
