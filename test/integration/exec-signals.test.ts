// Signals of an observed program beside the plain one, on a terminal of their own: each reaches it once, whether the
// terminal, a kill of the command or a kill of the process group sent it. python3 drives the terminal.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { bin } from '../support/cli-process.js';
import { fixture } from './exec-process.js';

const run = promisify(execFile);
const program = [process.execPath, fixture('signals.cjs')];
const observed = [process.execPath, bin, 'exec', '--no-signal', '--output', '/dev/null', '--', ...program];

/** What the program printed of the signals that it got. */
async function got(how: string, command: readonly string[]): Promise<string[]> {
  const { stdout } = await run('python3', [fixture('on-terminal.py'), how, ...command]);
  return stdout.split('\n').filter((line) => line !== '');
}

const names = [
  'SIGINT',
  'SIGQUIT',
  'SIGHUP',
  'SIGWINCH',
  'SIGUSR1',
  'SIGUSR2',
  'SIGALRM',
  'SIGTSTP',
  'SIGCONT',
];
const ways = [
  ...names.flatMap((name) => [`kill ${name}`, `group ${name}`].map((how) => [how, name] as const)),
  ['key \x03', 'SIGINT'],
  ['key \x1c', 'SIGQUIT'],
  ['key \x1a', 'SIGTSTP'],
  ['resize', 'SIGWINCH'],
] as const;

describe('a signal reaches the observed program once, as it does the plain one', () => {
  it.each(ways)('%j', async (how, name) => {
    const plain = await got(how, program);
    expect(plain).toEqual(['ready', name, 'end']);
    expect(await got(how, observed)).toEqual(plain);
  });
});
