// What keeps the program from starting, or from loading a command, though neither it nor the command line is wrong.
// Must import next to nothing: it is needed where nothing else could be loaded.
import { BenchmemError } from '../errors.js';

/** The error in words, with what to do; undefined for any other error. */
export function startUpError(error: unknown): BenchmemError | undefined {
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
  if (code === 'EMFILE' || code === 'ENFILE') {
    return new BenchmemError(
      'UNSUPPORTED_RUNTIME',
      `too many files are open (${code}): this process may open no more`,
      'raise the limit, for example: ulimit -n 1024',
      { cause: error },
    );
  }
  return undefined;
}
