// Under what a result was measured: mode, allocator, runtime, machine and flags, and its form in run files.
// Reads the process and the operating system; measures nothing.
import os from 'node:os';
import type { NativeDescription } from '../../native/contract.js';
import { defined, isRecord, isText, isTexts } from '../../shapes.js';

export interface Environment {
  readonly mode: 'attached' | 'preloaded';
  readonly allocator: { readonly name: string; readonly version: string };
  /** Node's version without the v. */
  readonly node: string;
  readonly v8: string;
  readonly platform: string;
  readonly arch: string;
  /** The C library with its version, e.g. `glibc 2.36`; absent where the runtime does not say. */
  readonly libc?: string;
  readonly cpu: string;
  readonly cpuCount: number;
  readonly ramBytes: number;
  /** Node's and V8's flags, per pass kind. */
  readonly flags: Readonly<Record<string, readonly string[]>>;
  /** NODE_OPTIONS as the measured process had it; absent where it was not set. */
  readonly nodeOptions?: string;
  /** Environment variables that made private allocators visible; absent where nothing was asked for. */
  readonly privateAllocators?: Readonly<Record<string, string>>;
  /** How V8's own allocations were told from the program's. */
  readonly engineSplit: 'symbols' | 'approximate';
  /**
   * What `retained` takes off for a block from before the window that was freed in it: the bytes it was asked for where
   * an earlier window (a warm-up, a pass) saw it allocated, else those that the allocator made of them. Absent in results
   * of before this was said.
   */
  readonly olderSizes?: typeof olderSizesRule;
}

const olderSizesRule = 'requested, else usable';

// WHY a type: an interface would not be taken for the open record that run files hold.
/** `environment` of the memory blob in a run file. */
export type EnvironmentBlob = {
  mode: string;
  allocator: { name: string; version: string };
  node: string;
  v8: string;
  platform: string;
  arch: string;
  libc?: string;
  cpu: string;
  cpu_count: number;
  ram_bytes: number;
  flags: Record<string, string[]>;
  node_options?: string;
  private_allocators?: Record<string, string>;
  engine_split: string;
  older_sizes?: string;
};

/** This machine, with what the measured process said about itself; `versions` is this Node's own unless given. */
export function describeEnvironment(
  native: NativeDescription,
  flags: Readonly<Record<string, readonly string[]>>,
  versions: { readonly node: string; readonly v8: string } = process.versions,
): Environment {
  const cpus = os.cpus();
  const libc = readLibc();
  const nodeOptions = process.env.NODE_OPTIONS;
  return {
    mode: native.mode,
    allocator: native.allocator,
    node: versions.node,
    v8: versions.v8,
    platform: process.platform,
    arch: process.arch,
    ...defined({ libc }),
    cpu: cpus[0]?.model.trim() ?? 'unknown',
    cpuCount: cpus.length,
    ramBytes: os.totalmem(),
    flags,
    ...defined({ nodeOptions }),
    engineSplit: native.engineSplit,
    olderSizes: olderSizesRule,
  };
}

export function environmentToBlob(environment: Environment): EnvironmentBlob {
  const {
    cpuCount,
    ramBytes,
    nodeOptions,
    privateAllocators,
    engineSplit,
    olderSizes,
    allocator,
    flags,
    ...same
  } = environment;
  return {
    ...same,
    allocator: { ...allocator },
    flags: Object.fromEntries(Object.entries(flags).map(([kind, list]) => [kind, [...list]])),
    cpu_count: cpuCount,
    ram_bytes: ramBytes,
    ...defined({ node_options: nodeOptions }),
    ...(privateAllocators !== undefined && { private_allocators: { ...privateAllocators } }),
    engine_split: engineSplit,
    ...defined({ older_sizes: olderSizes }),
  };
}

export function isEnvironmentBlob(value: unknown): value is EnvironmentBlob {
  if (!isRecord(value)) return false;
  const { allocator, flags, libc, node_options, older_sizes, private_allocators = {} } = value;
  return (
    ['mode', 'node', 'v8', 'platform', 'arch', 'cpu', 'engine_split'].every((name) => isText(value[name])) &&
    ['attached', 'preloaded'].includes(value.mode as string) &&
    ['cpu_count', 'ram_bytes'].every((name) => Number.isFinite(value[name])) &&
    [libc, node_options, older_sizes].every((text) => text === undefined || isText(text)) &&
    isRecord(allocator) &&
    [allocator.name, allocator.version].every(isText) &&
    isRecord(flags) &&
    Object.values(flags).every(isTexts) &&
    isRecord(private_allocators) &&
    Object.values(private_allocators).every(isText)
  );
}

export function environmentFromBlob(blob: EnvironmentBlob): Environment {
  const { cpu_count, ram_bytes, node_options, private_allocators, engine_split, older_sizes, mode, ...same } =
    blob;
  return {
    mode: mode === 'preloaded' ? 'preloaded' : 'attached',
    ...same,
    cpuCount: cpu_count,
    ramBytes: ram_bytes,
    ...defined({ nodeOptions: node_options, privateAllocators: private_allocators }),
    engineSplit: engine_split === 'symbols' ? 'symbols' : 'approximate',
    ...(older_sizes === olderSizesRule && { olderSizes: olderSizesRule }),
  };
}

let libcOnce: { readonly text: string | undefined } | undefined;

// WHY once: the report walks the whole process.
function readLibc(): string | undefined {
  libcOnce ??= { text: libcFromReport() };
  return libcOnce.text;
}

function libcFromReport(): string | undefined {
  const report = process.report as typeof process.report & { excludeNetwork?: boolean };
  // WHY: it would look up the names of every open connection's host.
  const { excludeNetwork } = report;
  if (excludeNetwork !== undefined) report.excludeNetwork = true;
  const { header } = report.getReport() as { header?: { glibcVersionRuntime?: unknown } };
  if (excludeNetwork !== undefined) report.excludeNetwork = excludeNetwork;
  const version = header?.glibcVersionRuntime;
  return typeof version === 'string' ? `glibc ${version}` : undefined;
}
