// In a child: imports a bench file and answers what it defines. Runs none of it.
import { importModule } from '../engine/modules/module-loader.js';
import { BenchmemError } from '../errors.js';
import { nearest } from '../stats/nearest.js';
import { type Case, casesOf } from './cases.js';
import { startCollecting, stopCollecting } from './registry.js';

/** `url` is what is imported, `name` what errors call it. Errors: those of importing, INVALID_OPTION, DUPLICATE_BENCHMARK. */
export async function loadCases(url: string, name: string): Promise<Case[]> {
  const collector = startCollecting();
  try {
    await importModule(url, name);
  } catch (error) {
    throw ownErrorOf(error, name) ?? error;
  } finally {
    stopCollecting();
  }
  return casesOf(collector.definitions);
}

/** The one with this id. Throws BENCHMARK_NOT_FOUND. */
export function findCase(cases: readonly Case[], localId: string, name: string): Case {
  const found = cases.find((candidate) => candidate.localId === localId);
  if (found !== undefined) return found;
  const meant = nearest(
    localId,
    cases.map((candidate) => candidate.localId),
  );
  throw new BenchmemError(
    'BENCHMARK_NOT_FOUND',
    `${name} defined ${JSON.stringify(localId)} when it was listed, and does not now`,
    meant === undefined
      ? 'define the same benchmarks whenever the file is loaded: by no clock, chance or environment'
      : `now there is ${JSON.stringify(meant)}: ids must be the same whenever the file is loaded`,
  );
}

// A misuse of `bench` is thrown while the file loads, maybe by another copy of this package: it is not the file's.
function ownErrorOf(error: unknown, name: string): BenchmemError | undefined {
  const { cause } = error as {
    cause?: { name?: unknown; code?: unknown; message?: unknown; hint?: unknown };
  };
  if (cause?.name !== 'BenchmemError' || cause.code !== 'INVALID_OPTION') return undefined;
  return new BenchmemError('INVALID_OPTION', `${name}: ${cause.message}`, String(cause.hint));
}
