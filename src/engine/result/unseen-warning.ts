// What to say of memory that is in no figure. Pure.
import { basename } from 'node:path';
import { formatBytes } from '../../units.js';
import type { PrivateMapping } from './fields.js';
import { leastNamedBytes, type UnseenMemory } from './unseen.js';
import type { Warning } from './warning.js';

const leastBytes = 1024 * 1024;

/** One warning for each cause that there is. `exposed`: what can be exposed is, and is a figure of its own. */
export function unseenWarnings(unseen: UnseenMemory | undefined, exposed: boolean): Warning[] {
  if (unseen === undefined) return [];
  const { objects, unobservedJsBytes, unexplainedBytes } = unseen;
  return [
    mappedByObjects(exposed ? objects.filter(({ allocator }) => !canExpose(allocator)) : objects),
    reusedArenas(objects),
    unobservedJsBytes === undefined ? undefined : unobservedIsolates(unobservedJsBytes),
    unexplainedBytes === undefined
      ? undefined
      : warning(
          unexplainedBytes,
          [],
          `${formatBytes(unexplainedBytes)} became resident that neither V8, the allocator nor a known mapping holds`,
          'does an addon make system calls of its own? compare with rss',
        ),
  ].filter((one) => one !== undefined);
}

function unobservedIsolates(bytes: number): Warning {
  return {
    code: 'UNSEEN_MEMORY',
    subject: 'unobserved isolates',
    message: `${formatBytes(bytes)} of V8's pages are in no figure: they belong to isolates that are not observed, or to compiled WebAssembly`,
    hint: 'call observeThread() in workers of this process; measure once before an addon makes isolates of its own, or in a child (isolate: true)',
    bytes,
  };
}

/**
 * What a private allocator may have used of one object: all it holds, because it keeps what was freed before the
 * window, and hands it out again inside it.
 */
export function unseenBytesOf(mapping: PrivateMapping): number {
  const { allocator, grown_bytes, resident_bytes, earlier_bytes = 0 } = mapping;
  return allocator === undefined ? grown_bytes : resident_bytes - earlier_bytes;
}

function mappedByObjects(objects: readonly PrivateMapping[]): Warning | undefined {
  const named = objects
    .filter((mapping) => unseenBytesOf(mapping) >= leastNamedBytes)
    .sort((a, b) => unseenBytesOf(b) - unseenBytesOf(a));
  const bytes = named.reduce((sum, mapping) => sum + unseenBytesOf(mapping), 0);
  if (bytes < leastBytes) return undefined;
  const exposable = named.some(({ allocator }) => canExpose(allocator));
  return warning(
    bytes,
    named.map(({ object }) => object),
    `up to ${formatBytes(bytes)} are in no figure, mapped from the system by ${named.map(describe).join(', ')}`,
    exposable
      ? 'measure with --expose-private (exposePrivate: true) to see what it maps as a figure of its own'
      : 'compare with rss; an allocator can report its blocks with benchmem_allocator.h',
  );
}

/** Arenas from before the hooks, of recognised allocators: what is reused inside them grows nothing that shows. */
function reusedArenas(objects: readonly PrivateMapping[]): Warning | undefined {
  const named = objects
    .flatMap(({ object, allocator, earlier_bytes: bytes = 0 }) =>
      allocator === undefined || bytes < leastNamedBytes ? [] : [{ object, allocator, bytes }],
    )
    .sort((a, b) => b.bytes - a.bytes);
  const bytes = named.reduce((sum, one) => sum + one.bytes, 0);
  if (bytes < leastBytes) return undefined;
  const arenas = named.map(
    (one) => `${formatBytes(one.bytes)} of an arena of ${basename(one.object)} (${one.allocator} inside)`,
  );
  return {
    code: 'MAYBE_UNSEEN',
    subject: 'peak',
    message: `the action may have used up to ${arenas.join(', ')}, which stood before the first measurement`,
    hint: 'what such an arena hands out again cannot be seen: measure in a child of its own (isolate: true), or measure once before the library is used',
    bytes,
    objects: named.map(({ object }) => object),
  };
}

function canExpose(allocator: string | undefined): boolean {
  return allocator === 'mimalloc';
}

function describe(mapping: PrivateMapping): string {
  const name = mapping.object === '' ? 'the executable' : basename(mapping.object);
  const inside = mapping.allocator === undefined ? '' : ` (${mapping.allocator} inside)`;
  return `${name}${inside}: ${formatBytes(unseenBytesOf(mapping))}`;
}

function warning(bytes: number, objects: readonly string[], message: string, hint: string): Warning {
  return {
    code: 'UNSEEN_MEMORY',
    subject: 'peak',
    message,
    hint,
    bytes,
    ...(objects.length > 0 && { objects }),
  };
}
