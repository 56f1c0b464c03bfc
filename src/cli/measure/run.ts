// `benchmem measure`: a run whose benchmarks are exported functions. Plan, work, exit code.
// Decides nothing about how a number is taken or printed.
import { resolve } from 'node:path';
import type { ExitCode } from '../../errors.js';
import { labelOf } from '../../runner/discover.js';
import type { ChildSettings } from '../../runner/list.js';
import type { Plan } from '../../runner/plan.js';
import { findBaseline } from '../suite/baseline.js';
import { prepare } from '../suite/prepare.js';
import { RunWork } from '../suite/work.js';
import type { World } from '../world.js';
import { keepsFigures, type MeasureArgs } from './read.js';
import { renderMeasure } from './render.js';

export async function run(args: MeasureArgs, processWorld: World): Promise<ExitCode> {
  const prepared = await prepare(args, processWorld, keepsFigures(args));
  const { world, node, settings } = prepared;
  const baseline = await findBaseline(args, node, world);
  const plan = await planOf(args, { ...settings, signal: world.interrupted }, world);
  try {
    const table = {
      isText: args.format === 'table',
      render: renderMeasure(args, plan.cases.length),
    };
    return await new RunWork({ ...prepared, plan, args, baseline, table }).run();
  } finally {
    plan.dispose();
  }
}

function planOf(
  { files, choice, loads, shard }: MeasureArgs,
  settings: ChildSettings,
  world: World,
): Promise<Plan> {
  const { cwd } = world;
  if (loads) return world.planLoads(files, cwd, { shard }, settings);
  const paths = files.map((file) => resolve(cwd, file));
  const modules = paths.map((path) => ({ label: labelOf(path, cwd), path }));
  return world.planExports(modules, choice, { shard }, settings);
}
