// `benchmem measure`: a run whose benchmarks are exported functions. Config, plan, work, exit code.
// Decides nothing about how a number is taken or printed.
import { resolve } from 'node:path';
import type { ExitCode } from '../../errors.js';
import { labelOf } from '../../runner/discover.js';
import type { ChildSettings } from '../../runner/list.js';
import type { Plan } from '../../runner/plan.js';
import type { Io } from '../io.js';
import { findBaseline } from '../suite/baseline.js';
import { mergeParsed } from '../suite/config.js';
import { prepare } from '../suite/prepare.js';
import type { SuiteServices } from '../suite/services.js';
import { RunWork } from '../suite/work.js';
import { keepsFigures, type MeasureArgs, readMeasureArgs, withTimes } from './options.js';
import { renderMeasure } from './render.js';

export async function measureCommand(
  parsed: Record<string, unknown>,
  processIo: Io,
  services: SuiteServices,
): Promise<ExitCode> {
  const config = await services.readConfig(processIo.cwd, parsed.config as string | undefined);
  const args = readMeasureArgs(mergeParsed('measure', config, withTimes(parsed)));
  const prepared = await prepare(args, processIo, services, keepsFigures(args));
  const { io, node, settings } = prepared;
  const baseline = await findBaseline(args, node, io);
  const plan = await planOf(args, { ...settings, signal: io.interrupted }, io, services);
  try {
    const table = {
      isText: args.format === 'table',
      render: renderMeasure(args, plan.cases.length),
    };
    return await new RunWork({ ...prepared, plan, args, baseline, table }, services).run();
  } finally {
    plan.dispose();
  }
}

function planOf(
  { files, choice, loads, shard }: MeasureArgs,
  settings: ChildSettings,
  { cwd }: Io,
  services: SuiteServices,
): Promise<Plan> {
  if (loads) return services.planLoads(files, cwd, { shard }, settings);
  const paths = files.map((file) => resolve(cwd, file));
  const modules = paths.map((path) => ({ label: labelOf(path, cwd), path }));
  return services.planExports(modules, choice, { shard }, settings);
}
