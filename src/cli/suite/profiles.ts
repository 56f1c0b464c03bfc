// The profiles of a run: which benchmarks keep one once the gate has spoken, their capture, and what is said of them at the end.
import { join, resolve } from 'node:path';
import { type ProfileCapture, reportedPass } from '../../engine/isolate.js';
import { BenchmemError } from '../../errors.js';
import type { RunRecord } from '../../runfile/record.js';
import type { MemoryFigures } from '../../runfile/schema.js';
import { type ProfiledCase, type ProfileOutcome, profileChoiceOf } from '../../runner/profile-cases.js';
import type { RunSettings } from '../../runner/settings.js';
import { printable } from '../../text/escapes.js';
import { singleText } from '../../text/numbers.js';
import { formatCount } from '../../units.js';
import { folderBeside } from '../storage.js';
import { renderError } from '../text/render-error.js';
import type { World } from '../world.js';
import { type Judgement, overLimit } from './baseline.js';
import type { SuiteArgs } from './options.js';
import { startRunProgress } from './progress.js';
import type { RunEntry } from './table.js';

/** What a profile is wanted of: the benchmark's place in the plan, and what is captured. */
interface Wanted extends ProfiledCase {
  readonly index: number;
}

export interface ProfilesOrder {
  /** By their place in the plan; those that have not been measured are missing. */
  readonly entries: readonly (RunEntry | undefined)[];
  readonly args: SuiteArgs;
  readonly settings: RunSettings;
  readonly judgement: Judgement;
  /** There is a saved run that this one was compared with. */
  readonly hasBaseline: boolean;
  readonly record: RunRecord;
}

/** What is left to say once everything else was said. */
export interface ProfilesEnd {
  /** What ended the capturing before its end: an interrupt, or a folder that cannot be written any more. */
  readonly ended?: unknown;
  readonly text: string;
  /** Profiles that were wanted and are not there. */
  readonly failed: number;
}

/** Before anything is measured. Throws CANNOT_WRITE. */
export async function prepareProfiles(args: SuiteArgs, world: World): Promise<void> {
  if (args.profile === undefined) return;
  const { folder } = args.profile;
  await world.prepareProfiles(resolve(world.cwd, folder), folder);
}

/**
 * Captures and writes every profile that is wanted, and links them in the run file. One that fails is told on standard
 * error, and counted.
 */
export async function keepProfiles(order: ProfilesOrder, world: World): Promise<ProfilesEnd> {
  const wanted = wantedOf(order);
  if (wanted.length === 0) return { text: whyNone(order), failed: 0 };
  const folder = folderOf(order.args);
  const progress = startRunProgress(world, wanted.length);
  const texts: string[] = [];
  let failed = 0;
  const fail = (id: string, error: BenchmemError) => {
    failed += 1;
    progress.pause(() => world.stderr.write(renderError(error, world.stderr, `profile of ${id}`)));
  };
  try {
    await world.profileCases(
      wanted,
      order.settings,
      {
        onStart: (at) => progress.begin(at, (wanted[at] as Wanted).planned.id),
        onStep: (at, kind, pass) => progress.step(at, kind, pass),
        onOutcome: async (at, outcome) => {
          const { planned, figures, choice, index } = wanted[at] as Wanted;
          const { id } = planned;
          try {
            if (outcome.kind === 'failed') throw outcome.error;
            const { capture } = outcome;
            const { execPath: executable } = order.settings;
            const reportedPeakBytes = figures.peak_bytes?.[reportedPass(figures)];
            const named = { id, capture, choice, cwd: world.cwd, reportedPeakBytes, executable };
            await order.record.keepProfile(
              index,
              await world.writeProfile(resolve(world.cwd, folder), named),
            );
            texts[at] = keptText(id, folder, figures, capture);
            progress.done(at, 'profiled', false);
          } catch (error) {
            if (!isOfOne(error, outcome)) throw error;
            fail(id, error);
            progress.done(at, 'no profile', true);
          }
        },
      },
      { signal: world.interrupted, now: () => world.clock.elapsedMs() },
    );
  } catch (ended) {
    return { text: texts.join(''), failed, ended };
  } finally {
    progress.end();
  }
  return { text: texts.join(''), failed };
}

// A capture that failed, or stacks that are too many: what else keeps a file from being written does so for all.
function isOfOne(error: unknown, outcome: ProfileOutcome): error is BenchmemError {
  if (outcome.kind === 'failed') return true;
  return error instanceof BenchmemError && error.code === 'PROFILE_TOO_LARGE';
}

function wantedOf({ entries, args, judgement }: ProfilesOrder): Wanted[] {
  const over = gates(args) ? overLimit(judgement.gate, entries) : undefined;
  return [...entries.entries()].flatMap(([index, entry]) => {
    const figures = entry?.benchmark?.extra_info.benchmem as MemoryFigures | undefined;
    if (entry === undefined || figures === undefined) return [];
    const { planned } = entry;
    const isAsked = over === undefined || over.has(planned.id);
    const choice = profileChoiceOf(planned.description.options, isAsked ? args.profile : undefined);
    return choice === undefined ? [] : [{ index, planned, figures, choice }];
  });
}

/** Whether limits say which profiles are kept. */
function gates({ compareFail, compareFailOnChange }: SuiteArgs): boolean {
  return compareFail.length + compareFailOnChange.length > 0;
}

function folderOf({ profile, storage }: SuiteArgs): string {
  return profile?.folder ?? join(folderBeside(storage), 'profiles');
}

function whyNone({ args, hasBaseline }: ProfilesOrder): string {
  if (args.profile === undefined) return '';
  if (!gates(args)) return 'no profile is kept, because no benchmark has memory figures\n';
  return hasBaseline
    ? 'no profile is kept, because no benchmark is over a limit\n'
    : 'no profile is kept, because there is no saved run to compare with: only what is over a limit would be profiled\n';
}

// The profiled pass's figures beside those of the run: they are equal wherever the same code allocates the same. WHY: the peak of
// native memory alone is not compared, because the pass that reports it leaves garbage to V8, and this one does not.
function keptText(id: string, folder: string, figures: MemoryFigures, { sample }: ProfileCapture): string {
  const reported = reportedPass(figures);
  const compared = (
    [
      ['native at the peak', 'native_at_peak_bytes', 'B'],
      ['allocated natively', 'native_total_bytes', 'B'],
      ['allocations', 'allocations', ''],
    ] as const
  ).flatMap(([name, field, unit]) => {
    const [here, there] = [sample[field], figures[field]?.[reported]];
    return here === undefined || there === undefined ? [] : [{ name, unit, here, there }];
  });
  const same = compared.every(({ here, there }) => here === there);
  const parts = compared.map(({ name, unit, here, there }) => {
    if (here === there) return `${name} ${singleText(here, unit)}`;
    const short = [here, there].map((value) => singleText(value, unit));
    const [profiled, shown] =
      short[0] === short[1] ? [here, there].map((value) => `${formatCount(value)} ${unit}`.trim()) : short;
    return `${name} ${profiled} (reported ${shown})`;
  });
  const verdict = same
    ? `the profiled pass has the reported figures: ${parts.join(', ')}`
    : `the profiled pass differs from what is reported: ${parts.join(', ')}`;
  const head = same ? 'profile of' : 'warning profile of';
  const hint = same
    ? ''
    : '  hint: code that is asynchronous or uses chance may allocate otherwise each time, and so may what collections run: a peak forces them\n';
  return `${head} ${printable(id)}: ${verdict}\n${hint}  ${commandFor(folder, id)}\n`;
}

function commandFor(folder: string, id: string): string {
  return `benchmem flamegraph ${quoted(folder)} ${quoted(id)}`;
}

// For a shell: what printable changes cannot be pasted, and stands for itself as well as it can.
function quoted(text: string): string {
  const shown = printable(text);
  return /^[\w@%+=:,./-]+$/.test(shown) ? shown : `'${shown.replaceAll("'", `'\\''`)}'`;
}
