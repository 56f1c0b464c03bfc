// The table of commands: every row is whole and documented, and one that is added has its help, completion, usage
// errors, suggestions and exit codes, with nothing else to write.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { root } from '../../scripts/lib/paths.mjs';
import type { Command, FlagTable } from '../../src/cli/command.js';
import { commands } from '../../src/cli/commands.js';
import { row as weigh } from '../fixtures/command/weigh.js';
import { folderFlaws, rowFlaws, undocumented } from '../support/command-rows.js';
import { type CliAnswer, runFake } from './fake-world.js';

const added = [...commands, weigh];
const answerOf = (...argv: string[]): Promise<CliAnswer> => runFake(argv, { commands: added, columns: 80 });
const documentation = {
  page: readFileSync(`${root}/docs/commands.md`, 'utf8'),
  readme: readFileSync(`${root}/README.md`, 'utf8'),
};

describe('the table of commands', () => {
  it('has whole rows', async () => {
    expect(await rowFlaws(added)).toEqual([]);
  });
  it('has a folder for each, whose files do not repeat its name', () => {
    expect(folderFlaws(root, commands)).toEqual([]);
    expect(folderFlaws(root, [weigh])).toContain('weigh: it has no command.ts');
  });
  it('has each documented, and misses the section of one that is added', () => {
    expect(undocumented(commands, documentation)).toEqual([]);
    expect(undocumented(added, documentation)).toEqual([
      'weigh: it has no section in docs/commands.md',
      'weigh: README.md does not name it',
    ]);
    const said = { page: `${documentation.page}\n## weigh\n\nWeighs a thing.\n`, readme: 'benchmem weigh' };
    expect(undocumented([weigh], said)).toEqual(['weigh: its section shows no use of it']);
  });
  it('documents no command that is not there', () => {
    const sections = [...documentation.page.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);
    expect(sections.sort()).toEqual(commands.map(({ name }) => name).sort());
  });
});

describe('a broken row', () => {
  const changed = (change: Partial<Command>): Promise<string[]> => rowFlaws([{ ...weigh, ...change }]);
  const withOptions = async (options: FlagTable, more = {}): Promise<string[]> => {
    const { flags } = await weigh.flags();
    return changed({ flags: async () => ({ flags: { ...flags, options, ...more } }) });
  };

  it('is one without a summary, or with another name than its usage', async () => {
    expect(await changed({ summary: ' ' })).toEqual(['weigh: it has no summary']);
    expect(await changed({ name: 'Weigh' })).toEqual([
      'Weigh: its name is not a word in lower case',
      'Weigh: its usage does not begin with its name',
      'Weigh: it has no example',
    ]);
  });
  it('is one of two with a name', async () => {
    expect(await rowFlaws([weigh, weigh])).toEqual(['weigh: there are two']);
  });
  it('is one with a flag that says nothing or takes nothing', async () => {
    expect(await withOptions({ end: { describe: '', choices: [] } })).toEqual([
      'weigh: --end has no help text',
      'weigh: --end has no choice',
    ]);
  });
  it('is one that does not say what it does, or how it is typed', async () => {
    expect(await withOptions({}, { usage: '$0 weigh THING', examples: [] })).toEqual([
      'weigh: its usage does not say what it does',
      'weigh: it has no example',
    ]);
  });
});

describe('a command that is added', () => {
  it('stands in the help, behind those before it', async () => {
    const { code, stdout } = await answerOf('--help');
    expect(code).toBe(0);
    const listed = [...stdout.matchAll(/^ {2}benchmem (\S+) {2,}(.*)$/gm)].map(([, name]) => name);
    expect(listed).toEqual([...added.map(({ name }) => name), 'completion']);
    expect(stdout).toContain('Weigh a thing: benchmem weigh THING');
  });

  it.each([[['weigh', '--help']], [['--help', 'weigh']], [['weigh', '-h']]])(
    'has its own help: %j',
    async (argv) => {
      const { code, stdout } = await answerOf(...argv);
      expect(code).toBe(0);
      expect(stdout).toMatch(/^benchmem weigh THING \[options\] \[-- WORDS\]\n\nWeighs a thing\.\n/);
      expect(stdout).toMatch(/^How:\n +--end +How it ends/m);
      expect(stdout).toMatch(/^ +benchmem weigh apple +an apple$/m);
      expect(stdout).not.toContain('secret');
    },
  );

  it('is completed, with its flags and their negative forms', async () => {
    const complete = async (...words: string[]) => {
      const { stdout } = await answerOf('--get-yargs-completions', 'benchmem', ...words);
      return stdout.trim().split('\n');
    };
    expect(await complete('')).toContain('weigh');
    const flags = await complete('weigh', '--');
    expect(flags).toEqual(expect.arrayContaining(['--end', '--scale', '--gross', '--no-gross', '--base']));
    expect(flags).not.toContain('--no-scale');
    expect(flags).not.toContain('--secret');
    expect(await complete('weigh', '--end', '')).toEqual(expect.arrayContaining(['refused', 'bug']));
  });

  it.each<[readonly string[], string, string]>([
    [['wiegh', 'a'], 'unknown command wiegh', 'did you mean benchmem weigh?'],
    [['wiegh', 'a', '--end', '0'], 'unknown command wiegh', 'did you mean benchmem weigh?'],
    [['weigh', 'a', '--edn', '0'], 'unknown option --edn', 'did you mean --end?'],
    [['weigh', 'a', '--far-away'], 'unknown option --far-away', 'benchmem weigh --help shows the flags'],
    [['weigh', 'a', '--secrt'], 'unknown option --secrt', 'benchmem weigh --help shows the flags'],
    [['weigh', 'a', '--end'], '--end needs a value', 'benchmem weigh --help shows what it takes'],
    [['weigh', 'a', '--end', '2'], '--end cannot be "2"', 'it is one of 0, 1, refused, bug'],
    [['weigh', 'a', '--end', '0', '--end', '1'], '--end was given more than once', 'pass --end once'],
    [['weigh'], 'weigh needs a THING', 'for example: benchmem weigh apple'],
    [['--edn'], 'unknown option --edn', 'benchmem --help shows the commands'],
  ])('has its usage errors: %j', async (argv, message, hint) => {
    expect(await answerOf(...argv)).toEqual({
      code: 2,
      stdout: '',
      stderr: `benchmem: ${message}\n  hint: ${hint}\n`,
    });
  });

  it.each<[readonly string[], number]>([
    [['weigh', 'a'], 0],
    [['weigh', 'a', '--scale', 'x', '--scale', 'y', '--no-gross'], 0],
    [['weigh', '--base', 'a'], 0],
    [['weigh', 'a', '--end', '1'], 1],
    [['weigh', 'a', '--end', 'refused'], 2],
    [['weigh', 'a', '--end', 'bug'], 70],
  ])('has its exit codes: %j', async (argv, code) => {
    expect((await answerOf(...argv)).code).toBe(code);
  });

  it('gets the words behind -- as they are', async () => {
    expect(await answerOf('weigh', 'a', '--', '--end', '1', '--', '-x')).toEqual({
      code: 0,
      stdout: 'weighed --end 1 -- -x\n',
      stderr: '',
    });
  });
});
