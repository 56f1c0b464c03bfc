// `benchmem test`: runs the runner, makes a run file of what its tests wrote, compares, reports, saves, and ends as the
// runner ended, or with 1 if it was content and a limit or a saved run is not.
import { resolve } from 'node:path';
import { BenchmemError, exitCode } from '../../errors.js';
import type { RunFacts } from '../../runfile/record.js';
import type { RunFile } from '../../runfile/schema.js';
import { serializeRun } from '../../runfile/write.js';
import { isOverLimit } from '../../test-report/ranking.js';
import { renderTests } from '../../test-report/render.js';
import type { SpoolContents } from '../../testing/spool.js';
import { testsRun } from '../../testing/tests-run.js';
import { printable } from '../../text/escapes.js';
import { formatCount } from '../../units.js';
import type { Baseline } from '../suite/baseline.js';
import { tellSaved } from '../tell-saved.js';
import { withColor } from '../terminal.js';
import { renderComparisonWarnings, renderGateMarkdown } from '../text/render-gate.js';
import type { CommandEnd, World } from '../world.js';
import { type ComparedTests, compareTests, findSavedTests } from './compared.js';
import { renderTestsMarkdown } from './markdown.js';
import type { TestArgs } from './read.js';
import { renderCompared } from './render-compared.js';
import { setUpHint } from './runners.js';

export async function run(args: TestArgs, uncolored: World): Promise<CommandEnd> {
  const world = withColor(uncolored, args.color);
  const { command, settings, deterministic } = args;
  const node = await world.nodeVersion(undefined);
  const facts = await factsOf(world, node);
  const json =
    args.json === undefined ? undefined : await world.openRunFile(resolve(world.cwd, args.json), args.json);
  const baseline = await findSavedTests(args, node, world);
  warnOfMissing(baseline, args, world);
  const { end, contents } = await world.runTests({ command, settings, deterministic, cwd: world.cwd });
  const file = testsRun(contents, facts);
  await json?.write(file);
  const compared = compareTests(baseline, file);
  if (deterministic) warnOfAttached(contents, world);
  report({ file, contents, compared }, args, world);
  if ('signal' in end) return end.signal;
  if (isEmpty(contents)) return nothingMeasured(args, end.exitCode, world);
  const isGreen = end.exitCode === exitCode.ok && isKept(contents) && compared?.gate?.tripped !== true;
  const wantsSave = isGreen && compared?.refusal === undefined && args.save !== undefined;
  const isSaved = !wantsSave || (await save(file, args.save, args, node, world));
  if (compared?.refusal !== undefined && end.exitCode === exitCode.ok) throw compared.refusal;
  return end.exitCode === exitCode.ok && !(isGreen && isSaved) ? exitCode.failed : end.exitCode;
}

async function factsOf(world: World, node: string): Promise<RunFacts> {
  return {
    machine_info: { ...(await world.machineInfo()), runtime_version: node },
    commit_info: await world.commitInfo(world.cwd),
    datetime: world.clock.now().toISOString(),
    version: world.version,
  };
}

interface Finished {
  readonly file: RunFile;
  readonly contents: SpoolContents;
  readonly compared: ComparedTests | undefined;
}

function report({ file, contents, compared }: Finished, args: TestArgs, world: World): void {
  const { stdout, stderr } = world;
  const { warnings = [] } = compared ?? {};
  if (warnings.length > 0) stderr.write(renderComparisonWarnings(warnings, stderr));
  if (args.format === 'json') {
    stdout.write(serializeRun(file));
    return;
  }
  if (!args.summary || isEmpty(contents)) return;
  const hints = { allTests: '--most 0', allDetails: '--verbose' };
  const view = { ...args, contents, checksLeaks: args.settings.leaks !== undefined, hints };
  if (args.format === 'md') {
    const gate = compared?.gate;
    stdout.write(`${gate ? `${renderGateMarkdown(gate)}\n` : ''}${renderTestsMarkdown(view)}`);
    return;
  }
  stdout.write(renderTests(view, stdout));
  if (compared !== undefined) stdout.write(renderCompared(compared, args.most, stdout));
}

// Figures of such a process vary as they do without --deterministic, and are not compared with those of the others.
function warnOfAttached({ workers }: SpoolContents, { stderr }: World): void {
  const attached = workers.filter(({ environment: { mode } }) => mode !== 'preloaded').length;
  if (attached === 0) return;
  const processes = `${formatCount(attached)} ${attached === 1 ? 'process' : 'processes'}`;
  stderr.write(
    `warning ${processes} of ${formatCount(workers.length)} ran tests without the preload library\n`,
  );
  stderr.write('  hint: start the runner itself, and no script: benchmem test --deterministic -- npx jest\n');
}

// A runner may end with 0 although a test passed its limit: a test that may be flaky, a hook that swallowed the error.
function isKept({ records, open }: SpoolContents): boolean {
  return open.length === 0 && !records.some(isOverLimit);
}

function isEmpty({ records, open }: SpoolContents): boolean {
  return records.length === 0 && open.length === 0;
}

// WHY: this is no error if the runner failed, because what the runner said comes first.
function nothingMeasured({ command }: TestArgs, code: number, { stderr }: World): number {
  const message = `no test of ${printable(command.join(' '))} was measured`;
  const hint = setUpHint(command);
  if (code === exitCode.ok) throw new BenchmemError('NOT_MEASURED', message, hint);
  stderr.write(`benchmem: ${message}\n  hint: ${hint}\n`);
  return code;
}

function warnOfMissing(baseline: Baseline | undefined, { compare = '' }: TestArgs, { stderr }: World): void {
  if (baseline === undefined || baseline.run !== undefined) return;
  const which = compare === '' ? '' : ` ${printable(compare)}`;
  stderr.write(`warning there is no saved run${which} of tests to compare with: nothing is compared\n`);
  if (baseline.savedHint !== undefined) stderr.write(`  hint: ${printable(baseline.savedHint)}\n`);
}

async function save(
  file: RunFile,
  name: string,
  { storage }: TestArgs,
  node: string,
  world: World,
): Promise<boolean> {
  const reserved = await world.reserveNumber(name, storage, { cwd: world.cwd, node });
  try {
    const writer = await world.openRunFile(resolve(world.cwd, reserved.path), reserved.path);
    await writer.write(file);
    return await tellSaved(reserved, world);
  } finally {
    const left = await reserved.release();
    if (left !== undefined) world.stderr.write(`${printable(left)}\n`);
  }
}
