// What a run file says besides figures: program, machine, commit. Names the seam only; live-services.ts fills it.

export interface Provenance {
  readonly version: string;
  machineInfo(): Record<string, unknown>;
  commitInfo(cwd: string): Promise<Record<string, unknown>>;
}
