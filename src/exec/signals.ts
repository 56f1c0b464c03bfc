// The signals of this system, one name for each, and what they are to a Node program and to us. Pure.
import { constants } from 'node:os';

const uncatchable = ['SIGKILL', 'SIGSTOP'];
const faults = ['SIGSEGV', 'SIGBUS', 'SIGFPE', 'SIGILL', 'SIGTRAP'];
// Node opens its inspector by the first, V8 takes its profiles by the second, the C library aborts by the last.
const usedByNode = ['SIGUSR1', 'SIGPROF', 'SIGCHLD', 'SIGABRT'];

const numbersOf = (names: readonly string[]) =>
  new Set(names.map((name) => constants.signals[name as NodeJS.Signals]));
const [lost, reserved] = [numbersOf(uncatchable), numbersOf([...uncatchable, ...faults, ...usedByNode])];

/** Every signal that a program can handle. WHY once each: some have two names, as SIGABRT is SIGIOT too. */
export const catchable: readonly NodeJS.Signals[] = [
  ...new Map(
    Object.entries(constants.signals)
      .filter(([, number]) => !lost.has(number))
      .reverse()
      .map(([name, number]) => [number, name as NodeJS.Signals]),
  ).values(),
];

/** Whether a name is of a signal that Node, V8 and the C library leave to the program. */
export function isFree(name: NodeJS.Signals): boolean {
  return !reserved.has(constants.signals[name]);
}
