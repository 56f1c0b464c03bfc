// What the flags of `benchmem run`, and a config's settings, mean: the shared ones, and which bench files and benchmarks.
// Nothing is measured here.
import type { CommandLine, Parsed } from '../command.js';
import { nonEmpty } from '../option-values.js';
import { mergeParsed } from '../suite/config.js';
import { readSuiteArgs, type SuiteArgs, texts } from '../suite/options.js';
import type { World } from '../world.js';

export interface RunArgs extends SuiteArgs {
  /** Paths, folders, globs; empty: the default. */
  readonly files: readonly string[];
  readonly keyword: string | undefined;
  readonly list: boolean;
}

/** The typed meaning of parsed flags, over a config's. Throws USAGE, BAD_CONFIG. */
export async function read({ parsed }: CommandLine, world: World): Promise<RunArgs> {
  const config = await world.readConfig(world.cwd, parsed.config as string | undefined);
  return readRunArgs(mergeParsed('run', config, parsed));
}

function readRunArgs(parsed: Parsed): RunArgs {
  return {
    ...readSuiteArgs(parsed, { kind: parsed.kind === 'sweep' ? 'sweep' : 'run', times: true }),
    files: texts('FILES', (parsed._ as unknown[] | undefined)?.slice(1)),
    keyword: nonEmpty('-k', parsed.k, 'name a part of the ids'),
    list: parsed.list === true,
  };
}
