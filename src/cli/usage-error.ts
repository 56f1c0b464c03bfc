// yargs' complaints in this project's words: what is wrong with the command line, and what to type. Pure.
import { BenchmemError } from '../errors.js';
import { measureFlags } from './measure-options.js';
import { nearest } from './nearest.js';

const commands = ['measure', 'completion'];

/** The error for a command line that yargs refused with `message`. */
export function usageError(message: string): BenchmemError {
  return new BenchmemError('USAGE', ...explain(message));
}

function explain(message: string): [message: string, hint: string] {
  const unknown = /^Unknown arguments?: (.+)$/s.exec(message)?.[1]?.split(', ')[0];
  if (unknown !== undefined) return explainUnknown(unknown);
  const choice = /Argument: (\S+), Given: (.*), Choices: (.*)/s.exec(message);
  if (choice !== null) {
    const [, flag = '', given = '', choices = ''] = choice;
    return [`--${flag} cannot be ${given}`, `it is one of ${choices.replaceAll('"', '')}`];
  }
  const lacking = /^Not enough arguments following: (\S+)$/.exec(message)?.[1];
  if (lacking !== undefined)
    return [`--${lacking} needs a value`, 'benchmem measure --help shows what it takes'];
  return [message, 'benchmem --help shows the commands and flags'];
}

function explainUnknown(name: string): [message: string, hint: string] {
  const flag = nearest(name, measureFlags);
  const dashes = name.length === 1 ? '-' : '--';
  const hint = flag === undefined ? 'benchmem measure --help shows the flags' : `did you mean --${flag}?`;
  return [`unknown option ${dashes}${name}`, hint];
}

/** The error for a first word that is no command. */
export function unknownCommand(name: string): BenchmemError {
  const command = nearest(name, commands);
  const hint =
    command === undefined ? 'benchmem --help shows the commands' : `did you mean benchmem ${command}?`;
  return new BenchmemError('USAGE', `unknown command ${name}`, hint);
}
