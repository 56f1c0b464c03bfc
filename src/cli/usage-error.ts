// yargs' complaints in this project's words: what is wrong with the command line, and what to type. Pure.
import { BenchmemError } from '../errors.js';
import { nearest } from '../stats/nearest.js';
import type { FlagTable } from './command.js';
import { dashed } from './option-values.js';

/** Whose flags a wrong one is compared with. */
interface Named {
  readonly name: string;
  readonly flags: FlagTable;
}

/** The error for a command line that yargs refused with `message`; `named` is the command that it is of, if any. */
export function usageError(message: string, named?: Named): BenchmemError {
  return new BenchmemError('USAGE', ...explain(message, named));
}

const allHelp = 'benchmem --help shows the commands';

function helpOf(named: Named | undefined, what: string): string {
  return named === undefined ? allHelp : `benchmem ${named.name} --help shows ${what}`;
}

function explain(message: string, named: Named | undefined): [message: string, hint: string] {
  const unknown = /^Unknown arguments?: (.+)$/s.exec(message)?.[1]?.split(', ')[0];
  if (unknown !== undefined) return explainUnknown(unknown, named);
  const choice = /Argument: (\S+), Given: (.*), Choices: (.*)/s.exec(message);
  if (choice !== null) {
    const [, flag = '', given = '', choices = ''] = choice;
    return [`--${flag} cannot be ${given}`, `it is one of ${choices.replaceAll('"', '')}`];
  }
  const lacking = /^Not enough arguments following: (\S+)$/.exec(message)?.[1];
  if (lacking !== undefined) return [`${dashed(lacking)} needs a value`, helpOf(named, 'what it takes')];
  return [message, 'benchmem --help shows the commands and flags'];
}

function explainUnknown(name: string, named: Named | undefined): [message: string, hint: string] {
  const shown = Object.entries(named?.flags ?? {}).filter(([, { hidden }]) => hidden !== true);
  const known = shown.map(([flag]) => flag);
  // WHY: flags of one letter are left out, because each is one letter away from every other.
  const flag = nearest(
    name,
    known.filter((each) => each.length > 1),
  );
  const hint = flag === undefined ? helpOf(named, 'the flags') : `did you mean --${flag}?`;
  return [`unknown option ${dashed(name)}`, hint];
}

/** The error for a first word that is no command. */
export function unknownCommand(name: string, commands: readonly string[]): BenchmemError {
  const command = nearest(name, commands);
  const hint = command === undefined ? allHelp : `did you mean benchmem ${command}?`;
  return new BenchmemError('USAGE', `unknown command ${name}`, hint);
}
