// What `benchmem db` accepts, as its help says it; read.ts says what it means.
import type { CommandFlags, FlagTable } from '../command.js';
import { databaseFlag } from '../common-flags.js';

const options = { storage: databaseFlag } as const satisfies FlagTable;

export const flags: CommandFlags = {
  usage:
    '$0 db migrate|status [options]\n\nmigrate makes the tables that runs are saved in, or brings them to what this benchmem needs; nothing else does. status says which version they have.',
  options,
  examples: [
    ['$0 db migrate', 'once, by the owner of the database'],
    ['$0 db status', 'exit code 2 if they are older or newer than this benchmem needs'],
  ],
};
