// The one error type of this package: its closed list of codes, and the exit code that each means.
// A leaf: imports nothing, prints nothing, ends no process.

/** What a command ends with: a failed benchmark or gate is not a wrong command line, and neither is a bug. */
export const exitCode = { ok: 0, failed: 1, usage: 2, bug: 70, interrupted: 130 } as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];

// Every code with the exit code it means to a command.
const exitCodeByCode = {
  // A call or a command line that cannot mean anything.
  USAGE: exitCode.usage,
  INVALID_OPTION: exitCode.usage,
  INVALID_ACTION: exitCode.usage,
  INVALID_BLOB: exitCode.usage,
  CLOSURE_NOT_ISOLATABLE: exitCode.usage,
  NEEDS_ISOLATE: exitCode.usage,
  ARGUMENTS_NOT_CLONABLE: exitCode.usage,
  NOT_AVAILABLE: exitCode.usage,
  NOT_MEASURED: exitCode.usage,
  // Input that is missing or broken.
  BAD_RUN_FILE: exitCode.usage,
  BAD_PROFILE: exitCode.usage,
  BAD_SNAPSHOT: exitCode.failed,
  // Runs that cannot answer what a gate asks.
  GATE_REFUSED: exitCode.usage,
  CANNOT_WRITE: exitCode.usage,
  MODULE_NOT_FOUND: exitCode.usage,
  MODULE_FAILED: exitCode.usage,
  TRANSFORM_FAILED: exitCode.usage,
  EXPORT_NOT_FOUND: exitCode.usage,
  DUPLICATE_BENCHMARK: exitCode.usage,
  NO_BENCHMARKS: exitCode.usage,
  BAD_CONFIG: exitCode.usage,
  // Windows.
  WINDOW_OPEN: exitCode.usage,
  NO_WINDOW: exitCode.usage,
  WRONG_PHASE: exitCode.usage,
  NOT_INSTALLED: exitCode.usage,
  // Limits that tests have.
  MEMORY_LIMIT: exitCode.failed,
  NOT_AWAITED: exitCode.failed,
  // Allocation profiles.
  NO_PROFILE: exitCode.usage,
  PROFILE_TOO_LARGE: exitCode.failed,
  PROFILE_VOID: exitCode.failed,
  PROFILE_MISMATCH: exitCode.bug,
  // A process that cannot be measured.
  UNSUPPORTED_RUNTIME: exitCode.usage,
  ADDON_MISSING: exitCode.usage,
  PRELOAD_MISSING: exitCode.usage,
  PRELOAD_VERSION: exitCode.usage,
  OUT_OF_MEMORY: exitCode.failed,
  INVALID_REPORT: exitCode.failed,
  VOID_PASSES: exitCode.failed,
  // What was measured failed.
  ACTION_FAILED: exitCode.failed,
  SETUP_FAILED: exitCode.failed,
  ACTION_NEVER_SETTLED: exitCode.failed,
  ACTION_TIMEOUT: exitCode.failed,
  CHILD_CRASHED: exitCode.failed,
  CHILD_EXITED: exitCode.failed,
  CHILD_OUT_OF_MEMORY: exitCode.failed,
  CHILD_NOT_STARTED: exitCode.failed,
  CHILD_TIMED_OUT: exitCode.failed,
  TEARDOWN_FAILED: exitCode.failed,
  BENCHMARK_NOT_FOUND: exitCode.failed,
  COMMAND_NOT_STARTED: exitCode.usage,
  ABORTED: exitCode.interrupted,
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
