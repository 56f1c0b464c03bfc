// The commands, in the order in which help lists them. To add one: a folder, and its line here.
import type { Command } from './command.js';

const folders = await Promise.all([
  import('./run/command.js'),
  import('./measure/command.js'),
  import('./exec/command.js'),
  import('./test/command.js'),
  import('./compare/command.js'),
  import('./analyze/command.js'),
  import('./history/command.js'),
  import('./serve/command.js'),
  import('./publish/command.js'),
  import('./export/command.js'),
  import('./merge/command.js'),
  import('./prune/command.js'),
  import('./push/command.js'),
  import('./pull/command.js'),
  import('./db/command.js'),
  import('./plot/command.js'),
  import('./flamegraph/command.js'),
  import('./sweep/command.js'),
  import('./version/command.js'),
]);

export const commands: readonly Command[] = folders.map(({ row }) => row);
