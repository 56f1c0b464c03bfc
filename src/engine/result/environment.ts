// Under what a result was measured: mode, allocator, runtime, machine and flags.
// Reads the process and the operating system; measures nothing.
import os from 'node:os';
import type { NativeDescription } from '../../native/contract.js';
import { defined } from '../../shapes.js';
import type { Camelized } from './camelized.js';
import type { EnvironmentBlob } from './fields.js';

/** Under what a result was measured, under the names of the API. */
export type Environment = Camelized<EnvironmentBlob>;

const olderSizesRule = 'requested, else usable';

/** This machine, with what the measured process said about itself; `versions` is this Node's own unless given. */
export function describeEnvironment(
  native: NativeDescription,
  flags: Readonly<Record<string, readonly string[]>>,
  versions: { readonly node: string; readonly v8: string } = process.versions,
  privateAllocators?: Readonly<Record<string, string>>,
): EnvironmentBlob {
  const cpus = os.cpus();
  const libc = readLibc();
  return {
    mode: native.mode,
    allocator: { ...native.allocator },
    node: versions.node,
    v8: versions.v8,
    platform: process.platform,
    arch: process.arch,
    ...defined({ libc }),
    cpu: cpus[0]?.model.trim() ?? 'unknown',
    cpu_count: cpus.length,
    ram_bytes: os.totalmem(),
    ...defined({ node_options: process.env.NODE_OPTIONS }),
    flags,
    ...defined({ private_allocators: privateAllocators }),
    engine_split: native.engineSplit,
    older_sizes: olderSizesRule,
  };
}

let libcOnce: { readonly text: string | undefined } | undefined;

// WHY: it is read once, because the report walks the whole process.
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
