// The profiles that pages may show: those that were found when the runs were read, and no others. Types, and how one is chosen.
import type { RunProfile } from '../history/profiler.js';
import type { Profile } from '../profile/model.js';
import type { RunHead } from '../runfile/heads.js';
import type { BoardRun } from './board.js';

export interface ShownProfile {
  readonly slug: string;
  /** The run that kept it; absent if it stands in a folder for all. */
  readonly run?: BoardRun;
}

export interface ProfileShelf {
  /** The newest of a benchmark. `measured` are runs, oldest first. */
  newestOf(id: string, measured: readonly BoardRun[]): ShownProfile | undefined;
  /** Undefined for one that was not found. Throws BAD_PROFILE. */
  read(slug: string): Promise<Profile | undefined>;
  readonly slugs: readonly string[];
  /** What another tool says of a run's time. */
  hotIn(head: RunHead): RunProfile;
}
