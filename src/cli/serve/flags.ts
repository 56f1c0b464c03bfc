// What `benchmem serve` accepts, as its help says it; read.ts says what it means.
import { boardFlags } from '../board-flags.js';
import type { CommandFlags, FlagTable } from '../command.js';

/** Where the dashboard is served by default. */
export const usualPort = 8426;

const groups = { what: 'What:', where: 'Where:' };

const options = {
  ...boardFlags(groups.what),
  host: { group: groups.where, nargs: 1, describe: 'The address to listen on (default: 127.0.0.1)' },
  port: { group: groups.where, nargs: 1, describe: `The port; 0 is a free one (default: ${usualPort})` },
  'allow-host': {
    repeatable: true,
    group: groups.where,
    nargs: 1,
    describe:
      'A name that browsers may call this server by, beside localhost and its addresses; may be repeated',
  },
} as const satisfies FlagTable;

export const flags: CommandFlags = {
  usage:
    '$0 serve [STORAGE] [options]\n\nShows saved runs in a browser: what changed, the history of every benchmark, groups and pairs. It writes nothing, and pages say when a run was saved meanwhile. STORAGE is a folder of run files, or a database: postgres: (default: .benchmarks). Ctrl-C ends it.',
  options,
  examples: [
    ['$0 serve', `the runs of .benchmarks, on http://127.0.0.1:${usualPort}/`],
    ['$0 serve --reference main --port 0', 'against a run that was saved as main, on a free port'],
  ],
};
