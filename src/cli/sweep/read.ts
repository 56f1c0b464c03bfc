// The plain values that the flags of `benchmem sweep` mean.
// Installs and measures nothing.
import type { Allocator } from '../../sweep/index.js';
import type { CommandLine } from '../command.js';
import { nonEmpty, renamesOf, strings, usage } from '../option-values.js';

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

/** The typed meaning of parsed flags and of the words behind --. Throws USAGE. */
export function read({ parsed, behind = [] }: CommandLine): SweepArgs {
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
