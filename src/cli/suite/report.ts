// Hands a finished run to the reporters that were asked for: text to standard output, or to files.
import { dirname, resolve } from 'node:path';
import type { RunRecord } from '../../runfile/record.js';
import type { RunBenchmark } from '../../runfile/schema.js';
import { serializeRun } from '../../runfile/write.js';
import type { BrokenFile, Plan } from '../../runner/plan.js';
import { isCi } from '../terminal.js';
import { isOnGitHub, repositoryPaths } from '../text/annotations.js';
import type { Io, World } from '../world.js';
import type { ReporterChoice, SuiteArgs } from './options.js';
import { renderAnnotations, renderJUnit, renderRunMarkdown } from './reporters.js';
import type { SinceText } from './since-text.js';
import type { RenderTable, RunEntry, RunProblem } from './table.js';

export interface FinishedRun {
  readonly entries: readonly RunEntry[];
  readonly plan: Plan;
  readonly record: RunRecord;
  /** What else is wrong with a benchmark: a regression. */
  readonly problems: readonly RunProblem[];
  /** The benchmarks of the run that this one is compared with. */
  readonly base?: readonly RunBenchmark[] | undefined;
  readonly render: RenderTable;
  /** What changed since the last saved run. */
  readonly since?: SinceText | undefined;
}

/** Throws CANNOT_WRITE. */
export async function reportRun(finished: FinishedRun, args: SuiteArgs, world: World): Promise<void> {
  const all = { ...finished, entries: [...finished.entries, ...finished.plan.broken.map(entryOfFile)] };
  for (const { name, file } of args.reporters ?? defaultReporters(world)) {
    const text = textOf(name, all, args, world, file);
    if (file === undefined) world.stdout.write(text + sinceText(name, finished, world));
    else await world.writeText(resolve(world.cwd, file), text);
    if (name === 'github') await writeJobSummary(all, args, world);
  }
}

// WHY: only the table shows it, because the other reporters are for programs.
function sinceText(name: ReporterChoice['name'], { since }: FinishedRun, { stdout, env }: Io): string {
  if (name !== 'table' || since === undefined) return '';
  return since.text(stdout, stdout.isTerminal && !isCi(env));
}

// A file that could not be loaded stands for the benchmarks that nobody knows of.
function entryOfFile({ file: { label }, failure }: BrokenFile): RunEntry {
  const description = {
    localId: '(file)',
    name: '(file)',
    group: null,
    params: null,
    param: null,
    options: {},
  };
  return {
    planned: { id: label, file: label, url: '', description, origin: { kind: 'bench' } },
    failure,
    breaches: [],
  };
}

function defaultReporters({ env }: Io): readonly ReporterChoice[] {
  return isOnGitHub(env) ? [{ name: 'table' }, { name: 'github' }] : [{ name: 'table' }];
}

function textOf(
  name: ReporterChoice['name'],
  { entries, plan, record, problems, base, render }: FinishedRun,
  args: SuiteArgs,
  io: Io,
  file: string | undefined,
): string {
  switch (name) {
    case 'table':
      return render(entries, { ...args, base, problems }, file === undefined ? io.stdout : plainTerminal);
    case 'json':
      return serializeRun(record.fileIn(file === undefined ? io.cwd : dirname(resolve(io.cwd, file))));
    case 'junit':
      return renderJUnit(entries, plan.skipped, problems, record.datetime);
    case 'github':
      return renderAnnotations(entries, problems, repositoryPaths(io));
  }
}

const plainTerminal = { isTerminal: false, columns: 160, unlimited: true, color: false };

async function writeJobSummary(
  { entries, problems, base, since }: FinishedRun,
  args: SuiteArgs,
  world: World,
): Promise<void> {
  const path = world.env.GITHUB_STEP_SUMMARY;
  if (path === undefined || path === '' || entries.length === 0) return;
  const blocks = [renderRunMarkdown(entries, { ...args, base }, problems), since?.markdown ?? ''];
  const text = blocks.filter((block) => block !== '').join('\n');
  await world.writeText(path, `${text}\n`, { append: true });
}
