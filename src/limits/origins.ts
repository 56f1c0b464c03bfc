// Where memory came from, one line each: stacks where they are known, else shared objects. Pure.
import { basename } from 'node:path';
import type { SharedObjectBlob } from '../engine/result/fields.js';
import { shortFrameText } from '../profile/reports/frames.js';
import type { StackFrame, TopAllocation } from '../profile/reports/top-stacks.js';
import { defined } from '../shapes.js';
import { printable } from '../text/escapes.js';
import { formatBytes, formatCount } from '../units.js';

const mostFrames = 4;

/** `66.01 MiB  1,180 allocations  sharp/lib/output.js:163 toBuffer <- src/image.ts:41 resize`. */
export function siteLines(sites: readonly TopAllocation[], most: number, per = ''): string[] {
  const lines = sites
    .slice(0, most)
    .map(
      ({ bytes, count, stack }) => `${formatBytes(bytes)}${per}  ${countText(count)}  ${stackText(stack)}`,
    );
  const left = sites.length - lines.length;
  return left > 0 ? [...lines, `… and ${left} more`] : lines;
}

/** Innermost first: the user's frames, or what there is where none is theirs. */
function stackText(stack: readonly StackFrame[]): string {
  const own = stack.filter(({ isOwn }) => isOwn);
  const frames = (own.length === 0 ? stack : own).slice(0, mostFrames);
  return frames.length === 0 ? 'an unknown stack' : frames.map(frameText).join(' <- ');
}

/** What the program's shared objects allocated in the whole window, most first. */
export function objectLines(objects: readonly SharedObjectBlob[], most: number): string[] {
  return objects
    .filter(({ source, total_bytes: bytes }) => source === 'program' && bytes > 0)
    .sort((a, b) => b.total_bytes - a.total_bytes)
    .slice(0, most)
    .map(
      ({ object, allocations, total_bytes: bytes }) =>
        `${formatBytes(bytes)}  ${countText(allocations)}  ${object === '' ? 'node' : printable(basename(object))}`,
    );
}

function frameText({ name, file, line, object, package: owner }: StackFrame): string {
  const kind = file === undefined ? 'native' : 'js';
  return printable(
    shortFrameText({
      kind,
      name: name === '' ? '(anonymous)' : name,
      ...defined({ file, line, object, package: owner }),
    }),
  );
}

function countText(count: number): string {
  return `${formatCount(count)} ${count === 1 ? 'allocation' : 'allocations'}`;
}
