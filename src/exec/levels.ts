// What makes up a process's memory at one snapshot, each part in bytes. Pure; a part that was not measured is absent.
import type { Snapshot } from './snapshot.js';

/** The parts that a verdict can name; they do not overlap. */
export const partNames = ['native', 'js', 'free', 'mapped', 'engine', 'unexplained'] as const;
export type PartName = (typeof partNames)[number];
export type Parts = Partial<Record<PartName, number>>;

/** Every part that this snapshot knows. `js` is what V8 uses, garbage included. */
export function partsOf(snapshot: Snapshot): Parts {
  const unexplained = unexplainedBytes(snapshot);
  const { program, engine, js, allocator, mapped_other } = snapshot;
  return {
    ...(program !== undefined && { native: program.live_bytes }),
    ...(engine !== undefined && { engine: engine.live_bytes }),
    ...(js !== undefined && { js: js.used_bytes }),
    ...(allocator !== undefined && { free: allocator.free_bytes }),
    ...(mapped_other !== undefined && { mapped: mapped_other.live_bytes }),
    ...(unexplained !== undefined && { unexplained }),
  };
}

/**
 * Resident anonymous bytes above what V8 and the allocator hold and benchmem itself needs: at least so many belong to
 * nobody who counts. What is held but was never touched lowers it, so that 0 means "none seen". Absent where a
 * figure of the sum is.
 */
export function unexplainedBytes({ js, allocator, mapped_other, resident }: Snapshot): number | undefined {
  const { anonymous_bytes: anonymous, benchmem_bytes: own } = resident;
  if (anonymous === undefined || own === undefined || js === undefined || allocator === undefined)
    return undefined;
  const known = js.committed_bytes + allocator.held_bytes + own + (mapped_other?.live_bytes ?? 0);
  return Math.max(0, anonymous - known);
}
