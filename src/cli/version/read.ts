// `benchmem version` takes nothing.
import type { CommandLine } from '../command.js';
import { strings, usage } from '../option-values.js';

/** Throws USAGE for an operand. */
export function read({ parsed }: CommandLine): undefined {
  const [, operand] = strings(parsed._);
  if (operand !== undefined)
    throw usage(`version takes nothing, and ${operand} was given`, 'type benchmem version');
}
