// Where the time of a case goes, out of a folder of profiles that another tool wrote: `{ run_id, cases: [...] }`. Pure.
// What a file says is input from outside: only what has the right shape is taken.
import type { RunHead } from '../runfile/heads.js';
import { isRecord } from '../shapes.js';
import type { Case } from './cases.js';
import { pairsText, paramsOf } from './group-label.js';

/** The function that a case spends most in. */
export interface HotFunction {
  readonly function: string;
  readonly file: string;
  readonly line: number;
  /** Seconds. */
  readonly totalTime: number;
}

/** By fullname or case key. */
export type RunProfile = ReadonlyMap<string, HotFunction>;

/** A file of the folder that is JSON. */
export interface ProfileFile {
  readonly path: string;
  readonly document: unknown;
}

export interface Profiles {
  of(head: Pick<RunHead, 'id' | 'tag'>): RunProfile;
  /** Files that are no profile. */
  readonly skipped: readonly string[];
}

export function profilesOf(files: readonly ProfileFile[]): Profiles {
  const byRun = new Map<string, Map<string, HotFunction>>();
  const skipped: string[] = [];
  for (const { path, document } of files) {
    if (!isRecord(document) || typeof document.run_id !== 'string' || !Array.isArray(document.cases)) {
      skipped.push(path);
      continue;
    }
    const profile = byRun.get(document.run_id) ?? new Map<string, HotFunction>();
    byRun.set(document.run_id, profile);
    for (const entry of document.cases) addCase(profile, entry);
  }
  return {
    of: ({ id, tag }) => byRun.get(id) ?? (tag === undefined ? undefined : byRun.get(tag)) ?? new Map(),
    skipped,
  };
}

function addCase(profile: Map<string, HotFunction>, entry: unknown): void {
  if (!isRecord(entry)) return;
  const key = [entry.fullname, entry.case_key].find((text) => typeof text === 'string' && text !== '');
  const { function: name, file, line, total_time: time } = entry;
  if (typeof key !== 'string' || typeof name !== 'string' || name === '') return;
  profile.set(key, {
    function: name,
    file: typeof file === 'string' ? file : '',
    line: Number.isSafeInteger(line) ? Number(line) : 0,
    totalTime: typeof time === 'number' && Number.isFinite(time) ? time : 0,
  });
}

/** The hottest function of some cases. */
export function hottestOf(cases: readonly Case[], profile: RunProfile): HotFunction | undefined {
  const found = cases.flatMap((each) => profile.get(each.id) ?? profile.get(caseKey(each)) ?? []);
  return found.sort((a, b) => b.totalTime - a.totalTime)[0];
}

/** `fullname|k=v,k=v`. */
function caseKey({ id, benchmark }: Case): string {
  return `${id}|${pairsText(paramsOf(benchmark))}`;
}

/** The profiles that the run itself kept of some cases, as files beside its own. */
export function keptProfiles(cases: readonly Case[]): string[] {
  return cases.flatMap(({ benchmark }) => {
    const kept: unknown = benchmark.extra_info.benchmem?.profile;
    return isRecord(kept) && typeof kept.file === 'string' ? [kept.file] : [];
  });
}
