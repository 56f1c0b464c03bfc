// What a reader of the page must know about the profile before its numbers. Pure.
import { type Profile, unreadCodeNote } from '../profile/model.js';
import { asideOf, totalOf } from '../profile/reports/metrics.js';
import { singleText } from '../text/numbers.js';
import { formatCount } from '../units.js';

export function notesOf(profile: Profile): string[] {
  return [...notes(profile)];
}

function* notes(profile: Profile): Generator<string> {
  const { meta } = profile;
  if (meta.foreign === true)
    yield 'Another tool wrote this profile: it does not say what the peak was, so the first metric is what was in use when it was taken.';
  if (meta.native === false) yield 'Native frames were left out when this was profiled.';
  if (meta.jsFramesRefused !== undefined) yield `There are no JavaScript frames: ${meta.jsFramesRefused}`;
  if (meta.jsSamplesRefused !== undefined)
    yield `JavaScript allocations were not sampled: ${meta.jsSamplesRefused}`;
  const unread = unreadCodeNote(meta.frameRules);
  if (unread !== undefined) yield `${unread.charAt(0).toUpperCase()}${unread.slice(1)}.`;
  const truncated = meta.truncatedStacks ?? 0;
  if (truncated > 0) {
    const stacks = truncated === 1 ? '1 stack ends' : `${formatCount(truncated)} stacks end`;
    yield `${stacks} in [truncated], because the frames above could not be found or were too many.`;
  }
  const { runPeakBytes, peakBytes } = meta;
  if (runPeakBytes !== undefined && peakBytes !== undefined)
    yield runPeakBytes === peakBytes
      ? `The run's own peak was the same: ${singleText(runPeakBytes, 'B')} (${formatCount(runPeakBytes)} B).`
      : `The run's own peak, the lowest of its passes, was ${singleText(runPeakBytes, 'B')} (${formatCount(runPeakBytes)} B); the profiled pass is one more.`;
  const aside = asideOf(profile, 'peak');
  for (const { name, bytes } of aside) {
    if (bytes < 0)
      yield `${name}: ${singleText(bytes, 'B')} at the peak, less than when the measurement began; the picture cannot show that.`;
  }
  const native = totalOf(profile, 'sumBytes');
  if (native === undefined || peakBytes === undefined) return;
  const sum = aside.reduce((total, { bytes }) => total + bytes, native);
  if (sum !== peakBytes)
    yield `The parts of the peak are ${formatCount(sum)} B together, and the profile says that it was ${formatCount(peakBytes)} B.`;
}
