// Runs one script on the addon inside windows of a binding, and lists every figure that is not the expected one.
// Must not allocate between the opening and the reading, beyond what the calls themselves do.
import type {
  NativeReading,
  ObjectReading,
  ProfileReading,
  ProfilingBinding,
  WindowToken,
} from '../../src/native/contract.js';
import { type ExpectedWindow, expectedWindows, type ThreadChoice } from './ground-truth-model.js';
import { profileDiscrepancies } from './ground-truth-profile.js';

export interface GroundTruthAddon {
  /** Parses the script and starts its threads. */
  prepare(text: string): void;
  /** Runs to the next stop: 1 open, 2 drain, 3 close, 4 the end. */
  advance(): number;
  /** Joins the threads, frees what is left, and tells what the threads saw go wrong. */
  finish(): { readonly count: number; readonly messages: readonly string[] };
}

export type GroundTruthBinding = Pick<
  ProfilingBinding,
  'openWindow' | 'drainWindow' | 'readWindow' | 'windowObjects' | 'closeWindow'
> &
  Partial<Pick<ProfilingBinding, 'readProfile'>>;

interface ObservedWindow {
  readonly drained: NativeReading | undefined;
  readonly reading: NativeReading;
  readonly objects: readonly ObjectReading[];
  readonly last: NativeReading;
  readonly profile: ProfileReading | Error | undefined;
}

export interface ScriptOutcome {
  readonly windows: number;
  readonly discrepancies: readonly string[];
}

const stop = { open: 1, drain: 2, close: 3, end: 4 } as const;

/** A binding with readProfile(): one was started, and each window's profile is compared too. */
export function runScript(
  addon: GroundTruthAddon,
  binding: GroundTruthBinding,
  text: string,
  threads: ThreadChoice = 'all',
  backgroundFrees = false,
): ScriptOutcome {
  const expected = expectedWindows(text, threads);
  addon.prepare(text);
  const observed = observe(addon, binding, threads);
  const failures = addon.finish();
  const discrepancies = failures.messages.map((message) => `content: ${message}`);
  if (failures.count > failures.messages.length)
    discrepancies.push(`content: ${failures.count} failures in all`);
  if (observed.length !== expected.length) {
    discrepancies.push(`windows: expected ${expected.length}, got ${observed.length}`);
  }
  for (const [index, window] of observed.entries()) {
    const wanted = expected[index];
    if (wanted === undefined) continue;
    const found = compareWindow(wanted, window);
    if (window.profile instanceof Error) found.push(`profile: ${window.profile.message}`);
    else if (window.profile !== undefined) found.push(...profileDiscrepancies(window.profile, window.last));
    if (threads === 'all') found.push(...compareOlderFrees(wanted, window, backgroundFrees));
    discrepancies.push(...found.map((line) => `window ${index + 1}: ${line}`));
  }
  return { windows: observed.length, discrepancies };
}

function observe(
  addon: GroundTruthAddon,
  binding: GroundTruthBinding,
  threads: ThreadChoice,
): ObservedWindow[] {
  const observed: ObservedWindow[] = [];
  const options = { threads: threads === 'js' ? ('current' as const) : ('all' as const) };
  let token: WindowToken = 0n;
  let drained: NativeReading | undefined;
  for (let at = addon.advance(); at !== stop.end; at = addon.advance()) {
    if (at === stop.open) {
      drained = undefined;
      token = binding.openWindow(options);
    } else if (at === stop.drain) {
      binding.drainWindow(token);
      drained = binding.readWindow(token);
    } else {
      const reading = binding.readWindow(token);
      const objects = binding.windowObjects(token);
      if (binding.readProfile !== undefined && drained === undefined) binding.drainWindow(token);
      const profile = readProfile(binding, token);
      observed.push({ drained, reading, objects, last: binding.closeWindow(token), profile });
    }
  }
  return observed;
}

/** The error where its self-check, at the drain or now, fails. */
function readProfile(binding: GroundTruthBinding, token: WindowToken): ProfileReading | Error | undefined {
  try {
    return binding.readProfile?.(token);
  } catch (error) {
    return error as Error;
  }
}

/**
 * WHY: windows with a thread filter are left out, because which thread's frees of older blocks count there is not part of the contract.
 * WHY: there is only a lower bound while V8's background threads work, because they free what they made before, in any window.
 */
function compareOlderFrees(expected: ExpectedWindow, observed: ObservedWindow, isBound: boolean): string[] {
  const got = observed.reading.program.olderFreedBlocks;
  const wanted = expected.olderFreedBlocks;
  return (isBound ? got >= wanted : got === wanted) ? [] : [`older freed: expected ${wanted}, got ${got}`];
}

function compareWindow(expected: ExpectedWindow, observed: ObservedWindow): string[] {
  const { reading, last, drained } = observed;
  const { program } = reading;
  const figures: [string, number | undefined, number][] = [
    ['allocations', program.allocations, expected.allocations],
    ['total', program.totalBytes, expected.totalBytes],
    ['peak', program.peakBytes, expected.peakBytes],
    ['live', program.liveBytes, expected.liveBytes],
    ['live at the close', last.program.liveBytes, expected.liveBytes],
    ['allocations at the close', last.program.allocations, expected.allocations],
    ['total at the close', last.program.totalBytes, expected.totalBytes],
    ['peak at the close', last.program.peakBytes, expected.peakBytes],
  ];
  if (drained !== undefined) {
    figures.push(['live at the drain', drained.program.liveBytes, expected.measuredLiveBytes]);
    figures.push(['total at the drain', drained.program.totalBytes, expected.totalBytes]);
  }
  const mine = observed.objects.find(
    (row) => row.object.endsWith('/ground-truth.node') && row.source === 'program',
  );
  if (mine !== undefined || expected.allocations > 0) {
    figures.push(['allocations of the object', mine?.allocations, expected.allocations]);
    figures.push(['total of the object', mine?.totalBytes, expected.totalBytes]);
    figures.push(['live of the object', mine?.liveBytes, expected.liveBytes]);
  }
  const wrong = figures.filter(([, got, wanted]) => got !== wanted);
  return [
    ...wrong.map(([name, got, wanted]) => `${name}: expected ${wanted}, got ${got}`),
    ...checkSum(reading),
  ];
}

/** The combined mark's parts must add up to it. */
function checkSum({ sum }: NativeReading): string[] {
  const parts = sum.nativeAtPeakBytes + (sum.jsAtPeakBytes ?? 0) + (sum.mappedOtherAtPeakBytes ?? 0);
  return parts === sum.peakBytes ? [] : [`sum: parts ${parts} of ${sum.peakBytes}`];
}
