// Which stacks a profiled window or measurement has most of a metric from. Synchronous, so that a limit that is judged
// at once can say it. Must not be loaded before the window has ended: what it loads would stand in the heap.
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { BenchmemError } from '../../errors.js';
import type { Profile } from '../../profile/model.js';
import { readProfile } from '../../profile/pprof/decode.js';
import { profileLimits } from '../../profile/pprof/size-limits.js';
import { type TopAllocation, type TopOptions, topStacks } from '../../profile/reports/top-stacks.js';
import { scriptTexts } from '../child/inside/script-texts.js';
import type { OpenWindow } from '../open-window.js';
import { captureOf, type WindowCapture } from '../window/profiling.js';
import { forgetNames, nameCapture, type ProfileLink } from './captured.js';
import { textsBy } from './scripts.js';

/** A window that was opened with `profile: true` and is closed, or a result: with its profile's file, or its capture. */
export type Profiled = OpenWindow | { readonly profile?: ProfileLink | WindowCapture };

/**
 * The largest first. A result's file is looked for from the working folder. Throws NO_PROFILE, WRONG_PHASE for a window
 * that is open, BAD_PROFILE for a file that is gone or another one by now, NOT_MEASURED, INVALID_OPTION.
 */
export function topAllocations(source: Profiled, options: TopOptions = {}): TopAllocation[] {
  return topStacks(profileOf(source), options);
}

function profileOf(source: Profiled): Profile {
  const capture = captureOf(source);
  if (capture === 'open') {
    throw new BenchmemError(
      'WRONG_PHASE',
      'the window is open, and its stacks are not counted to the end',
      'close it before: await window.close()',
    );
  }
  const profile = capture ?? (source as { readonly profile?: ProfileLink | WindowCapture }).profile;
  if (profile !== undefined) return 'file' in profile ? profileOfFile(profile) : profileOfWindow(profile);
  throw new BenchmemError(
    'NO_PROFILE',
    'nothing was profiled here, so that no stacks are known',
    "measure with { profile: 'name.pb.gz' }, or openWindow({ profile: true }) and close it",
  );
}

/** The same of several windows of this process. PERF: Node's symbols are read once for all, not for each. */
export function topOfWindows(captures: readonly WindowCapture[], options: TopOptions): TopAllocation[][] {
  try {
    return captures.map((capture) => topStacks(named(capture), options));
  } finally {
    forgetNames();
  }
}

function profileOfWindow(capture: WindowCapture): Profile {
  try {
    return named(capture);
  } finally {
    forgetNames();
  }
}

function named({ reading, olderFreedBytes, sample, description }: WindowCapture): Profile {
  const capture = { reading, olderFreedBytes, sample, description, calls: 1, flags: process.execArgv };
  return nameCapture({
    id: '',
    capture: { ...capture, texts: textsBy(scriptTexts, reading) },
    choice: {},
    cwd: process.cwd(),
  });
}

function profileOfFile({ file, sha256 }: ProfileLink): Profile {
  const bytes = readWhole(file);
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found !== sha256) {
    throw unreadable(file, 'it is another file than the measurement wrote');
  }
  return readProfile(bytes, file);
}

function readWhole(file: string): Uint8Array {
  const path = resolve(file);
  try {
    const { size } = statSync(path);
    if (size <= profileLimits.inflatedBytes) return readFileSync(path);
  } catch (cause) {
    throw unreadable(file, (cause as Error).message, cause);
  }
  throw unreadable(file, `it is larger than ${profileLimits.inflatedBytes >> 20} MiB`);
}

function unreadable(file: string, reason: string, cause?: unknown): BenchmemError {
  const hint = 'measure again, from the folder in which the file was written';
  return new BenchmemError('BAD_PROFILE', `cannot read ${file}: ${reason}`, hint, { cause });
}
