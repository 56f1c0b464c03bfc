// Which native stacks leak: two windows that keep every stack, one of them with more calls, and what the second holds more.
import type { NativeReading, ProfilingBinding } from '../../native/contract.js';
import type { TopAllocation } from '../../profile/reports/top-stacks.js';
import type { Host } from '../host.js';
import { toSample } from '../result/sample.js';
import { startProfile, type WindowCapture } from '../window/profiling.js';
import { discardWindow, openWindow } from '../window/span.js';
import type { LeakReport } from './leak-report.js';
import type { LeakTask } from './leak-rounds.js';
import { secondStageFactor } from './leak-series.js';
import { RepeatedCalls, type Steps } from './repeated-calls.js';

/** Two windows of the same calls, one with more of them. */
export interface LeakCaptures {
  readonly few: WindowCapture;
  readonly many: WindowCapture;
  /** How many calls the second one has more. */
  readonly moreCalls: number;
}

/** Throws what a profile throws. */
export function* captureLeak(host: Host, task: LeakTask): Steps<LeakCaptures> {
  const manyCalls = task.calls * secondStageFactor;
  const few = yield* takeProfiled(host, task, task.calls);
  const many = yield* takeProfiled(host, task, manyCalls);
  return { few, many, moreCalls: manyCalls - task.calls };
}

/** Per call, what the stacks of the second window hold more than those of the first. Pure. */
export function growthPerCall(
  few: readonly TopAllocation[],
  many: readonly TopAllocation[],
  calls: number,
): TopAllocation[] {
  const earlier = sumsByPath(few);
  return [...sumsByPath(many)]
    .map(([path, site]) => {
      const { bytes = 0, count = 0 } = earlier.get(path) ?? {};
      return { ...site, bytes: (site.bytes - bytes) / calls, count: (site.count - count) / calls };
    })
    .filter(({ bytes }) => bytes >= leastBytes)
    .sort((left, right) => right.bytes - left.bytes);
}

// Of stacks with one path, which differ in the frames of V8 and Node, the one with most bytes stands for all.
function sumsByPath(sites: readonly TopAllocation[]): Map<string, TopAllocation> {
  const sums = new Map<string, TopAllocation>();
  for (const site of [...sites].sort((left, right) => right.bytes - left.bytes)) {
    const path = pathOf(site);
    const { bytes = 0, count = 0, stack = site.stack } = sums.get(path) ?? {};
    sums.set(path, { stack, bytes: bytes + site.bytes, count: count + site.count });
  }
  return sums;
}

// WHY: neither lines nor other people's frames count, because V8 compiles what runs often between two windows, and its own frames
// change.
function pathOf({ stack }: TopAllocation): string {
  const own = stack.filter(({ isOwn }) => isOwn);
  return (own.length === 0 ? stack : own)
    .map(({ name, file, object }) => [name, file, object].join('\0'))
    .join('\0\0');
}

/** The report without the bytes of the stacks that the filter leaves out. Pure. */
export function withoutSites(
  report: LeakReport,
  sites: readonly TopAllocation[],
  filter: (site: TopAllocation) => boolean,
): LeakReport {
  const kept = sites.filter((site) => filter(site));
  const left = sites.filter((site) => !kept.includes(site)).reduce((sum, { bytes }) => sum + bytes, 0);
  const rest = report.nativeBytes - left;
  const nativeBytes = rest >= leastBytes ? rest : 0;
  const perCallBytes = nativeBytes + (report.jsBytes ?? 0);
  return { ...report, nativeBytes, perCallBytes, isLeak: perCallBytes > 0, sites: kept };
}

/** Less is what a single block adds, spread over the calls. */
const leastBytes = 1;

function* takeProfiled(host: Host, task: LeakTask, calls: number): Steps<WindowCapture> {
  const binding = host.binding as ProfilingBinding;
  binding.listenToCode(true);
  startProfile(binding);
  try {
    return yield* takeCapture(host, task, calls);
  } finally {
    binding.stopProfile();
  }
}

function* takeCapture(host: Host, task: LeakTask, calls: number): Steps<WindowCapture> {
  const binding = host.binding as ProfilingBinding;
  const repeated = new RepeatedCalls(host, task);
  const token = openWindow(binding, { threads: task.threads });
  let reading: NativeReading | undefined;
  try {
    yield* repeated.call(calls);
    binding.drainWindow(token);
    yield* repeated.rest(token);
    const stacks = binding.readProfile(token);
    reading = binding.closeWindow(token);
    const sample = toSample('attached', reading, {});
    const { olderFreedBytes } = reading.program;
    return { reading: stacks, olderFreedBytes, sample, description: binding.describe() };
  } finally {
    if (reading === undefined) discardWindow(binding, token);
  }
}
