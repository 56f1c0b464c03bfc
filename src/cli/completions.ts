// What a shell may complete: yargs' own list, and the `--no-…` forms of switches that can be on. Pure.
import { suiteSwitches } from './suite/flags.js';

// WHY not by yargs: it adds the form only where a default says on, and ours are decided later (terminal, CI, config).
const negatable: ReadonlySet<string> = new Set([...suiteSwitches, 'color']);

/** `--color` and zsh's `--color:What it does` get their `--no-color` behind them. */
export function withNegations(completions: readonly string[]): string[] {
  return completions.flatMap((completion) => {
    const [, name = '', rest = ''] = /^--([^:]+)(:.*)?$/s.exec(completion) ?? [];
    return negatable.has(name) ? [completion, `--no-${name}${rest}`] : [completion];
  });
}
