// The signals of this system, one name for each, and what they are to a Node program and to us. Pure.
import { constants } from 'node:os';

const uncatchable = ['SIGKILL', 'SIGSTOP'];
const faults = ['SIGSEGV', 'SIGBUS', 'SIGFPE', 'SIGILL', 'SIGTRAP', 'SIGABRT'];
// Node opens its inspector by the first, and V8 takes its profiles by the second.
const usedByNode = ['SIGUSR1', 'SIGPROF', 'SIGCHLD'];

const numbersOf = (names: readonly string[]) =>
  new Set(names.map((name) => constants.signals[name as NodeJS.Signals]));
const lost = numbersOf(uncatchable);
const reasons = [
  { numbers: lost, why: 'no program can handle it' },
  { numbers: numbersOf(faults), why: 'it means that the program crashed' },
  { numbers: numbersOf(usedByNode), why: 'Node needs it itself' },
];

/** Every signal that a program can handle. WHY: each is here once, because some have two names, as SIGABRT is SIGIOT too. */
export const catchable: readonly NodeJS.Signals[] = [
  ...new Map(
    Object.entries(constants.signals)
      .filter(([, number]) => !lost.has(number))
      .reverse()
      .map(([name, number]) => [number, name as NodeJS.Signals]),
  ).values(),
];

/** Why a signal is not the program's to use; undefined for one that Node, V8 and the C library leave to it. */
export function whyReserved(name: NodeJS.Signals): string | undefined {
  return reasons.find(({ numbers }) => numbers.has(constants.signals[name]))?.why;
}
