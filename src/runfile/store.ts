// What commands ask of saved runs, wherever these stand. Types only: folder-store.ts is the store of a folder.
import type { RunEnvironment } from './environment-key.js';
import type { RunHead } from './heads.js';
import type { Reservation } from './numbering.js';
import type { Run } from './run.js';
import type { RunKind } from './schema.js';

/** What a store holds that is no run, or no whole one. */
export interface UnreadRun {
  readonly path: string;
  readonly message: string;
}

export interface RunListing {
  /** Oldest first. */
  readonly heads: readonly RunHead[];
  /** Files that should be runs and cannot be read. */
  readonly unread: readonly UnreadRun[];
}

export interface BaselineQuery {
  readonly kind: RunKind;
  readonly environment: RunEnvironment;
  /** The machine folder of the node that measures. */
  readonly folder: string;
}

/** The run to compare with. */
export interface FoundBaseline {
  readonly head: RunHead;
  /** False where no run of the environment is saved, and another one of the folder stands for it. */
  readonly isSameEnvironment: boolean;
}

export interface RunStore {
  /** The heads of all runs; no document is read that is known already. Throws BAD_RUN_FILE for a place that cannot be read. */
  list(): Promise<RunListing>;
  /** Throws BAD_RUN_FILE. */
  read(head: RunHead): Promise<Run>;
  /** The newest whole saved run of the kind and environment, else the newest of the machine folder. */
  baseline(query: BaselineQuery): Promise<FoundBaseline | undefined>;
  /** A number for a run that is about to be measured, and where it is written. Throws CANNOT_WRITE. */
  reserve(name: string): Promise<Reservation>;
  close(): Promise<void>;
}
