// What parts of a table look like, in colour or without. Pure.
import type { Colors } from '../terminal.js';

export interface Brush {
  /** What opens and closes a text of that rank. */
  readonly green: Strokes;
  readonly red: Strokes;
  /** What stands between columns, as UTF-8. */
  readonly divider: Uint8Array;
  /** The rule below a heading, as UTF-8. */
  rule(length: number): Uint8Array;
}

interface Strokes {
  readonly open: string;
  readonly close: string;
}

export function brushOf(colors: Colors): Brush {
  // PERF: rules are of few lengths.
  const rules = new Map<number, Uint8Array>();
  return {
    green: strokesOf(colors.green),
    red: strokesOf(colors.red),
    divider: Buffer.from(colors.dim('│')),
    rule: (length) => {
      const known = rules.get(length) ?? Buffer.from(colors.dim('─'.repeat(length)));
      rules.set(length, known);
      return known;
    },
  };
}

function strokesOf(paint: (text: string) => string): Strokes {
  const [open = '', close = ''] = paint('|').split('|');
  return { open, close };
}
