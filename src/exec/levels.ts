// What makes up a process's resident memory at one snapshot, each part in bytes. Pure; a part that was not measured is absent.
import { defined } from '../shapes.js';
import type { Snapshot } from './snapshot.js';

/** The parts do not overlap. Where all of them are known they add up to `resident.total_bytes`, `unexplained` included. */
export const partNames = [
  'native',
  'js',
  'unobserved',
  'mapped',
  'private',
  'engine',
  'free',
  'rounding',
  'files',
  'shared',
  'benchmem',
  'unexplained',
] as const;
export type PartName = (typeof partNames)[number];
export type Parts = Partial<Record<PartName, number>>;

/** Every part that this snapshot knows. `js` is the touched pages of the observed isolates, garbage included. */
export function partsOf(snapshot: Snapshot): Parts {
  const { program, engine, allocator, mapped, resident } = snapshot;
  const pages = pagesOf(snapshot);
  return defined({
    native: program?.live_bytes,
    engine: engine?.live_bytes,
    ...pages,
    mapped: mapped?.buffers_bytes,
    private: mapped?.private_bytes,
    free: allocator?.free_bytes,
    rounding: roundingBytes(snapshot),
    files: resident.file_bytes,
    shared: resident.shared_bytes,
    benchmem: resident.benchmem_bytes,
    unexplained: restBytes(snapshot),
  });
}

// V8's resident pages, in two: those of observed isolates, and the others.
function pagesOf({ js, mapped }: Snapshot): Parts {
  if (js === undefined) return mapped === undefined ? {} : { js: mapped.engine_bytes };
  if (mapped === undefined || js.unobserved_bytes === undefined) return { js: js.physical_bytes };
  const unobserved = Math.min(js.unobserved_bytes, Math.max(0, mapped.engine_bytes - js.physical_bytes));
  return { js: mapped.engine_bytes - unobserved, unobserved };
}

// What blocks take beyond what was asked for, and blocks from before benchmem; pools hold their blocks elsewhere.
function roundingBytes({ allocator, mapped, program, engine }: Snapshot): number | undefined {
  if (allocator === undefined || program === undefined || engine === undefined) return undefined;
  return allocator.used_bytes + (mapped?.pool_bytes ?? 0) - program.live_bytes - engine.live_bytes;
}

/**
 * Resident anonymous bytes above what the allocator holds, what is mapped by an owner that is known, and what benchmem
 * itself needs. Negative where more was allocated than was ever touched. Absent if a figure of the sum is.
 */
export function restBytes({ allocator, mapped, resident }: Snapshot): number | undefined {
  const { anonymous_bytes: anonymous, benchmem_bytes: own } = resident;
  if (anonymous === undefined || own === undefined || mapped === undefined || allocator === undefined)
    return undefined;
  return anonymous - allocator.held_bytes - mapped.resident_bytes - own;
}

/** At least so many resident bytes belong to nobody; 0 means "none seen". */
export function unexplainedBytes(snapshot: Snapshot): number | undefined {
  const rest = restBytes(snapshot);
  return rest === undefined ? undefined : Math.max(0, rest);
}
