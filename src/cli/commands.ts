// The commands, in the order in which help lists them. To add one: a folder, its import and its place here.
import { row as analyze } from './analyze/command.js';
import type { Command } from './command.js';
import { row as compare } from './compare/command.js';
import { row as db } from './db/command.js';
import { row as exec } from './exec/command.js';
import { row as exportRow } from './export/command.js';
import { row as flamegraph } from './flamegraph/command.js';
import { row as history } from './history/command.js';
import { row as measure } from './measure/command.js';
import { row as merge } from './merge/command.js';
import { row as plot } from './plot/command.js';
import { row as prune } from './prune/command.js';
import { row as publish } from './publish/command.js';
import { row as pull } from './pull/command.js';
import { row as push } from './push/command.js';
import { row as run } from './run/command.js';
import { row as serve } from './serve/command.js';
import { row as sweep } from './sweep/command.js';
import { row as testRow } from './test/command.js';
import { row as version } from './version/command.js';

export const commands: readonly Command[] = [
  run,
  measure,
  exec,
  testRow,
  compare,
  analyze,
  history,
  serve,
  publish,
  exportRow,
  merge,
  prune,
  push,
  pull,
  db,
  plot,
  flamegraph,
  sweep,
  version,
];
