// What `benchmem sweep` accepts: the flags as yargs shows them, and the plain values that they mean.
// Installs and measures nothing.
import type { Argv } from 'yargs';
import type { Allocator } from '../../sweep/index.js';
import { nonEmpty, refuseRepeated, renamesOf, strings, usage } from '../option-values.js';

export interface SweepArgs {
  readonly name: string;
  readonly versions: readonly string[];
  readonly suite: string;
  readonly copyDir: string | undefined;
  readonly pins: readonly string[];
  readonly asOf: string | undefined;
  /** The package whose import must stay in its folder; undefined: no check. */
  readonly importCheck: string | undefined;
  readonly nodes: readonly string[];
  readonly allocators: readonly Allocator[];
  readonly out: string;
  readonly resume: boolean;
  readonly compare: boolean;
  readonly plot: boolean;
  /** `OLD=NEW`, for the comparison and the plot. */
  readonly renames: readonly string[];
  /** Flags for `run`, from behind -- and from --no-memory and --no-time. */
  readonly runFlags: readonly string[];
  readonly color: boolean | undefined;
}

const groups = { what: 'What to measure:', where: 'In which worlds:', output: 'Output:' };

const options = {
  suite: {
    group: groups.what,
    nargs: 1,
    describe: 'The bench file, or a folder of them; it imports PACKAGE',
  },
  'copy-dir': {
    group: groups.what,
    nargs: 1,
    describe: 'Copy this folder in, for a suite with files beside it',
  },
  memory: { group: groups.what, type: 'boolean', describe: 'Memory passes, or --no-memory (default: on)' },
  time: { group: groups.what, type: 'boolean', describe: 'Timing, or --no-time (default: on)' },
  pin: {
    group: groups.where,
    nargs: 1,
    describe: 'Another npm SPEC to install with each version; may be repeated',
  },
  'as-of': { group: groups.where, nargs: 1, describe: 'Only what the registry had on DATE, 2024-05-31' },
  'import-check': {
    group: groups.where,
    nargs: 1,
    describe:
      "Check that NAME comes from the version's own folder (default: PACKAGE; --no-import-check: none)",
  },
  node: {
    group: groups.where,
    nargs: 1,
    describe: 'Node versions 20,22,24 (fetched from the registry) or paths',
  },
  allocator: { group: groups.where, nargs: 1, describe: 'Allocators: jemalloc,system' },
  out: { group: groups.output, nargs: 1, describe: 'Folder of the run files (default: .benchmarks/sweep)' },
  resume: { group: groups.output, type: 'boolean', describe: 'Leave out what a sweep before has finished' },
  compare: { group: groups.output, type: 'boolean', describe: 'Compare the runs at the end' },
  plot: { group: groups.output, type: 'boolean', describe: 'Plot the runs at the end' },
  rename: {
    group: groups.output,
    nargs: 1,
    describe: 'OLD=NEW: for --compare and --plot; may be repeated',
  },
  color: {
    group: groups.output,
    type: 'boolean',
    describe: 'Colour, or --no-color (default: on a terminal)',
  },
} as const;

/** Adds the command's flags and examples. */
export function buildSweep(yargs: Argv): Argv {
  return yargs
    .usage(
      '$0 sweep PACKAGE VERSIONS... --suite PATH [options] [-- RUN FLAGS]\n\nRuns a suite against versions of a package, each in a fresh folder.',
    )
    .options(options)
    .example('$0 sweep lru-cache 6 7 11 --suite cache.bench.mjs', 'a run file per version')
    .example('$0 sweep lru-cache 7 11 --suite cache.bench.mjs --node 20,24', 'on two Nodes')
    .example('$0 sweep lru-cache 11 ./my-fork --suite bench --compare', 'a release against a folder')
    .example('$0 sweep lru-cache 6 7 --suite bench -- --repeats 3', 'with flags for benchmem run');
}

/** The typed meaning of parsed flags and of the words behind --. Throws USAGE. */
export function readSweepArgs(parsed: Record<string, unknown>, behind: readonly string[] = []): SweepArgs {
  refuseRepeated(
    parsed,
    Object.keys(options).filter((name) => name !== 'pin' && name !== 'rename'),
  );
  const [, name, ...versions] = strings(parsed._);
  const example = 'for example: benchmem sweep lru-cache 6 7 --suite cache.bench.mjs';
  if (name === undefined || name === '') throw usage('sweep needs a PACKAGE', example);
  if (versions.length === 0) throw usage(`sweep needs VERSIONS of ${name}`, example);
  const twice = versions.find((version, index) => versions.indexOf(version) !== index);
  if (twice !== undefined) throw usage(`version ${twice} was named twice`, 'name each version once');
  const suite = nonEmpty('--suite', parsed.suite, 'name a bench file or a folder');
  if (suite === undefined) throw usage('sweep needs --suite PATH', example);
  const check = parsed['import-check'];
  return {
    name,
    versions,
    suite,
    copyDir: nonEmpty('--copy-dir', parsed['copy-dir'], 'name a folder'),
    pins: strings(parsed.pin),
    asOf: nonEmpty('--as-of', parsed['as-of'], 'for example 2024-05-31'),
    importCheck: check === false ? undefined : (nonEmpty('--import-check', check, 'name a package') ?? name),
    nodes: list('--node', parsed.node),
    allocators: list('--allocator', parsed.allocator).map(readAllocator),
    out: nonEmpty('--out', parsed.out, 'name a folder') ?? '.benchmarks/sweep',
    resume: parsed.resume === true,
    compare: parsed.compare === true,
    plot: parsed.plot === true,
    renames: readRenames(parsed.rename),
    runFlags: readRunFlags(parsed, behind),
    color: parsed.color as boolean | undefined,
  };
}

// Checked before anything is installed; the commands that follow read them.
function readRenames(raw: unknown): readonly string[] {
  renamesOf(raw, {});
  return strings(raw);
}

// What sweep itself tells each run; a second one would contradict it.
const ownFlags = ['--json', '--node', '--allocator'];

function readRunFlags(parsed: Record<string, unknown>, behind: readonly string[]): string[] {
  const own = behind.find((word) => ownFlags.includes(word.split('=')[0] ?? ''));
  if (own !== undefined)
    throw usage(
      `${own} is set by sweep for each run`,
      'leave it out behind --; --node and --allocator stand before it',
    );
  return [
    ...(parsed.memory === false ? ['--no-memory'] : []),
    ...(parsed.time === false ? ['--no-time'] : []),
    ...behind,
  ];
}

function readAllocator(name: string): Allocator {
  if (name === 'jemalloc' || name === 'system') return name;
  throw usage(`--allocator cannot be ${name}`, 'it is jemalloc, system, or both: jemalloc,system');
}

function list(flag: string, raw: unknown): string[] {
  const text = nonEmpty(flag, raw, 'name one, or several with commas');
  if (text === undefined) return [];
  const items = text.split(',').map((item) => item.trim());
  if (items.includes(''))
    throw usage(`${flag} has an empty part: ${text}`, 'separate them with single commas');
  const twice = items.find((item, index) => items.indexOf(item) !== index);
  if (twice !== undefined) throw usage(`${flag} names ${twice} twice`, 'name each once');
  return items;
}

/** The names of all flags, for suggestions. */
export const sweepFlags: readonly string[] = Object.keys(options);
