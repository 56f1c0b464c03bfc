// What `benchmem version` accepts: nothing.
import type { CommandFlags } from '../command.js';

export const flags: CommandFlags = {
  usage: '$0 version\n\nPrints the version of benchmem, as --version does.',
  options: {},
  examples: [['$0 version', 'for example 1.2.3']],
};
