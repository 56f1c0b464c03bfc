// What a shell may complete: yargs' own list, and the `--no-…` forms of flags that have one. Pure.
import type { FlagTable } from './command.js';

/**
 * `--color` and zsh's `--color:What it does` get their `--no-color` behind them.
 * WHY: yargs does not do this, because it adds the form only if a default says on, and ours are decided later (terminal, CI,
 * config).
 */
export function withNegations(completions: readonly string[], tables: readonly FlagTable[]): string[] {
  return completions.flatMap((completion) => {
    const [, name = '', rest = ''] = /^--([^:]+)(:.*)?$/s.exec(completion) ?? [];
    const isNegatable = tables.some((table) => Object.hasOwn(table, name) && table[name]?.negatable === true);
    return isNegatable ? [completion, `--no-${name}${rest}`] : [completion];
  });
}
