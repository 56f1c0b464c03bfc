// What is wrong with rows of commands, with their folders, and with what the documentation says of them.
// Reads files only; knows nothing about a test runner.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Command, Flag } from '../../src/cli/command.js';

/** A line for each thing that a row, or a flag of it, lacks. */
export async function rowFlaws(commands: readonly Command[]): Promise<string[]> {
  const names = commands.map(({ name }) => name);
  const twice = names.filter((name, at) => names.indexOf(name) !== at);
  const flaws = await Promise.all(commands.map(flawsOf));
  return [...twice.map((name) => `${name}: there are two`), ...flaws.flat()];
}

async function flawsOf(command: Command): Promise<string[]> {
  const { name, summary } = command;
  const { usage, options, examples } = (await command.flags()).flags;
  const [first = '', blank, what = ''] = usage.split('\n');
  // WHY: the name alone counts too, because a command may take nothing.
  const isOf = (line: string) => line === `$0 ${name}` || line.startsWith(`$0 ${name} `);
  const found: readonly (readonly [boolean, string])[] = [
    [/^[a-z]+(-[a-z]+)*$/.test(name), 'its name is not a word in lower case'],
    [isSaid(summary), 'it has no summary'],
    [isOf(first), 'its usage does not begin with its name'],
    [blank === '' && isSaid(what), 'its usage does not say what it does'],
    [examples.some(([line]) => isOf(line)), 'it has no example'],
    ...Object.entries(options).flatMap(([flag, row]) => flagChecks(flag, row)),
  ];
  return found.filter(([isFine]) => !isFine).map(([, flaw]) => `${name}: ${flaw}`);
}

function flagChecks(name: string, { describe, choices }: Flag): (readonly [boolean, string])[] {
  return [
    [isSaid(describe), `--${name} has no help text`],
    [choices === undefined || choices.length > 0, `--${name} has no choice`],
  ];
}

function isSaid(text: unknown): boolean {
  return typeof text === 'string' && text.trim() !== '';
}

const parts = ['command.ts', 'flags.ts', 'read.ts', 'run.ts'];

/** A line for each file that a command's folder lacks, or that repeats the command's name. */
export function folderFlaws(root: string, commands: readonly Pick<Command, 'name'>[]): string[] {
  return commands.flatMap(({ name }) => {
    const folder = join(root, 'src/cli', name);
    const files = existsSync(folder) ? readdirSync(folder) : [];
    const repeating = files.filter((file) => file !== 'run.ts' && file.split(/[-.]/).includes(name));
    return [
      ...parts.filter((part) => !files.includes(part)).map((part) => `${name}: it has no ${part}`),
      ...repeating.map((file) => `${name}: ${file} repeats the command's name`),
    ];
  });
}

/** A line for each command without a section of its own in the page of commands, or that README does not name. */
export function undocumented(
  commands: readonly Pick<Command, 'name'>[],
  { page, readme }: { readonly page: string; readonly readme: string },
): string[] {
  const sections = new Map(
    page.split(/^## /m).map((section) => {
      const [heading = '', ...lines] = section.split('\n');
      return [heading.trim(), lines.join('\n')] as const;
    }),
  );
  return commands.flatMap(({ name }) => {
    const section = sections.get(name);
    const names = new RegExp(`\\bbenchmem ${name}\\b`);
    return [
      ...(section === undefined ? [`${name}: it has no section in docs/commands.md`] : []),
      ...(section !== undefined && !names.test(section) ? [`${name}: its section shows no use of it`] : []),
      ...(names.test(readme) ? [] : [`${name}: README.md does not name it`]),
    ];
  });
}
