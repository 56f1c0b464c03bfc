// The measured process of the tests of named stacks: profiles one function of a suite twice with a window in between, and
// prints its file as base64, and the tracker's own sums. Judges nothing.
import { realpathSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { scriptTexts } from '../../src/engine/child/inside/script-texts.js';
import { sourcePlaces } from '../../src/engine/modules/source-places.js';
import type { ProfileReading, ProfilingBinding } from '../../src/native/contract.js';
import { nameStacks } from '../../src/profile/capture.js';
import { namingWorld } from '../../src/profile/files.js';
import { encodeProfile } from '../../src/profile/pprof/encode.js';

export interface NamesPlan {
  readonly load: string;
  readonly project: string;
  readonly module: string;
  readonly name: string;
}

export interface NamedProfile {
  readonly totals: ProfileReading['totals'];
  /** Base64. */
  readonly file: string;
}

async function main(): Promise<void> {
  const plan = JSON.parse(process.argv[2] ?? '{}') as NamesPlan;
  const { loadBinding } = (await import(pathToFileURL(plan.load).href)) as {
    loadBinding(): ProfilingBinding;
  };
  const binding = loadBinding();
  binding.install();
  binding.listenToCode(false);
  const suite = (await import(pathToFileURL(plan.module).href)) as Record<
    string,
    (input?: unknown) => unknown
  >;
  const action = suite[plan.name];
  if (action === undefined) throw new Error(`${plan.module} has no ${plan.name}`);
  await action(await suite.setup?.());
  const input = await suite.setup?.();
  binding.startProfile();
  const token = binding.openWindow({ threads: 'all' });
  const kept = await action(input);
  binding.drainWindow(token);
  const reading = binding.readProfile(token);
  binding.closeWindow(token);
  binding.stopProfile();
  const world = namingWorld({
    project: plan.project,
    compiledFrom: sourcePlaces(),
    executable: realpathSync(process.execPath),
    demangle: (name) => binding.demangle(name),
  });
  const scripts = scriptTexts({ ids: new Set(reading.functionScripts), urls: new Set() });
  if (scripts instanceof Error) throw scripts;
  const profile = nameStacks(reading, world, { id: `${plan.module}::${plan.name}` }, { scripts });
  const file = Buffer.from(encodeProfile(profile)).toString('base64');
  // The result lives until here.
  const answer: NamedProfile = { totals: reading.totals, file: kept === binding ? '' : file };
  process.stdout.write(`${JSON.stringify(answer)}\n`, () => process.exit(0));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
