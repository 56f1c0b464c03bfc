// yargs' complaints in this project's words: what is wrong with the command line, and what to type. Pure.
import { BenchmemError } from '../errors.js';
import { nearest } from '../stats/nearest.js';
import { compareFlags } from './compare/compare-options.js';
import { execFlags } from './exec/exec-options.js';
import { exportFlags } from './export/export-options.js';
import { mergeFlags } from './export/merge-options.js';
import { measureFlags } from './measure/flags.js';
import { dashed } from './option-values.js';
import { plotFlags } from './plot/plot-flags.js';
import { runFlags } from './run/flags.js';
import { sweepFlags } from './sweep/sweep-options.js';

const flags = {
  run: runFlags,
  measure: measureFlags,
  exec: execFlags,
  compare: compareFlags,
  export: exportFlags,
  merge: mergeFlags,
  plot: plotFlags,
  sweep: sweepFlags,
} as const;
const commands = [...Object.keys(flags), 'completion'];

/** Whose flags a wrong one is compared with. */
export type CommandName = keyof typeof flags;

/** The command that `word` names; `measure` for any other word. */
export function commandNamed(word: string | undefined): CommandName {
  return word !== undefined && Object.hasOwn(flags, word) ? (word as CommandName) : 'measure';
}

/** The error for a command line that yargs refused with `message`. */
export function usageError(message: string, command: CommandName = 'measure'): BenchmemError {
  return new BenchmemError('USAGE', ...explain(message, command));
}

function explain(message: string, command: CommandName): [message: string, hint: string] {
  const unknown = /^Unknown arguments?: (.+)$/s.exec(message)?.[1]?.split(', ')[0];
  if (unknown !== undefined) return explainUnknown(unknown, command);
  const choice = /Argument: (\S+), Given: (.*), Choices: (.*)/s.exec(message);
  if (choice !== null) {
    const [, flag = '', given = '', choices = ''] = choice;
    return [`--${flag} cannot be ${given}`, `it is one of ${choices.replaceAll('"', '')}`];
  }
  const lacking = /^Not enough arguments following: (\S+)$/.exec(message)?.[1];
  if (lacking !== undefined)
    return [`${dashed(lacking)} needs a value`, `benchmem ${command} --help shows what it takes`];
  return [message, 'benchmem --help shows the commands and flags'];
}

function explainUnknown(name: string, command: CommandName): [message: string, hint: string] {
  // WHY without letters: each is one letter away from every other.
  const flag = nearest(
    name,
    flags[command].filter((known) => known.length > 1),
  );
  const hint = flag === undefined ? `benchmem ${command} --help shows the flags` : `did you mean --${flag}?`;
  return [`unknown option ${dashed(name)}`, hint];
}

/** The error for a first word that is no command. */
export function unknownCommand(name: string): BenchmemError {
  const command = nearest(name, commands);
  const hint =
    command === undefined ? 'benchmem --help shows the commands' : `did you mean benchmem ${command}?`;
  return new BenchmemError('USAGE', `unknown command ${name}`, hint);
}
