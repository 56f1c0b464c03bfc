// What a profiled pass captured to a file: every frame gets its name, then the profile is encoded and written whole.
import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openWholeFile } from '../../files/whole-file.js';
import type { ProfilingBinding } from '../../native/contract.js';
import { loadBinding } from '../../native/load.js';
import { type NamingChoice, nameStacks } from '../../profile/capture.js';
import { namingWorld } from '../../profile/files.js';
import { withHeapSamples } from '../../profile/heap-samples.js';
import type { Profile } from '../../profile/model.js';
import type { NamingWorld } from '../../profile/names/frame-names.js';
import { encodeProfile } from '../../profile/pprof/encode.js';
import { defined } from '../../shapes.js';
import { sourcePlaces } from '../modules/source-places.js';
import { describeEnvironment } from '../result/environment.js';
import type { HeapCapture, ProfileCapture } from './capture.js';

export type { ProfileCapture };

/** A capture, and what its names start from. */
export interface NamedCapture {
  readonly id: string;
  readonly capture: ProfileCapture;
  readonly choice: NamingChoice;
  /** The project's folder. */
  readonly cwd: string;
  /** What the measurement reports as its peak; absent if it reports none. */
  readonly reportedPeakBytes?: number | undefined;
  /** The node that measured; this one unless given. */
  readonly executable?: string | undefined;
}

/** As a result names it. */
export interface ProfileLink {
  readonly file: string;
  readonly sha256: string;
}

/** A profile that was written. */
export interface WrittenProfile {
  readonly path: string;
  readonly sha256: string;
}

// WHY: this is not the whole package, because its own benchmarks are a user's code in a checkout of it.
const ownCode = fileURLToPath(new URL('../..', import.meta.url));

// PERF: node's own symbols take a third of a second to read, and are the same for every benchmark of a run.
let lastWorld: { readonly key: string; readonly world: NamingWorld } | undefined;

/** Names and writes it. Throws CANNOT_WRITE. */
export async function writeCapture(path: string, named: NamedCapture): Promise<WrittenProfile> {
  const file = await openWholeFile(path);
  const bytes = encodeProfile(nameCapture(named));
  await file.write(bytes);
  return { path, sha256: createHash('sha256').update(bytes).digest('hex') };
}

/** Names and writes it; the link to the file starts from the capture's folder. Throws CANNOT_WRITE. */
export async function linkedCapture(path: string, named: NamedCapture): Promise<ProfileLink> {
  const { sha256 } = await writeCapture(resolve(named.cwd, path), named);
  return { file: path, sha256 };
}

/** The capture with names: functions, files and packages in place of addresses. */
export function nameCapture({
  id,
  capture,
  choice,
  cwd,
  reportedPeakBytes,
  executable,
}: NamedCapture): Profile {
  const { reading, texts, sample, description, versions, flags, olderFreedBytes, calls, heap } = capture;
  const meta = defined({
    id,
    environment: { ...describeEnvironment(description, { profile: flags }, versions) },
    peakBytes: sample.peak_bytes,
    nativeAtPeakBytes: sample.native_at_peak_bytes,
    jsAtPeakBytes: sample.js_at_peak_bytes,
    mappedOtherAtPeakBytes: sample.mapped_other_at_peak_bytes,
    nativePeakBytes: sample.native_peak_bytes,
    runPeakBytes: reportedPeakBytes,
    olderFreedBytes,
    calls,
    jsSamplesRefused: heap !== undefined && 'refusal' in heap ? heap.refusal : undefined,
  });
  const world = worldOf(cwd, executable ?? process.execPath);
  return withHeap(nameStacks(reading, world, meta, { ...choice, scripts: texts }), heap, world);
}

function withHeap(profile: Profile, heap: HeapCapture | undefined, world: NamingWorld): Profile {
  if (heap === undefined || 'refusal' in heap) return profile;
  const { samples, texts, sampling } = heap;
  return withHeapSamples(profile, samples, { world, scripts: texts, sampling });
}

/** Where this process itself is measured: what is kept lies in the heap that is measured, and each forced collection walks it. */
export function forgetNames(): void {
  lastWorld = undefined;
}

function worldOf(cwd: string, executable: string): NamingWorld {
  const key = `${cwd}\0${executable}`;
  if (lastWorld?.key === key) return lastWorld.world;
  const binding = loadBinding() as ProfilingBinding;
  const world = namingWorld({
    project: realpathSync(cwd),
    own: realpathSync(ownCode).replace(/\/$/, ''),
    executable: realpathSync(executable),
    demangle: (name) => binding.demangle(name),
    compiledFrom: sourcePlaces(),
  });
  lastWorld = { key, world };
  return world;
}
