// The flags of node and V8, and the environment, that a measuring child is started with, per kind of pass. Pure.
import { delimiter } from 'node:path';
import { defined } from '../../../shapes.js';
import type { AllocatorName } from '../../options.js';
import type { ExtraKind, PassKind } from '../../result/sample.js';

export interface WorldRequest {
  readonly kind: PassKind | ExtraKind;
  readonly allocator: AllocatorName;
  /** Path of the preload library; not used by attached children. */
  readonly preloadLibrary: string;
  /** The module that observes each thread; not used by attached children. */
  readonly threadModule: string;
  /** The addon, by which that module has V8 collect alone and sets flags; without it all of them are set from the first instant. */
  readonly addon?: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Node's flags as the user chose them. */
  readonly userFlags: readonly string[];
}

export interface ChildWorld {
  /** Node's and V8's flags: what may change a figure. */
  readonly flags: readonly string[];
  /** All that node is started with: these flags, and the module that observes each thread. Absent: the flags. */
  readonly execArgv?: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** The user's own LD_PRELOAD, which the child restores before user code runs. */
  readonly userPreload?: string;
}

// WHY: no-flush-bytecode is set, because flushed bytecode shows once as 0.1 to 0.9 MB that seem to have been given back.
// WHY: the four before it are set, because V8 paces incremental marking, the growth of its heap and the reduction of an idle one
// by the clock, also under --predictable, and which pages it compacts by how fast it compacted before; then the same code is
// collected at other instants on a busier machine.
export const repeatableFlags: readonly string[] = [
  '--predictable',
  '--no-incremental-marking',
  '--heap-growing-percent=50',
  '--no-memory-reducer',
  '--no-compact',
  '--no-flush-bytecode',
];
// Near-live peak: a small nursery, so that garbage does not pile up there, and no pretenuring past it.
const peakFlags = [...repeatableFlags, '--max-semi-space-size=1', '--no-allocation-site-pretenuring'];
/**
 * What an allocation profile needs beside the flags of the peak pass: each call has a frame, and each frame a line. Native
 * figures are the same without them.
 */
export const profileFlags = [
  '--no-turbo-inlining',
  '--no-maglev',
  '--no-sparkplug',
  '--detailed-line-info',
] as const;
// WHY: the seed is fixed, because V8 draws the distance to the next sample from it, and two runs must sample the same
// allocations. Frames are as in the stacks of native allocations.
const heapSampleFlags = [...repeatableFlags, ...profileFlags, '--random-seed=1'];
// A census at each collection, and full ones only: what a scavenge frees is in none. WHY: the nursery is so large, because a
// census is half a megabyte of text.
const objectFlags: readonly string[] = [
  ...repeatableFlags,
  '--gc-global',
  '--trace-gc-object-stats',
  '--min-semi-space-size=128',
  '--max-semi-space-size=128',
];
// WHY: V8 sizes its heap by the machine's memory otherwise.
const heapLimit = '--max-old-space-size=4096';

/** Flags and environment of a child. A flag that the user set is not set again. */
export function childWorld(request: WorldRequest): ChildWorld {
  const { LD_PRELOAD: userPreload, ...rest } = withoutOurs(request.environment);
  const { kind, userFlags, threadModule } = request;
  const attached = !preloadedKinds.has(kind);
  const own = ownFlags(request);
  return {
    flags: [...userFlags, ...own],
    // INVARIANT: the module stands before our flags: it takes itself and all that follows out of process.execArgv.
    execArgv: [...userFlags, ...(attached ? [] : ['-r', threadModule]), ...own],
    environment: {
      ...rest,
      ...(attached
        ? userPreload !== undefined && { LD_PRELOAD: userPreload }
        : {
            LD_PRELOAD: [request.preloadLibrary, userPreload].filter(Boolean).join(delimiter),
            BENCHMEM_ALLOCATOR: request.allocator,
            ...startEnvironment(request, own),
          }),
    },
    ...defined({ userPreload }),
  };
}

const preloadedKinds: ReadonlySet<string> = new Set(['peak', 'accounting', 'profile']);

// What V8 takes these flags for where nobody sets them: as node's own modules were compiled, whose code it then need not make.
const unsetFlags: Readonly<Record<string, string>> = {
  '--no-incremental-marking': '--incremental-marking',
  '--heap-growing-percent=50': '--heap-growing-percent=0',
  '--no-compact': '--compact',
  '--no-flush-bytecode': '--flush-bytecode',
  '--no-allocation-site-pretenuring': '--allocation-site-pretenuring',
  // WHY: V8 has sized the heap by then, and no other is made before they are set again.
  '--max-semi-space-size=1': '--max-semi-space-size=0',
  [heapLimit]: '--max-old-space-size=0',
};
const startedWithout: ReadonlySet<string> = new Set(['peak', 'accounting']);
const loadsModules = /^--(import|loader|experimental-loader)\b/;

/** What the module that observes threads reads: the addon, and the flags until user code is loaded. */
function startEnvironment(request: WorldRequest, own: readonly string[]): Record<string, string> {
  const { kind, addon } = request;
  if (addon === undefined) return {};
  // WHY: such modules run before the flags are set again, and their garbage must be collected at the same instants in every run.
  const runsOthers = usersOptions(request).some((flag) => loadsModules.test(flag));
  if (!startedWithout.has(kind) || runsOthers) return { BENCHMEM_ADDON: addon };
  const flags = own.flatMap((flag) => unsetFlags[flag] ?? []);
  return { BENCHMEM_ADDON: addon, BENCHMEM_START_FLAGS: flags.join(' ') };
}

const flagsOf = {
  peak: peakFlags,
  profile: [...peakFlags, ...profileFlags],
  accounting: repeatableFlags,
  objects: objectFlags,
  sites: repeatableFlags,
  'heap-samples': heapSampleFlags,
  retainers: repeatableFlags,
};

function ownFlags(request: WorldRequest): string[] {
  const { kind } = request;
  if (kind === 'attached' || kind === 'rss') return [];
  const flags = flagsOf[kind];
  const users = usersOptions(request).map(flagName);
  const limited = users.some((name) => heapLimitNames.has(name));
  return [...flags, ...(limited ? [] : [heapLimit])].filter((flag) => !users.includes(flagName(flag)));
}

/** What the user has node told, wherever it is said. */
function usersOptions({ userFlags, environment }: WorldRequest): string[] {
  return [...userFlags, ...(environment.NODE_OPTIONS ?? '').split(/\s+/)];
}

const heapLimitNames = new Set(['max-old-space-size', 'max-heap-size', 'max-old-space-size-percentage']);

// V8 takes _ for -, one dash for two, and no- before a name.
function flagName(flag: string): string {
  const [name = ''] = flag.replace(/^-+/, '').split('=');
  return name.replaceAll('_', '-').replace(/^no-/, '');
}

// A compile cache or coverage would make the second child differ from the first.
const removed = new Set([
  'NODE_COMPILE_CACHE',
  'NODE_V8_COVERAGE',
  'BENCHMEM_ALLOCATOR',
  'BENCHMEM_ADDON',
  'BENCHMEM_START_FLAGS',
]);

function withoutOurs(environment: WorldRequest['environment']): Record<string, string> {
  const kept = Object.entries(environment).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !removed.has(entry[0]),
  );
  return Object.fromEntries(kept);
}

// Flags of this process that would change what a child is: what it runs, or who watches it.
const notInherited =
  /^(-[epci]|-pe|--(eval|print|check|interactive|input-type|run)|--(inspect|test|watch|cpu-prof|heap-prof|prof)\b.*)$/;
const takesValue = /^(-e|-p|-pe|--eval|--print|--input-type|--watch-path|--run)$/;

/** Those flags of a running process that a measuring child gets too. */
export function inheritedFlags(execArgv: readonly string[]): string[] {
  const kept: string[] = [];
  for (let index = 0; index < execArgv.length; index += 1) {
    const flag = execArgv[index] as string;
    if (!notInherited.test(flag.split('=')[0] as string)) kept.push(flag);
    else if (takesValue.test(flag)) index += 1;
  }
  return kept;
}
