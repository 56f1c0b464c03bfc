// The plain values that the flags of `benchmem plot` mean.
// Draws nothing and reads no run.
import { extname } from 'node:path';
import type { PlotOptions, View } from '../../plot/index.js';
import type { Rename } from '../../runfile/renames.js';
import { defined } from '../../shapes.js';
import { metricNamed } from '../../stats/metrics.js';
import { parseLimit, type Refuse } from '../../text/limit-grammar.js';
import type { CommandLine, Parsed } from '../command.js';
import { nonEmpty, renamesOf, strings, usage } from '../option-values.js';
import { standardOutput } from '../output.js';
import { readOverRenames } from '../over-config.js';
import type { World } from '../world.js';

export type PlotFormat = 'html' | 'png' | 'svg' | 'json';

export interface PlotArgs {
  readonly runs: readonly string[];
  readonly view: View | undefined;
  readonly options: PlotOptions;
  readonly output: string | undefined;
  readonly format: PlotFormat;
  readonly theme: 'auto' | 'light' | 'dark';
  readonly width: number;
  readonly browser: string | undefined;
  readonly open: boolean;
  readonly storage: string | undefined;
  readonly renames: readonly Rename[];
  readonly color: boolean | undefined;
}

/** The typed meaning of parsed flags over what a config renames. Throws USAGE, BAD_CONFIG. */
export async function read({ parsed }: CommandLine, { cwd }: World): Promise<PlotArgs> {
  return readOverRenames(parsed, cwd, readPlotArgs);
}

/** Throws USAGE. */
export function readPlotArgs(parsed: Parsed): PlotArgs {
  const [, ...runs] = strings(parsed._);
  if (runs.length === 0 || runs.includes(''))
    throw usage('plot needs a run', 'for example: benchmem plot run.json');
  const output = named('--output', parsed.output);
  if (output === standardOutput && parsed.open === true) {
    throw usage('--open shows a file, and - is standard output', 'name a file with -o, or leave out --open');
  }
  const { color, messages } = readColor(parsed.color);
  return {
    runs,
    view: parsed.view as View | undefined,
    options: { ...readPlotOptions(parsed), ...defined({ color }) },
    output,
    format: readFormat(parsed.format as PlotFormat | undefined, output),
    theme: (parsed.theme ?? 'auto') as PlotArgs['theme'],
    width: readWidth(parsed.width),
    browser: named('--browser', parsed.browser),
    open: parsed.open === true,
    storage: named('--storage', parsed.storage),
    renames: renamesOf(parsed.rename, parsed.renames),
    color: messages,
  };
}

function readPlotOptions(parsed: Parsed): PlotOptions {
  const metric = named('--columns', parsed.columns);
  if (metric?.includes(',')) throw usage(`plot draws one metric, not ${metric}`, 'name one with --columns');
  const text = (flag: string) => {
    const value = named(`--${flag}`, parsed[flag]);
    return value === undefined ? {} : { [flag]: value };
  };
  const log = readLog(parsed);
  const labels = strings(parsed.label);
  const where = strings(parsed.where);
  return {
    ...defined({ metric }),
    ...text('x'),
    ...text('facet'),
    ...defined({ log }),
    ...text('band'),
    ...defined({ clip: parsed.clip === undefined ? undefined : readClip(String(parsed.clip), metric) }),
    ...text('sort'),
    ...defined({
      freeAxes: parsed['free-axes'] as 'x' | 'y' | 'both' | undefined,
      labels: labels.length === 0 ? undefined : labels,
      where: where.length === 0 ? undefined : where,
    }),
  };
}

// `--color DIM` belongs to the picture; `--color` and `--no-color` are every command's.
function readColor(raw: unknown): { color?: string; messages: boolean | undefined } {
  if (raw === undefined || typeof raw === 'boolean') return { messages: raw };
  const text = String(raw);
  if (text === '') return { messages: true };
  return { color: text, messages: undefined };
}

function readLog(parsed: Parsed): PlotOptions['log'] {
  const { linear, 'log-x': x, 'log-y': y } = parsed;
  if (linear !== true && x === undefined && y === undefined) return undefined;
  const axis = (wanted: unknown) =>
    typeof wanted === 'boolean' ? wanted : linear === true ? false : undefined;
  const [logX, logY] = [axis(x), axis(y)];
  return defined({ x: logX, y: logY });
}

function readClip(raw: string, field: string | undefined): number | `${number}%` {
  const refuse: Refuse = (what) =>
    usage(`--clip cannot be ${raw}: ${what}`, 'for example --clip 5MiB, or --clip 90%');
  // Without --columns the picture is of times or of the peak: the unit says which.
  const metric = metricNamed(field ?? (/s\s*$/.test(raw) ? 'time' : 'peak'));
  // An unknown metric is refused by the picture, which knows what there is.
  if (metric === undefined) return '95%';
  const { limit, percent, allowance } = parseLimit(raw.trim(), metric, refuse);
  if (allowance !== undefined) throw refuse('the end of the colours takes no allowance', '');
  return percent ? `${limit}%` : limit;
}

const endings = new Map<string, PlotFormat>([
  ['.html', 'html'],
  ['.htm', 'html'],
  ['.png', 'png'],
  ['.svg', 'svg'],
  ['.json', 'json'],
]);

function readFormat(format: PlotFormat | undefined, output: string | undefined): PlotFormat {
  if (format !== undefined) return format;
  if (output === undefined || output === standardOutput) return 'html';
  const known = endings.get(extname(output).toLowerCase());
  if (known !== undefined) return known;
  throw usage(
    `${output} has no ending that names a format`,
    'end it in .html, .png, .svg or .json, or pass --format',
  );
}

function readWidth(raw: unknown): number {
  if (raw === undefined) return 1000;
  const width = /^\d{1,5}$/.test(String(raw)) ? Number(raw) : Number.NaN;
  if (width >= 200 && width <= 8000) return width;
  throw usage(`--width must be from 200 to 8000 pixels, not ${String(raw)}`, 'for example --width 1600');
}

function named(flag: string, raw: unknown): string | undefined {
  return nonEmpty(flag, raw, 'benchmem plot --help shows what it takes');
}
