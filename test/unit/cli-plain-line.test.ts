// A plain command line is read without yargs, exactly as yargs reads it; a line that yargs answers otherwise is left to it.
import { describe, expect, it } from 'vitest';
import type { Command, CommandFlags, Parsed } from '../../src/cli/command.js';
import { commands } from '../../src/cli/commands.js';
import { buildParser } from '../../src/cli/full-parser.js';
import { plainLine } from '../../src/cli/plain-line.js';
import { randomFrom } from './compare-support.js';

/** What yargs makes of a line; undefined if it prints something, or complains. */
async function byYargs(
  argv: readonly string[],
  tables: ReadonlyMap<Command, CommandFlags>,
): Promise<Parsed | undefined> {
  let line: Parsed | undefined;
  const choose = (_command: Command, parsed: Parsed) => {
    line = parsed;
  };
  const parser = buildParser(commands, tables, choose, { version: '1.2.3', columns: 80 }).fail(() => {
    throw new Error('refused');
  });
  await parser.parseAsync([...argv], {}, () => {}).catch(() => {});
  return line;
}

const withoutProgram = (line: Parsed | undefined) => line && { ...line, $0: undefined };

async function flagsOf(name: string) {
  const command = commands.find((each) => each.name === name);
  if (command === undefined) throw new Error(`no command ${name}`);
  const { flags } = await command.flags();
  return { flags, tables: new Map([[command, flags]]) };
}

const values = ['a', '5', '-5', '1.50', '', '-', 'true', 'false', 'a=b', '--', 'help', 'completion', 'run'];
const strange = [
  '-h',
  '--help',
  '--version',
  '--no-version',
  '--wrong',
  '-x',
  '-xy',
  '--=',
  '--no-',
  '--_=1',
  '--$0=x',
];

/** The words by which a flag may be given, or wrongly given. */
function formsOf(name: string, { alias, choices }: CommandFlags['options'][string], random: () => number) {
  const all = [...values, ...(choices ?? [])];
  const value = () => all[Math.floor(random() * all.length)] ?? '';
  const short = alias === undefined ? [] : [[`-${alias}`, value()], [`-${alias}${value()}`]];
  return [
    [`--${name}`],
    [`--${name}`, value()],
    [`--${name}`, value(), value()],
    [`--${name}=${value()}`],
    [`--no-${name}`],
    [`--no-${name}=${value()}`],
    [`-${name}`, value()],
    ...short,
  ];
}

function randomLine(name: string, flags: CommandFlags, random: () => number): string[] {
  const pick = <Item>(items: readonly Item[]) => items[Math.floor(random() * items.length)];
  const part = () => {
    const kind = random();
    const [flag, row] = pick(Object.entries(flags.options)) ?? [];
    if (kind < 0.7 && flag !== undefined && row !== undefined) return pick(formsOf(flag, row, random)) ?? [];
    return [(kind < 0.95 ? pick(values) : pick(strange)) ?? ''];
  };
  return [name, ...Array.from({ length: Math.floor(random() * 4) }, part).flat()];
}

describe.each(commands.map(({ name }) => name))('%s', (name) => {
  it('is read as yargs reads it', async () => {
    const { flags, tables } = await flagsOf(name);
    const random = randomFrom(name.length * 7919 + 1);
    let plain = 0;
    for (let round = 0; round < 30; round += 1) {
      const argv = randomLine(name, flags, random);
      const line = plainLine(argv, flags);
      if (line === undefined) continue;
      plain += 1;
      expect({ argv, line: withoutProgram(line) }).toEqual({
        argv,
        line: withoutProgram(await byYargs(argv, tables)),
      });
    }
    expect(plain).toBeGreaterThan(5);
  });
});

describe('a line that is plain', () => {
  it.each([
    [['exec'], {}],
    [['exec', '--interval', '5s', '--json=x'], { interval: '5s', json: 'x' }],
    [
      ['exec', '--no-interval', '--follow', '--allocator', 'jemalloc'],
      { interval: false, follow: true, allocator: 'jemalloc' },
    ],
    [['compare', 'a', 'b', '--', '--help'], { _: ['compare', 'a', 'b', '--help'] }],
  ])('%j', async ([name = '', ...words], given) => {
    const { flags, tables } = await flagsOf(name);
    const line = plainLine([name, ...words], flags);
    expect(line).toMatchObject(given);
    expect(withoutProgram(line)).toEqual(withoutProgram(await byYargs([name, ...words], tables)));
  });
});

describe('a line that yargs answers', () => {
  it.each([
    [['exec', '--help']],
    [['exec', '-h']],
    [['exec', 'help']],
    [['exec', 'completion']],
    [['exec', '--version']],
    [['exec', '--wrong']],
    [['exec', '--json']],
    [['exec', '--allocator', 'other']],
    [['exec', '--get-yargs-completions', 'exec', '--j']],
    [['compare', '--rename', 'old', 'help', 'a', 'b']],
  ])('%j', async (argv) => {
    const { flags } = await flagsOf(argv[0] ?? '');
    expect(plainLine(argv, flags)).toBeUndefined();
  });
});
