// What the flags of `benchmem run`, and a config's settings, mean: the shared ones, and which bench files and benchmarks.
// Nothing is measured or read from disk here.
import { nonEmpty, refuseRepeated } from '../option-values.js';
import { readSuiteArgs, type SuiteArgs, texts } from '../suite/options.js';

export interface RunArgs extends SuiteArgs {
  /** Paths, folders, globs; empty: the default. */
  readonly files: readonly string[];
  readonly keyword: string | undefined;
  readonly list: boolean;
}

/** The typed meaning of parsed flags, over a config's. Throws USAGE. */
export function readRunArgs(parsed: Record<string, unknown>): RunArgs {
  refuseRepeated(parsed, ['k', 'list', 'kind']);
  return {
    ...readSuiteArgs(parsed, { kind: parsed.kind === 'sweep' ? 'sweep' : 'run', times: true }),
    files: texts('FILES', (parsed._ as unknown[] | undefined)?.slice(1)),
    keyword: nonEmpty('-k', parsed.k, 'name a part of the ids'),
    list: parsed.list === true,
  };
}
