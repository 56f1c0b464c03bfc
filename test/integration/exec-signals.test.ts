// Signals of an observed program beside the plain one, on a terminal of their own: each reaches it once, whether the
// terminal, a kill of the command or a kill of the process group sent it. python3 drives the terminal.
import { execFile } from 'node:child_process';
import { constants } from 'node:os';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { catchable } from '../../src/exec/signals.js';
import { bin } from '../support/cli-process.js';
import { fixture } from './exec-process.js';

const run = promisify(execFile);
const observed = (command: readonly string[]) => [
  ...[process.execPath, bin, 'exec', '--no-signal', '--output', '/dev/null', '--'],
  ...command,
];
const program = [process.execPath, fixture('signals.cjs')];
const ticks = [process.execPath, fixture('ticks.cjs')];

/** What a driver of a terminal printed, line by line. */
async function driven(driver: string, ...words: readonly string[]): Promise<string[]> {
  const { stdout } = await run('python3', [fixture(driver), ...words]);
  return stdout.split('\n').filter((line) => line !== '');
}

// SIGTERM ends the program.
const names = catchable.filter((name) => name !== 'SIGTERM');
const ways: ReadonlyArray<readonly [how: string, names: readonly string[]]> = [
  [`kill ${names}`, names],
  [`group ${names}`, names],
  ['key \x03', ['SIGINT']],
  ['key \x1c', ['SIGQUIT']],
  ['key \x1a', ['SIGTSTP']],
  ['resize', ['SIGWINCH']],
  ['pause', ['SIGCONT']],
];

describe('a signal reaches the observed program once, as it does the plain one', () => {
  it.each(ways)('%j', async (how, expected) => {
    const plain = await driven('on-terminal.py', how, ...program);
    expect(plain).toEqual(['ready', ...expected, 'end']);
    expect(await driven('on-terminal.py', how, ...observed(program))).toEqual(plain);
  });

  it('every name but two is of a signal that a program can handle', () => {
    expect(names).toEqual(expect.arrayContaining(['SIGSEGV', 'SIGABRT', 'SIGCHLD', 'SIGTRAP', 'SIGIO']));
    expect([...names, 'SIGTERM', 'SIGKILL', 'SIGSTOP'].map(numberOf).sort()).toEqual(
      [...new Set(Object.values(constants.signals))].sort(),
    );
  });

  it.each([
    ['Ctrl-Z stops it', ticks],
    ['Ctrl-Z stops it as it stops itself, when it reads the keys', [...ticks, 'keys']],
  ])('%s, and fg continues it to the end that it has alone', async (_name, program) => {
    for (const command of [program, observed(program)]) {
      const lines = await driven('job-control.py', ...command);
      // A tick may come before or after it.
      expect(lines.filter((line) => line.startsWith('SIG'))).toEqual(['SIGCONT']);
      expect(lines.filter((line) => !line.startsWith('SIG'))).toEqual([
        ...['stopped as T', 'ended 0'],
        ...Array.from({ length: 10 }, (_, tick) => `tick ${tick + 1}`),
        'end',
      ]);
    }
  });
});

const numberOf = (name: string) => constants.signals[name as NodeJS.Signals];
