// `benchmem run`: plan, work, exit code. Decides nothing about how a number is taken or printed.
import { type ExitCode, exitCode } from '../../errors.js';
import { benchFileNames } from '../../runner/discover.js';
import type { Plan } from '../../runner/plan.js';
import { printable } from '../../text/escapes.js';
import { findBaseline } from '../suite/baseline.js';
import { prepare } from '../suite/prepare.js';
import { renderRun } from '../suite/table.js';
import { emptyShardText } from '../suite/texts.js';
import { RunWork } from '../suite/work.js';
import { renderError } from '../text/render-error.js';
import type { Io, World } from '../world.js';
import type { RunArgs } from './read.js';

export async function run(args: RunArgs, processWorld: World): Promise<ExitCode> {
  const prepared = await prepare(args, processWorld, true);
  const { world, node, settings } = prepared;
  const baseline = args.list ? undefined : await findBaseline(args, node, world);
  const { files, passedOver } = await world.discover(args.files, world.cwd);
  sayPassedOver(passedOver, world);
  const plan = await world.plan(
    files,
    { substring: args.keyword, shard: args.shard },
    { ...settings, signal: world.interrupted },
    settings.jobs,
  );
  try {
    if (args.list) return listPlan(plan, args, world);
    const table = { isText: true, render: renderRun };
    return await new RunWork({ ...prepared, plan, args, baseline, table }).run();
  } finally {
    plan.dispose();
  }
}

function sayPassedOver(labels: readonly string[], { stderr }: Io): void {
  if (labels.length === 0) return;
  const more = labels.length > 3 ? ` and ${labels.length - 3} more` : '';
  const names = labels.slice(0, 3).map(printable).join(', ');
  const verb = labels.length === 1 ? 'looks like a bench file and is' : 'look like bench files and are';
  stderr.write(`warning ${names}${more} ${verb} passed over: ${benchFileNames}\n`);
}

function listPlan(plan: Plan, { shard }: RunArgs, io: Io): ExitCode {
  const emptyShard = emptyShardText(plan, shard);
  if (emptyShard !== undefined) io.stderr.write(emptyShard);
  for (const { id } of plan.cases) io.stdout.write(`${printable(id)}\n`);
  for (const { id } of plan.skipped) io.stdout.write(`${printable(id)} (skipped)\n`);
  for (const { error } of plan.broken) io.stderr.write(renderError(error, io.stderr));
  return plan.broken.length > 0 ? exitCode.failed : exitCode.ok;
}
