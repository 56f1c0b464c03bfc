// What `benchmem run` and `benchmem measure` need of the world beyond their Io; live.ts fills it, tests fake it.
import type { Reservation } from '../../runfile/numbering.js';
import type { RunFileWriter } from '../../runfile/write.js';
import type { Discovered, NamedFile } from '../../runner/discover.js';
import type { ExportChoice } from '../../runner/exports.js';
import type { ChildSettings } from '../../runner/list.js';
import type { Choice, Plan } from '../../runner/plan.js';
import type { PlannedCase } from '../../runner/planned.js';
import type { RunListener, SuiteEnd, SuiteWorld } from '../../runner/run-suite.js';
import type { RunSettings } from '../../runner/settings.js';
import type { Provenance } from '../provenance.js';

export interface SuiteServices extends Provenance {
  /** The config as parsed flags. Throws BAD_CONFIG. */
  readConfig(cwd: string, named: string | undefined): Promise<Record<string, unknown>>;
  /** Throws NO_BENCHMARKS. */
  discover(words: readonly string[], cwd: string): Promise<Discovered>;
  plan(files: readonly NamedFile[], choice: Choice, settings: ChildSettings, jobs: number): Promise<Plan>;
  planExports(
    files: readonly NamedFile[],
    asked: ExportChoice,
    choice: Choice,
    settings: ChildSettings,
  ): Promise<Plan>;
  planLoads(
    operands: readonly string[],
    cwd: string,
    choice: Choice,
    settings: Pick<ChildSettings, 'execPath'>,
  ): Promise<Plan>;
  suite(
    cases: readonly PlannedCase[],
    settings: RunSettings,
    listener: RunListener,
    world: SuiteWorld,
  ): Promise<SuiteEnd>;
  /** Throws CANNOT_WRITE. */
  openRunFile(path: string, name: string): Promise<RunFileWriter>;
  /** Reserves the number that a saved run gets. Throws CANNOT_WRITE. */
  reserveNumber(
    name: string,
    storage: string | undefined,
    place: { readonly cwd: string; readonly node: string },
  ): Promise<Reservation>;
  /** Writes, or with `append` adds to, a text file. Throws CANNOT_WRITE. */
  writeText(path: string, text: string, options?: { readonly append?: boolean }): Promise<void>;
  /** The version of a node binary; of this process without a path. Throws USAGE. */
  nodeVersion(path: string | undefined): Promise<string>;
  /** Flags that this process was started with and children inherit. */
  inheritedFlags(): readonly string[];
  /** How many processes may run side by side. */
  parallelism(): number;
  /** From 0 up to but without 1. */
  random(): number;
}
