// A profile as collapsed stacks: `outermost;…;innermost value` per line, for flamegraph.pl and its kin. Pure.
import { printable } from '../../text/escapes.js';
import type { Profile, ProfileFrame } from '../model.js';
import { frameText } from '../reports/frames.js';
import { figureOf, figuresFor, type ProfileMetric } from '../reports/metrics.js';

/** Throws NOT_MEASURED. */
export function collapsed(
  profile: Profile,
  { metric = 'peak' }: { readonly metric?: ProfileMetric } = {},
): string {
  const { value } = figuresFor(profile, metric);
  const lines = new Map<string, number>();
  for (const stack of profile.stacks) {
    const own = figureOf(stack, value);
    if (own === 0) continue;
    const path = collapsedPath(stack.frames);
    lines.set(path, (lines.get(path) ?? 0) + own);
  }
  return [...lines].map(([path, own]) => `${path} ${own}\n`).join('');
}

/** `frames` leaf first. */
export function collapsedPath(frames: readonly ProfileFrame[]): string {
  if (frames.length === 0) return '(no frames)';
  return frames
    .map((frame) => named(frameText(frame)))
    .reverse()
    .join(';');
}

// What ends a frame or a line is no part of a name.
function named(text: string): string {
  return printable(text).replaceAll(';', ':');
}
