// Runs the ground-truth scripts in fresh measured processes. Judges nothing: the child compares with the model.
import { bundleEntry, runMeasured, testAddon } from './measured-child.mjs';

let bundled;

/**
 * The child's report: node, mode, allocator, scripts, windows, discrepancies.
 * Half of the repetitions load the addon before the hooks are installed, half after.
 * @param {{ mode: string, repetitions: number, node?: string, firstSeed?: number, env?: Record<string, string>,
 *   profile?: boolean }} options `profile`: every window has one, which is compared too
 */
export async function groundTruth({ mode, repetitions, node, firstSeed = 1, env, profile = false }) {
  bundled ??= bundleEntry('test/integration/ground-truth-child.ts');
  const half = Math.ceil(repetitions / 2);
  const runs = [
    { addonLast: false, repetitions: half, firstSeed },
    { addonLast: true, repetitions: repetitions - half, firstSeed: firstSeed + half },
  ].filter((run) => run.repetitions > 0);
  const reports = [];
  for (const run of runs) {
    const plan = {
      addon: testAddon('ground-truth'),
      mode: mode === 'attached' ? 'attached' : 'preloaded',
      profile,
      ...run,
    };
    reports.push(await runMeasured({ node, mode, file: bundled, plan, env }));
  }
  const sum = (field) => reports.reduce((total, report) => total + report[field], 0);
  return {
    ...reports[0],
    scripts: sum('scripts'),
    windows: sum('windows'),
    discrepancies: reports.flatMap((report) => report.discrepancies),
  };
}
