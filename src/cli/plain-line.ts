// A command line that asks for a command by its name with flags that it has, which is nearly each. Pure.
// PERF: yargs takes 25 ms to load, to be told of all commands and to make a help that nobody asked for; its parser takes 2 ms.
import parse from 'yargs-parser';
import type { CommandFlags, Flag, Parsed } from './command.js';

/** yargs' own command, which prints a script for the shell. */
export const completionName = 'completion';

// WHY: yargs takes a word behind any flag for such a command, before it knows what the flag takes.
const commandsOfYargs = ['help', completionName];

/** How flags are written; as yargs and its parser take it. */
export const grammar = {
  'camel-case-expansion': false,
  'dot-notation': false,
  'greedy-arrays': false,
  'parse-numbers': false,
  'parse-positional-numbers': false,
} as const;

/**
 * The flags of a command's line, as yargs has them; undefined if yargs has more to say: help, a completion, or what is wrong.
 */
export function plainLine(argv: readonly string[], { options }: CommandFlags): Parsed | undefined {
  if (commandsOfYargs.some((word) => argv.includes(word))) return undefined;
  const flags = Object.entries(options);
  const known = new Map(flags.flatMap(([name, flag]) => namesOf(name, flag).map((each) => [each, flag])));
  const { argv: parsed, error } = parse.detailed([...argv], {
    boolean: flags.filter(([, { type }]) => type === 'boolean').map(([name]) => name),
    narg: Object.fromEntries(
      flags.flatMap(([name, { nargs }]) => (nargs === undefined ? [] : [[name, nargs]])),
    ),
    alias: Object.fromEntries(flags.map(([name, flag]) => [name, namesOf(name, flag).slice(1)])),
    configuration: grammar,
  });
  const { _: words, ...given } = parsed;
  const isPlain = Object.entries(given).every(([name, value]) => isAllowed(known.get(name), value));
  return error === null && isPlain ? parsed : undefined;
}

function namesOf(name: string, { alias }: Flag): readonly string[] {
  return alias === undefined ? [name] : [name, alias];
}

function isAllowed(flag: Flag | undefined, value: unknown): boolean {
  if (flag === undefined) return false;
  const { choices } = flag;
  return choices === undefined || [value].flat().every((each) => choices.includes(String(each)));
}
