// What the flags of `benchmem export` mean.
import { type ExportFormat, exportFormats } from '../../compare/export.js';
import type { CommandLine } from '../command.js';
import { nonEmpty, strings, usage } from '../option-values.js';

export interface ExportArgs {
  readonly run: string;
  readonly format: ExportFormat;
  /** Absent: standard output. */
  readonly output: string | undefined;
  readonly storage: string | undefined;
}

/** The typed meaning of parsed flags. Throws USAGE. */
export function read({ parsed }: CommandLine): ExportArgs {
  const [, run, another] = strings(parsed._);
  if (run === undefined || run === '' || another !== undefined) {
    throw usage('export needs one RUN', 'for example: benchmem export run.json --format csv');
  }
  if (parsed.format === undefined)
    throw usage('export needs --format', `it is one of ${exportFormats.join(', ')}`);
  return {
    run,
    format: parsed.format as ExportFormat,
    output: nonEmpty('--output', parsed.output, 'name the file to write'),
    storage: nonEmpty('--storage', parsed.storage, 'name the folder'),
  };
}
