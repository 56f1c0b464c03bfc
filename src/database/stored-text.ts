// Any text as PostgreSQL keeps it. WHY: a run may hold characters that PostgreSQL refuses (U+0000), and halves of characters
// that UTF-8 has no form for, which would make two ids one. INVARIANT: two texts are never kept as one. Pure.
import { createHash } from 'node:crypto';

const marker = 'json:';

/** As it is where that is possible, else as JSON behind a marker. */
export function storedText(text: string): string {
  const isPlain = !text.includes('\0') && !/\p{Surrogate}/u.test(text) && !text.startsWith(marker);
  return isPlain ? text : `${marker}${JSON.stringify(text)}`;
}

export function storedOrNull(text: string | undefined): string | null {
  return text === undefined ? null : storedText(text);
}

/** Undefined for what storedText never made. */
export function textFrom(stored: unknown): string | undefined {
  if (typeof stored !== 'string') return undefined;
  if (!stored.startsWith(marker)) return stored;
  try {
    const text: unknown = JSON.parse(stored.slice(marker.length));
    return typeof text === 'string' ? text : undefined;
  } catch {
    return undefined;
  }
}

/** 64 hexadecimal digits that follow from values. */
export function digestOf(...values: readonly unknown[]): string {
  const [only] = values;
  const text = values.length === 1 && typeof only === 'string' ? only : JSON.stringify(values);
  return createHash('sha256').update(text, 'utf8').digest('hex');
}
