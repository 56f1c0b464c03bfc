// What the flags of `benchmem flamegraph` mean.
import type { ProfileMetric } from '../../profile/reports/metrics.js';
import type { CommandLine } from '../command.js';
import { flag, nonEmpty, strings, usage } from '../option-values.js';
import { standardOutput } from '../output.js';
import type { formatNames, reportNames } from './flags.js';

export type ReportName = (typeof reportNames)[number];
export type FormatName = (typeof formatNames)[number];

export interface FlamegraphArgs {
  /** A folder of profiles, or one profile; then a benchmark, or a second folder or profile and a benchmark. */
  readonly operands: readonly string[];
  readonly worst: ProfileMetric | undefined;
  readonly native: boolean;
  readonly report: ReportName | undefined;
  /** `html` where neither a report nor a format is asked for. */
  readonly format: FormatName | undefined;
  /** Absent: beside the profile for a page, else standard output. */
  readonly output: string | undefined;
  readonly force: boolean;
  readonly open: boolean;
  readonly color: boolean | undefined;
}

/** The typed meaning of parsed flags. Throws USAGE. */
export function read({ parsed }: CommandLine): FlamegraphArgs {
  const [, path, ...more] = strings(parsed._);
  if (path === undefined || path === '' || more.length > 2) {
    throw usage(
      'flamegraph needs one DIR, and at most a HEAD and one ID',
      'for example: benchmem flamegraph profiles resize',
    );
  }
  for (const each of more) nonEmpty('ID', each, 'name a benchmark, or leave it out');
  const output = nonEmpty('--output', parsed.output, 'name the file to write');
  const open = flag(parsed.open);
  const report = parsed.report as ReportName | undefined;
  const format = (parsed.format ?? (report === undefined ? 'html' : undefined)) as FormatName | undefined;
  if (open && (output ?? (format === 'html' ? '' : standardOutput)) === standardOutput) {
    throw usage('--open shows a file, and none is written', 'name the file with -o, or leave out --open');
  }
  if (report !== undefined && format !== undefined && format !== 'json') {
    throw usage(
      `--format ${format} writes the whole profile, and --report ${report} is a part of it`,
      'leave out one of the two, or pass --format json',
    );
  }
  return {
    operands: [path, ...more],
    worst: parsed.worst as ProfileMetric | undefined,
    native: flag(parsed.native),
    report,
    format,
    output,
    force: flag(parsed.force),
    open,
    color: parsed.color as boolean | undefined,
  };
}
