// The profiles that one process keeps of its tests: of those that passed a limit, and of those that peaked highest. Which of
// them stay is decided once all processes have ended.
import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { ProfileLink } from '../engine/profile/captured.js';
import type { WindowCapture } from '../engine/window/profiling.js';
import { profileFileName } from '../profile/file-name.js';
import type { ProfileSettings } from './settings.js';

export interface ProfiledTest {
  readonly id: string;
  readonly capture: WindowCapture;
  /** It passed a limit: its profile stays whatever it peaked at. */
  readonly isOver: boolean;
}

interface Kept {
  readonly path: string;
  readonly peakBytes: number;
}

export class KeptProfiles {
  #kept: Kept[] = [];

  /** Undefined if enough tests peaked higher. Throws CANNOT_WRITE. */
  async keep(
    { id, capture, isOver }: ProfiledTest,
    { folder, most }: ProfileSettings,
  ): Promise<ProfileLink | undefined> {
    const path = join(resolve(folder), profileFileName(id));
    const peakBytes = capture.sample.peak_bytes ?? capture.sample.native_peak_bytes ?? 0;
    if (!isOver && !this.#makeRoom({ path, peakBytes }, most)) return undefined;
    // WHY: it is imported on demand, because what names stacks is large, and few windows are profiled.
    const { forgetNames, linkedCapture } = await import('../engine/profile/captured.js');
    const { textsIn } = await import('../engine/profile/scripts.js');
    const texts = await textsIn(capture.reading);
    try {
      return await linkedCapture(path, {
        id,
        capture: { ...capture, calls: 1, flags: process.execArgv, texts },
        choice: {},
        cwd: process.cwd(),
      });
    } finally {
      forgetNames();
    }
  }

  #makeRoom(candidate: Kept, most: number): boolean {
    if (most === 0) return true;
    const others = this.#kept.filter(({ path }) => path !== candidate.path);
    const ranked = [...others, candidate].sort((left, right) => right.peakBytes - left.peakBytes);
    this.#kept = ranked.slice(0, most);
    for (const { path } of ranked.slice(most)) rmSync(path, { force: true });
    return this.#kept.includes(candidate);
  }
}
