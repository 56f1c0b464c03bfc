// The typed plan that the flags of `benchmem publish` mean.
import { whole } from '../../engine/shared-options.js';
import { knownMetric } from '../../runfile/table.js';
import { type Metric, metrics } from '../../stats/metrics.js';
import { type BoardArgs, boardSettings, readBoardArgs } from '../board-flags.js';
import type { CommandLine, Parsed } from '../command.js';
import { nonEmpty, strings, usage, wholeNumber } from '../option-values.js';
import { readOver } from '../over-config.js';
import type { World } from '../world.js';

export interface PublishArgs extends BoardArgs {
  readonly folder: string;
  readonly last: number;
  readonly metrics: readonly Metric[];
}

const usualLast = 500;

/** Throws USAGE, BAD_CONFIG. */
export async function read({ parsed }: CommandLine, { cwd }: World): Promise<PublishArgs> {
  return readOver(parsed, cwd, boardSettings, readPublishArgs);
}

/** Throws USAGE, INVALID_OPTION. */
export function readPublishArgs(parsed: Parsed): PublishArgs {
  const folder = nonEmpty('--output', parsed.output, 'for example -o site');
  if (folder === undefined)
    throw usage('publish needs a folder to write', 'for example: benchmem publish -o site');
  return {
    ...readBoardArgs('publish', parsed),
    folder,
    last: wholeNumber('--last', parsed.last, whole(1)) ?? usualLast,
    metrics: readMetrics(strings(parsed.metric).flatMap((text) => text.split(','))),
  };
}

// WHY: only metrics with a name of their own are known, because they are what pages have.
function readMetrics(names: readonly string[]): readonly Metric[] {
  if (names.length === 0) return metrics;
  const asked = names.map((name) => knownMetric(name.trim()).field);
  return metrics.filter(({ field }) => asked.includes(field));
}
