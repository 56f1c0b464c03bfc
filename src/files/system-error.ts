// What keeps this process from its files, though nothing that it asked for is wrong: its working folder is gone, or it may
// open no more. Must import next to nothing: it is needed where nothing else could be loaded.
import type { ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { BenchmemError } from '../errors.js';

/** The error in words, with what to do; undefined for any other error. */
export function systemError(error: unknown): BenchmemError | undefined {
  if (error instanceof BenchmemError || !(error instanceof Error)) return undefined;
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (syscall === 'uv_cwd') {
    return new BenchmemError(
      'USAGE',
      `the working folder cannot be found (${code}): was it removed?`,
      'cd into a folder that exists, and run it again',
      { cause: error },
    );
  }
  return openLimitError(error) ?? openLimitOfLoading(error);
}

/** The error for one that says that the limit of open files is reached; undefined for any other. */
export function openLimitError(error: unknown): BenchmemError | undefined {
  const { code } = (error ?? {}) as NodeJS.ErrnoException;
  return code === 'EMFILE' || code === 'ENFILE' ? tooManyFiles(code, error) : undefined;
}

/**
 * The child that `spawn` answered. Throws UNSUPPORTED_RUNTIME.
 * WHY: where no pipe can be opened it answers one without streams, and says why by a later event.
 */
export function withStreams<Child extends ChildProcess>(child: Child): Child {
  if ((child.stdio as unknown) !== undefined) return child;
  child.on('error', () => {});
  throw tooManyFiles(refusalToOpen(1) ?? 'EMFILE', undefined);
}

// WHY: Node calls a module "not found", or its package.json invalid, where it could open no file.
function openLimitOfLoading(error: NodeJS.ErrnoException): BenchmemError | undefined {
  if (!unloaded.has(error.code ?? '')) return undefined;
  const code = refusalToOpen(filesOfALoad);
  return code === undefined ? undefined : tooManyFiles(code, error);
}

const unloaded: ReadonlySet<string> = new Set([
  'ERR_MODULE_NOT_FOUND',
  'MODULE_NOT_FOUND',
  'ERR_DLOPEN_FAILED',
  'ERR_INVALID_PACKAGE_CONFIG',
]);

// WHY: there are so many, because modules are loaded side by side, and by now those that were open beside the missing one are
// closed.
const filesOfALoad = 256;

function refusalToOpen(count: number): string | undefined {
  const open: number[] = [];
  try {
    for (let each = 0; each < count; each += 1) open.push(openSync('/', 'r'));
    return undefined;
  } catch (error) {
    return openLimitError(error) && (error as NodeJS.ErrnoException).code;
  } finally {
    for (const descriptor of open) closeSync(descriptor);
  }
}

function tooManyFiles(code: string, cause: unknown): BenchmemError {
  return new BenchmemError(
    'UNSUPPORTED_RUNTIME',
    `too many files are open (${code}): this process may open no more`,
    'raise the limit, for example: ulimit -n 1024',
    { cause },
  );
}
