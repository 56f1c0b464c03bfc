// The measured process of the ground-truth test: runs the scripts and prints one JSON line. Bundled and started by
// scripts/lib/ground-truth.mjs, so that neither a test runner nor a TypeScript loader allocates beside the script.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { ProfilingBinding } from '../../src/native/contract.js';
import { fullScript } from './ground-truth-full-script.js';
import { type GroundTruthAddon, runScript } from './ground-truth-runner.js';
import { exactMarkScript, manyWindowsScript, threadFilterScript } from './ground-truth-scripts.js';
import { walkScript } from './ground-truth-walk.js';

interface Plan {
  /** Module that exports loadBinding(): NativeBinding. */
  readonly load: string;
  readonly addon: string;
  readonly mode: 'attached' | 'preloaded';
  /** Load the addon after the hooks are in place (attached mode patches it on its way in). */
  readonly addonLast: boolean;
  readonly repetitions: number;
  readonly firstSeed: number;
  /** Every window has a profile. */
  readonly profile: boolean;
}

export interface ChildReport {
  readonly node: string;
  readonly mode: string;
  readonly allocator: string;
  readonly scripts: number;
  readonly windows: number;
  readonly discrepancies: readonly string[];
}

const mostReported = 40;

async function main(plan: Plan): Promise<ChildReport> {
  const { loadBinding } = (await import(pathToFileURL(plan.load).href)) as {
    loadBinding: () => ProfilingBinding;
  };
  const loadAddon = () => createRequire(import.meta.url)(plan.addon) as GroundTruthAddon;
  const early = plan.addonLast ? undefined : loadAddon();
  const binding = loadBinding();
  binding.install();
  const addon = early ?? loadAddon();
  if (plan.profile) binding.startProfile();
  const { readProfile: _, ...plain } = binding;
  const compared = plan.profile ? binding : plain;
  const description = binding.describe();
  const discrepancies: string[] = [];
  if (description.mode !== plan.mode)
    discrepancies.push(`mode: expected ${plan.mode}, got ${description.mode}`);
  let scripts = 0;
  let windows = 0;
  const run = (name: string, text: string, threads: 'all' | 'js' = 'all') => {
    const outcome = runScript(addon, compared, text, threads, plan.mode === 'attached');
    scripts += 1;
    windows += outcome.windows;
    discrepancies.push(...outcome.discrepancies.map((line) => `${name}, ${line}`));
  };
  for (let seed = plan.firstSeed; seed < plan.firstSeed + plan.repetitions; seed += 1) {
    run(`full ${seed}`, fullScript(seed));
    run(`walk ${seed}`, walkScript(seed));
    run(`mark ${seed}`, exactMarkScript(seed, 12, 10));
    if (seed % 10 === 1) run(`filter ${seed}`, threadFilterScript(seed), 'js');
  }
  run('many windows', manyWindowsScript());
  const allocator = `${description.allocator.name} ${description.allocator.version}`;
  const found = discrepancies.slice(0, mostReported);
  if (discrepancies.length > found.length) found.push(`${discrepancies.length} discrepancies in all`);
  return { node: process.version, mode: description.mode, allocator, scripts, windows, discrepancies: found };
}

console.log(JSON.stringify(await main(JSON.parse(process.argv[2] ?? '{}') as Plan)));
