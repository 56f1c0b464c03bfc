// What `benchmem export` accepts, and the typed values that it means.
import type { Argv } from 'yargs';
import { type ExportFormat, exportFormats } from '../../compare/export.js';
import { nonEmpty, refuseRepeated, strings, usage } from '../option-values.js';

export interface ExportArgs {
  readonly run: string;
  readonly format: ExportFormat;
  /** Absent: standard output. */
  readonly output: string | undefined;
  readonly storage: string | undefined;
}

const options = {
  format: { nargs: 1, choices: exportFormats, describe: 'What to write' },
  output: { alias: 'o', nargs: 1, describe: 'The file to write (default: standard output)' },
  storage: {
    nargs: 1,
    describe: 'Where 0003, a name, latest or previous is looked up (default: .benchmarks)',
  },
} as const;

/** Adds the command's flags and examples. */
export function buildExport(yargs: Argv): Argv {
  return yargs
    .usage(
      '$0 export RUN --format FORMAT [options]\n\nWrites one run for another tool. RUN is a file, - for standard input, or a saved run.',
    )
    .options(options)
    .example(
      '$0 export run.json --format github-action-benchmark -o bench.json',
      'for a dashboard of its history',
    )
    .example('$0 export run.json --format junit -o junit.xml', 'for the test report of a CI server');
}

/** The typed meaning of parsed flags. Throws USAGE. */
export function readExportArgs(parsed: Record<string, unknown>): ExportArgs {
  refuseRepeated(parsed, exportFlags, []);
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

/** The names of all flags, for suggestions. */
export const exportFlags: readonly string[] = Object.keys(options);
