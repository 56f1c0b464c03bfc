// `benchmem sweep`: plan, provision and run cell by cell, name what failed, say what to type next.
// Decides nothing about how a version is installed or measured.

import { realpath, rm } from 'node:fs/promises';
import { basename, join, relative, resolve } from 'node:path';
import { BenchmemError, ChildError, exitCode } from '../../errors.js';
import { viewFor } from '../../plot/index.js';
import { defined } from '../../shapes.js';
import { type Cell, installSpecOf, type SweepFailure, type SweepVenv, sweep } from '../../sweep/index.js';
import { printable } from '../../text/escapes.js';
import { withColor } from '../terminal.js';
import { type Progress, startProgress } from '../text/progress.js';
import { renderError } from '../text/render-error.js';
import type { CommandEnd, Io, World } from '../world.js';
import type { SweepArgs } from './read.js';
import { type CellInput, digestOf, openSweepState, type SweepState } from './state.js';

interface Plan {
  readonly args: SweepArgs;
  readonly io: World;
  readonly out: string;
  /** What is copied in, and where the suite then stands. */
  readonly copied: string;
  readonly suite: string;
  readonly digest: string;
  readonly state: SweepState;
}

export async function run(args: SweepArgs, world: World): Promise<CommandEnd> {
  const io = withColor(world, args.color);
  for (const version of args.versions) installSpecOf(args.name, version, io.cwd);
  const plan = await planOf(args, io);
  const progress = startProgress(io);
  let done: SweepEnd;
  try {
    done = await sweepAll(plan, progress);
  } finally {
    progress.end();
  }
  io.stdout.write(summaryOf(done, args));
  return finish(done, args, io);
}

async function planOf(args: SweepArgs, io: World): Promise<Plan> {
  const suite = await realPathOf(args.suite, io.cwd);
  const copied = args.copyDir === undefined ? suite : await realPathOf(args.copyDir, io.cwd);
  const within = relative(copied, suite);
  if (within.startsWith('..')) {
    throw new BenchmemError(
      'USAGE',
      `${args.suite} is not within ${args.copyDir}`,
      '--copy-dir names a folder that holds the suite',
    );
  }
  const out = resolve(io.cwd, args.out);
  return {
    args,
    io,
    out,
    copied,
    suite: join(basename(copied), within),
    digest: await digestOf(copied),
    state: await openSweepState(out, args.out),
  };
}

async function realPathOf(path: string, cwd: string): Promise<string> {
  return realpath(resolve(cwd, path)).catch((cause: Error) => {
    throw new BenchmemError('USAGE', `cannot read ${path}: ${cause.message}`, 'check the path', { cause });
  });
}

interface SweepEnd {
  /** All cells, in their order. */
  readonly labels: readonly string[];
  readonly measured: readonly string[];
  readonly resumed: readonly string[];
  readonly failures: readonly SweepFailure[];
}

async function sweepAll(plan: Plan, progress: Progress): Promise<SweepEnd> {
  const { args, io, out, state } = plan;
  const [measured, resumed, failures]: [string[], string[], SweepFailure[]] = [[], [], []];
  const fileOf = (label: string) => join(out, `${label}.json`);
  const run = async (venv: SweepVenv) => {
    const file = fileOf(venv.label);
    await rm(file, { force: true });
    const { suite } = plan;
    const { name, runFlags: flags } = args;
    await io.sweepSuite({ venv, name, suite, file, flags, signal: io.interrupted });
    await state.finish(venv.label, inputOf(plan, venv.version, inputs.get(venv.label)));
    measured.push(venv.label);
  };
  const inputs = new Map<string, Cell>();
  await sweep(args.versions, run, {
    installSpec: (version) => installSpecOf(args.name, version, io.cwd),
    pins: args.pins,
    copyDir: plan.copied,
    ...defined({ importCheck: args.importCheck, asOf: args.asOf }),
    node: args.nodes,
    allocator: args.allocators,
    cwd: io.cwd,
    signal: io.interrupted,
    skip: async (cell) => {
      inputs.set(cell.label, cell);
      if (!args.resume || !(await state.isFinished(cell.label, inputOf(plan, cell.version, cell))))
        return false;
      resumed.push(cell.label);
      return true;
    },
    onCell: (cell, index, total) => progress.begin(`${args.name} ${cell.label}`, index, total),
    onStep: (step) => progress.step(step),
    onFailure: (failure) => {
      failures.push(failure);
      progress.pause(() => io.stderr.write(failureText(failure, args, io)));
    },
  });
  return { labels: [...inputs.keys()], measured, resumed, failures };
}

function inputOf({ args, io, digest, suite }: Plan, version: string, cell: Cell | undefined): CellInput {
  return {
    spec: installSpecOf(args.name, version, io.cwd),
    node: cell?.node?.spec ?? process.versions.node,
    allocator: cell?.allocator,
    pins: args.pins,
    asOf: args.asOf,
    runFlags: args.runFlags,
    suite,
    digest,
  };
}

function failureText({ label, step, message, tail }: SweepFailure, args: SweepArgs, io: Io): string {
  const error = new ChildError('CHILD_EXITED', message, hintFor(step, args), { child: { step, tail } });
  return renderError(error, io.stderr, `${args.name} ${label}: ${step}`);
}

function hintFor(step: SweepFailure['step'], { name }: SweepArgs): string {
  if (step === 'install') return `npm view ${name} versions lists what there is`;
  if (step === 'isolation') return '--import-check NAME checks another import, --no-import-check none';
  return 'the run file keeps what was measured; --resume measures only what is missing';
}

function summaryOf({ measured, resumed, failures }: SweepEnd, args: SweepArgs): string {
  const parts = [`${measured.length} measured`];
  if (resumed.length > 0) parts.push(`${resumed.length} finished before`);
  if (failures.length > 0) {
    parts.push(
      `${failures.length} failed: ${failures.map(({ label, step }) => `${printable(label)} (${step})`).join(', ')}`,
    );
  }
  return `${printable(args.name)}: ${parts.join(', ')}\n`;
}

async function finish(done: SweepEnd, args: SweepArgs, io: World): Promise<CommandEnd> {
  const ready = new Set([...done.measured, ...done.resumed]);
  const files = done.labels
    .filter((label) => ready.has(label))
    .map((label) => join(args.out, `${label}.json`));
  const renames = args.renames.flatMap((each) => ['--rename', each]);
  const follow: (readonly [boolean, readonly string[]])[] = [
    [args.compare, ['compare', ...files, ...renames]],
    [
      args.plot,
      ['plot', ...files, ...renames, '--view', files.length === 2 ? 'compare' : viewFor(files.length)],
    ],
  ];
  const shown = files.length === 0 ? [] : follow;
  if (shown.some(([wanted]) => !wanted)) io.stdout.write('\nnext:\n');
  for (const [wanted, argv] of shown)
    if (!wanted) io.stdout.write(`  benchmem ${argv.map(quoted).join(' ')}\n`);
  let end: CommandEnd = exitCode.ok;
  for (const [wanted, argv] of shown) {
    if (!wanted) continue;
    const ended = await io.runCommand(argv, io);
    if (ended !== exitCode.ok) end = ended;
  }
  return done.failures.length > 0 ? exitCode.failed : end;
}

// A word as a shell takes it.
function quoted(word: string): string {
  const safe = printable(word);
  return /^[\w@%+=:,./-]+$/.test(safe) ? safe : `'${safe.replaceAll("'", "'\\''")}'`;
}
