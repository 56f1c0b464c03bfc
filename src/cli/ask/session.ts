// The interactive session: what can be done in this folder, a few questions, and the command that somebody could have
// typed, which is printed and run.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { BenchmemError, exitCode } from '../../errors.js';
import type { RunHead } from '../../runfile/heads.js';
import { printable } from '../../text/escapes.js';
import { agoText, headText } from '../text/head-text.js';
import type { CommandEnd, PromptChoice, Prompts, World } from '../world.js';

/** What somebody may want, with its questions. */
interface Offer {
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  /** The words of the command; undefined: they would rather not. */
  readonly words: (ask: Prompts) => Promise<readonly string[] | undefined>;
}

interface Offers {
  readonly possible: readonly Offer[];
  /** What is not, and why. */
  readonly reasons: readonly string[];
}

export async function runSession(world: World, ask: Prompts): Promise<CommandEnd> {
  const { possible, reasons } = await offersIn(world);
  for (const reason of reasons) world.stdout.write(`${reason}\n`);
  const wanted = await ask.select(
    'What would you like to do?',
    possible.map(
      ({ name, label, hint }): PromptChoice<string> => ({
        value: name,
        label,
        ...(hint !== undefined && { hint }),
      }),
    ),
  );
  const words = await possible.find(({ name }) => name === wanted)?.words(ask);
  if (words === undefined) return exitCode.interrupted;
  world.stdout.write(`> benchmem ${words.map(quoted).join(' ')}\n`);
  return world.runCommand(words, world);
}

async function offersIn(world: World): Promise<Offers> {
  const files = await benchFiles(world);
  const runs = await savedRuns(world);
  const ofRuns = runOffers(runs, world);
  return {
    possible: [
      ...(files.length > 0 ? suiteOffers(files) : [firstFileOffer(world)]),
      ...(runs.length >= 2 ? ofRuns : []),
      { name: 'help', label: 'Show the commands', words: async () => ['--help'] },
    ],
    reasons: [
      ...(files.length > 0 ? [] : ['There is no bench file here, so there is no suite to run.']),
      ...(runs.length >= 2
        ? []
        : [
            `Runs cannot be compared yet, because ${runs.length === 0 ? 'none is' : 'only one is'} saved: run --save NAME.`,
          ]),
    ],
  };
}

async function benchFiles({ discover, cwd }: World): Promise<string[]> {
  try {
    return (await discover([], cwd)).files.map(({ label }) => label);
  } catch (error) {
    if (error instanceof BenchmemError && error.code === 'NO_BENCHMARKS') return [];
    throw error;
  }
}

async function savedRuns({ openStore, database, cwd, env }: World): Promise<readonly RunHead[]> {
  const store = await openStore(database.named && database.nameOf(database.named), { cwd, env });
  try {
    return [...(await store.list()).heads].reverse();
  } finally {
    await store.close();
  }
}

function suiteOffers(files: readonly string[]): Offer[] {
  const count = files.length === 1 ? '1 file' : `${files.length} files`;
  const whole: Offer = {
    name: 'run',
    label: `Run the suite (${count})`,
    words: async (ask) => {
      const name = await ask.text('Save the run under a name? Leave it empty to save nothing.', '');
      return name === undefined ? undefined : ['run', ...saved(name)];
    },
  };
  if (files.length === 1) return [whole];
  const one: Offer = {
    name: 'file',
    label: 'Run one file',
    words: async (ask) => {
      const choices = files.map((file) => ({ value: file, label: printable(file) }));
      const file = await ask.select('Which file?', choices);
      return file === undefined ? undefined : ['run', file];
    },
  };
  return [whole, one];
}

const saved = (name: string): string[] => (name.trim() === '' ? [] : ['--save', name.trim()]);

function runOffers(runs: readonly RunHead[], { clock }: World): Offer[] {
  const choices = runs.map((head): PromptChoice<string> => {
    const hint = agoText(head, clock.now());
    return { value: head.path, label: headText(head), ...(hint !== undefined && { hint }) };
  });
  return [
    {
      name: 'analyze',
      label: 'Compare the newest saved run with the one before it',
      words: async () => ['analyze'],
    },
    {
      name: 'pick',
      label: 'Pick two saved runs',
      words: async (ask) => {
        const candidate = await ask.select('Which is the newer one?', choices);
        if (candidate === undefined) return undefined;
        const others = choices.filter(({ value }) => value !== candidate);
        const reference = await ask.select('Which one is it compared with?', others);
        if (reference === undefined) return undefined;
        return ['analyze', '--reference', reference, '--candidate', candidate];
      },
    },
  ];
}

const firstFile = `// What it costs to sort.
import { bench } from 'benchmem';

bench('sort', { params: { n: [1e3, 1e5] }, setup: ({ n }) => Array.from({ length: n }, Math.random) }, (list) =>
  list.sort((a, b) => a - b),
);
`;

function firstFileOffer({ writeText, cwd, stdout }: World): Offer {
  return {
    name: 'first',
    label: 'Write a first bench file, and run it',
    words: async (ask) => {
      const name = await ask.text('What is it called?', 'sort.bench.mjs');
      if (name === undefined) return undefined;
      // WHY: it replaces no file, because what stands there is somebody's work.
      if (existsSync(resolve(cwd, name))) {
        throw new BenchmemError(
          'CANNOT_WRITE',
          `${name} is there already`,
          'give the bench file another name',
        );
      }
      await writeText(resolve(cwd, name), firstFile);
      stdout.write(`wrote ${printable(name)}\n`);
      return ['run', name];
    },
  };
}

/** A word as a shell takes it for the same one. */
function quoted(word: string): string {
  const safe = printable(word);
  return /^[\w@%+=:,./-]+$/.test(safe) ? safe : `'${safe.replaceAll("'", `'\\''`)}'`;
}
