// Flags that several commands have and no configuration knows, in the words of all of them.
import type { Flag } from './command.js';

export const colorFlag = {
  type: 'boolean',
  negatable: true,
  describe: 'Colour, or --no-color (default: on a terminal)',
} as const satisfies Flag;

/** Where a command looks up runs that are read. */
export const storageFlag = {
  nargs: 1,
  describe:
    'Where 0003, a name, latest or previous is looked up: a folder, or postgres: (default: .benchmarks)',
} as const satisfies Flag;

/** The database that a command is about. */
export const databaseFlag = {
  nargs: 1,
  describe:
    'The database: postgres: for BENCHMEM_DATABASE_URL and PGHOST and its like, or a URL without a password (default: BENCHMEM_DATABASE_URL)',
} as const satisfies Flag;

/** Of commands that put runs side by side. */
export const renameFlag = {
  nargs: 1,
  repeatable: true,
  describe: 'OLD=NEW: what earlier runs call OLD is NEW; ids, or prefixes that end in ::; may be repeated',
} as const satisfies Flag;

/** Of commands that write a document about saved runs. */
export const formatFlag = {
  nargs: 1,
  choices: ['table', 'md', 'json'],
  describe: 'For people, for a pull request, for programs (default: table)',
} as const satisfies Flag;
