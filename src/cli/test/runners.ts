// Which test runner a command starts, told from its words. Pure.
import { basename } from 'node:path';

export type RunnerName = 'vitest' | 'jest' | 'mocha' | 'node:test';

const names: readonly RunnerName[] = ['vitest', 'jest', 'mocha'];

/** The runner, and which word of the command it is; for node:test, that is node. */
export interface FoundRunner {
  readonly name: RunnerName;
  readonly at: number;
}

/** Undefined for a command that may start anything: `npm test`, a script. */
export function findRunner(command: readonly string[]): FoundRunner | undefined {
  for (const [at, word] of command.entries()) {
    const name = programName(word);
    const found = names.find((each) => each === name || `_${each}` === name);
    if (found !== undefined) return { name: found, at };
    if (
      isNode(word) &&
      command.slice(at + 1).some((flag) => flag === '--test' || flag.startsWith('--test-'))
    ) {
      return { name: 'node:test', at };
    }
  }
  return undefined;
}

export function runnerOf(command: readonly string[]): RunnerName | undefined {
  return findRunner(command)?.name;
}

export function isNode(word: string): boolean {
  return ['node', 'nodejs'].includes(programName(word));
}

function programName(word: string): string {
  return basename(word)
    .replace(/\.(?:c|m)?js$/, '')
    .replace(/@[\w.^~-]+$/, '');
}

const setUps: Readonly<Record<RunnerName, string>> = {
  vitest: "add memory() to the plugins of vitest.config.ts: import { memory } from 'benchmem/vitest'",
  jest: "set testEnvironment: 'benchmem/jest' in jest.config.js",
  mocha: 'add --require benchmem/mocha, and do not set NODE_OPTIONS in a script',
  'node:test': 'do not take --import out of NODE_OPTIONS in a script',
};

/** What makes the tests of such a command measurable. */
export function setUpHint(command: readonly string[]): string {
  const runner = runnerOf(command);
  return runner === undefined
    ? 'benchmem knows vitest, jest, mocha and node --test: vitest and jest need the plug-in in their config'
    : setUps[runner];
}
