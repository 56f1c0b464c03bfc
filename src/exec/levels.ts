// What makes up a process's memory at one snapshot, each part in bytes. Pure; a part that was not measured is absent.
import type { Snapshot } from './snapshot.js';

/** The parts that a verdict can name; they do not overlap. */
export const partNames = ['native', 'js', 'free', 'mapped', 'engine', 'private', 'unexplained'] as const;
export type PartName = (typeof partNames)[number];
export type Parts = Partial<Record<PartName, number>>;

/** Every part that this snapshot knows. `js` is what V8 uses, garbage included. */
export function partsOf(snapshot: Snapshot): Parts {
  const unexplained = unexplainedBytes(snapshot);
  const own = privateBytes(snapshot);
  const { program, engine, js, allocator, mapped_other } = snapshot;
  return {
    ...(program !== undefined && { native: program.live_bytes }),
    ...(engine !== undefined && { engine: engine.live_bytes }),
    ...(js !== undefined && { js: js.used_bytes }),
    ...(allocator !== undefined && { free: allocator.free_bytes }),
    ...(mapped_other !== undefined && { mapped: mapped_other.live_bytes }),
    ...(own !== undefined && { private: own }),
    ...(unexplained !== undefined && { unexplained }),
  };
}

/** Resident pages that shared objects mapped for themselves: private allocators, thread stacks. */
export function privateBytes({ mapped }: Snapshot): number | undefined {
  return mapped?.by_owner
    .filter(({ kind }) => kind === 'object')
    .reduce((sum, { resident_bytes }) => sum + resident_bytes, 0);
}

/**
 * Resident anonymous bytes above what the allocator holds, what is mapped by an owner that is known, and what benchmem
 * itself needs: at least so many belong to nobody. What is held but was never touched lowers it, so that 0 means
 * "none seen". Absent where a figure of the sum is.
 */
export function unexplainedBytes({ allocator, mapped, resident }: Snapshot): number | undefined {
  const { anonymous_bytes: anonymous, benchmem_bytes: own } = resident;
  if (anonymous === undefined || own === undefined || mapped === undefined || allocator === undefined)
    return undefined;
  return Math.max(0, anonymous - allocator.held_bytes - mapped.resident_bytes - own);
}
