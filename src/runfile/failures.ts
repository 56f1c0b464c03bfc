// What a run file says about a benchmark that failed, as text. Pure.
import type { RunFailure } from './schema.js';

/** `peak: the action threw: boom` and what the child wrote last; without an error's message, how the child ended. */
export function failureText({ step, code, signal, tail, error }: RunFailure): string {
  const ended = signal ?? (code === null || code === undefined ? undefined : `exit code ${code}`);
  const what = messageOf(error) ?? ended;
  const head = what === undefined ? `failed in ${step}` : `${step}: ${what}`;
  return tail === undefined || tail === '' ? head : `${head}\n${tail}`;
}

/** True if a whole file could not be loaded: the failure is named by the file, not by a benchmark. */
export function isOfFile({ step, fullname }: Pick<RunFailure, 'step' | 'fullname'>): boolean {
  return step === 'load' && !fullname.includes('::');
}

// Files from elsewhere may hold anything here.
function messageOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('message' in error)) return undefined;
  return typeof error.message === 'string' ? error.message : undefined;
}
