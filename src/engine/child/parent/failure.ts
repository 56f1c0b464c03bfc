// What the end of a measuring child means: its own report of a failure, or how the process ended. Pure.
import { reviveError } from '../../../error-text.js';
import { BenchmemError, type ChildEnd, ChildError, type ErrorCode, isErrorCode } from '../../../errors.js';
import { openLimitError } from '../../../files/system-error.js';
import { defined } from '../../../shapes.js';
import type { FailureMessage } from '../protocol.js';

/** The error for a child that reported a failure. */
export function reportedFailure(report: FailureMessage, child: ChildEnd): ChildError {
  const code: ErrorCode = isErrorCode(report.code) ? report.code : 'INTERNAL';
  return new ChildError(code, report.message, report.hint, {
    child,
    ...defined({ cause: report.cause && reviveError(report.cause) }),
  });
}

/** The error for a child that ended without any report. */
export function unreportedEnd(child: ChildEnd): ChildError {
  const how = child.signal === undefined ? `exit code ${child.exitCode}` : `signal ${child.signal}`;
  const tail = child.tail === '' ? '' : `; its last words:\n${child.tail}`;
  const error = (code: ErrorCode, what: string, hint: string) =>
    new ChildError(code, `the ${child.step} child ${what} (${how})${tail}`, hint, { child });
  if (outOfMemory.test(child.tail)) {
    return error(
      'CHILD_OUT_OF_MEMORY',
      'ran out of memory',
      'measure less at once, or raise --max-old-space-size in nodeFlags or NODE_OPTIONS',
    );
  }
  if (child.signal === 'SIGKILL') {
    return error('CHILD_CRASHED', 'was killed', 'was the machine out of memory? the kernel log says so');
  }
  if (child.signal !== undefined) {
    return error('CHILD_CRASHED', 'crashed', 'does the action run by itself, without being measured?');
  }
  const refused = refusedFlag.exec(child.tail);
  if (child.exitCode === 9 && refused !== null) {
    return new ChildError(
      'USAGE',
      `the node that measures refuses the flag ${refused[1] ?? refused[2]}`,
      'check --node-arg, nodeFlags, and the flags of this process',
      { child },
    );
  }
  return error(
    'CHILD_EXITED',
    'ended before it reported',
    'an action must not call process.exit, and every error of its own must reach its promise',
  );
}

/** The error for a child that was killed because its time was up. */
export function timedOut(child: ChildEnd, timeoutMs: number): ChildError {
  return new ChildError(
    'CHILD_TIMED_OUT',
    `the ${child.step} child was not done after ${timeoutMs / 1000} s`,
    'does it end by itself? raise timeoutMs if it needs longer',
    { child },
  );
}

export function notStarted(step: string, cause: unknown): BenchmemError {
  const why = cause instanceof Error ? cause.message : String(cause);
  const message = `the ${step} child could not be started: ${why}`;
  // With too many open files no child can be started: it is not this measurement that fails.
  return openLimitError(cause) ?? new BenchmemError('CHILD_NOT_STARTED', message, 'see the cause', { cause });
}

// Node's own words, with exit code 9.
const refusedFlag = /bad option: (\S+)|(\S+) is not allowed in NODE_OPTIONS/;

// V8's own words, and those of the C++ runtime.
const outOfMemory = /JavaScript heap out of memory|FATAL ERROR:.*out of memory|std::bad_alloc/;
