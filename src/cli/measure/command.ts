// `benchmem measure`: plan, work, render, exit code. Decides nothing about how a number is taken or printed.
import { resolve } from 'node:path';
import { BenchmemError, ChildError, type ExitCode, exitCode } from '../../errors.js';
import { RunRecord } from '../../runfile/record.js';
import { isMemoryBlob, type RunBenchmark, type RunFailure } from '../../runfile/schema.js';
import { openRunFile, serializeRun } from '../../runfile/write.js';
import { type Io, withColor } from '../io.js';
import { besideDocument, standardOutput } from '../output.js';
import { type Progress, startProgress } from '../text/progress.js';
import { renderDetails } from '../text/render-details.js';
import { renderError } from '../text/render-error.js';
import { renderMarkdown } from '../text/render-markdown.js';
import { renderSummary } from '../text/render-summary.js';
import { type Failure, type Report, reportId } from '../text/report.js';
import type { MeasureArgs } from './options.js';
import type { MeasureServices } from './services.js';
import { fileLabel, selectTargets, type Target } from './targets.js';

interface Work {
  readonly reports: readonly Report[];
  readonly failures: readonly Failure[];
  /** What ended the run before its end: an interrupt, or an error that every benchmark would meet. */
  readonly ended?: BenchmemError;
}

export async function measureCommand(
  args: MeasureArgs,
  processIo: Io,
  services: MeasureServices,
): Promise<ExitCode> {
  const colored = withColor(processIo, args.color);
  const io = besideDocument(colored, args.json);
  const targets = await planTargets(args, io, services);
  const record = args.json === undefined ? undefined : await openRecord(args.json, io, services);
  const work = await measureAll(targets, args, io, services, record);
  if (work.ended === undefined) await record?.complete();
  if (args.json === standardOutput && record !== undefined) colored.stdout.write(serializeRun(record.file));
  renderWork(work, targets.length, args, io);
  if (work.ended !== undefined) throw work.ended;
  return work.failures.length > 0 ? exitCode.failed : exitCode.ok;
}

async function planTargets(args: MeasureArgs, io: Io, services: MeasureServices): Promise<Target[]> {
  const targets: Target[] = [];
  for (const file of args.files) {
    const path = resolve(io.cwd, file);
    const label = fileLabel(file, io.cwd);
    if (targets.some((target) => target.path === path)) {
      throw new BenchmemError('USAGE', `${label} was named twice`, 'name each file once');
    }
    if (args.passes.loads === true) {
      targets.push(await services.loadTarget(file, io.cwd));
      continue;
    }
    const module = { label, path };
    targets.push(...selectTargets(module, await services.listExports(module, io.interrupted), args));
  }
  return targets;
}

async function measureAll(
  targets: readonly Target[],
  args: MeasureArgs,
  io: Io,
  services: MeasureServices,
  record: RunRecord | undefined,
): Promise<Work> {
  const progress = startProgress(io);
  const reports: Report[] = [];
  const failures: Failure[] = [];
  try {
    for (const [index, target] of targets.entries()) {
      progress.begin(reportId(target), index, targets.length);
      try {
        const report = await measureOne(target, args, io, services, progress);
        reports.push(report);
        await record?.add(index, runBenchmark(report, target, args));
        if (args.details && targets.length > 1 && args.format === 'table') {
          progress.pause(() => io.stdout.write(`${renderDetails(report, io.stdout)}\n`));
        }
      } catch (error) {
        if (!(error instanceof BenchmemError)) throw error;
        if (error.exitCode !== exitCode.failed) return { reports, failures, ended: error };
        failures.push({ file: target.file, name: target.name, code: error.code, message: error.message });
        progress.pause(() => io.stderr.write(renderError(error, io.stderr, reportId(target))));
        await record?.fail(index, runFailure(target, error));
      }
    }
  } finally {
    progress.end();
  }
  return { reports, failures };
}

async function measureOne(
  target: Target,
  args: MeasureArgs,
  io: Io,
  services: MeasureServices,
  progress: Progress,
): Promise<Report> {
  const blob = await services.measure({
    target,
    options: args.passes,
    signal: io.interrupted,
    onStep: (kind, pass) => progress.step(kind, pass),
  });
  const { calls } = args.passes;
  return {
    file: target.file,
    name: target.name,
    blob,
    ...(calls === undefined || calls === 1 ? {} : { calls }),
  };
}

function renderWork({ reports, failures }: Work, planned: number, args: MeasureArgs, io: Io): void {
  if (reports.length === 0 && (failures.length === 0 || planned === 1)) return;
  const [only] = reports;
  if (args.format === 'md') io.stdout.write(renderMarkdown(reports, failures));
  else if (planned === 1 && only !== undefined) io.stdout.write(renderDetails(only, io.stdout));
  else io.stdout.write(renderSummary(reports, failures, io.stdout));
}

async function openRecord(path: string, io: Io, services: MeasureServices): Promise<RunRecord> {
  const writer = path === standardOutput ? undefined : await openRunFile(resolve(io.cwd, path), path);
  const facts = {
    machine_info: services.machineInfo(),
    commit_info: await services.commitInfo(io.cwd),
    datetime: io.clock.now().toISOString(),
    version: services.version,
  };
  return new RunRecord(facts, { kind: 'measure', tags: {} }, writer === undefined ? [] : [{ writer }]);
}

function runBenchmark(report: Report, target: Target, args: MeasureArgs): RunBenchmark {
  const { args: callArguments, timeoutMs: _patience, ...options } = args.passes;
  if (!isMemoryBlob(report.blob)) {
    throw new BenchmemError(
      'NOT_MEASURED',
      `${reportId(report)} has no peak: this runtime shows no JavaScript heap, and a run file needs one`,
      'leave out --json, or use a Node.js that benchmem knows',
    );
  }
  return {
    group: null,
    name: report.name,
    fullname: reportId(report),
    params: null,
    param: null,
    extra_info: {
      ...(callArguments.length === 0 ? {} : { args: JSON.stringify(callArguments) }),
      benchmem: report.blob,
    },
    options: { ...options, ...(target.setup === undefined ? {} : { setup: target.setup }) },
  };
}

function runFailure(target: Target, error: BenchmemError): RunFailure {
  const child = error instanceof ChildError ? error.child : undefined;
  return {
    fullname: reportId(target),
    step: child?.step ?? 'measure',
    code: child?.exitCode ?? null,
    signal: child?.signal ?? null,
    tail: child?.tail ?? '',
    error: { code: error.code, message: error.message },
  };
}
