// One run of `benchmem run` or `benchmem measure`: its record, its progress, what became of each benchmark, and the verdict on all.
// Plans nothing; decides nothing about how a number is taken or printed.

import { dirname, resolve } from 'node:path';
import { BenchmemError, type ExitCode, exitCode } from '../../errors.js';
import type { Reservation } from '../../runfile/numbering.js';
import { type RecordPlace, RunRecord } from '../../runfile/record.js';
import { autosaveName } from '../../runfile/storage.js';
import { serializeRun } from '../../runfile/write.js';
import type { Plan } from '../../runner/plan.js';
import type { PlannedCase } from '../../runner/planned.js';
import type { CaseOutcome } from '../../runner/run-suite.js';
import { printable } from '../../text/escapes.js';
import { standardOutput } from '../output.js';
import { tellSaved } from '../tell-saved.js';
import { renderError } from '../text/render-error.js';
import { renderComparisonWarnings, renderGate } from '../text/render-gate.js';
import type { World } from '../world.js';
import { type Baseline, gateProblems, type Judgement, judge } from './baseline.js';
import type { SuiteArgs } from './options.js';
import type { Prepared } from './prepare.js';
import { keepProfiles, type ProfilesEnd, prepareProfiles } from './profiles.js';
import { type RunProgress, startRunProgress } from './progress.js';
import { reportRun } from './report.js';
import { openSaved, type Saved, sinceLast } from './since.js';
import type { RenderTable, RunEntry } from './table.js';
import { emptyShardText, outcomeText, type RunCounts, spentText } from './texts.js';

export interface RunOrder extends Prepared {
  readonly plan: Plan;
  readonly args: SuiteArgs;
  readonly baseline: Baseline | undefined;
  readonly table: {
    /** False for markdown, to which the words of a gate do not belong. */
    readonly isText: boolean;
    readonly render: RenderTable;
  };
}

/** One run: its record, its progress and what became of each benchmark. */
export class RunWork {
  readonly #order: RunOrder;
  readonly #plan: Plan;
  readonly #args: SuiteArgs;
  readonly #baseline: Baseline | undefined;
  readonly #world: World;
  readonly #entries: (RunEntry | undefined)[] = [];

  constructor(order: RunOrder) {
    this.#order = order;
    this.#plan = order.plan;
    this.#args = order.args;
    this.#baseline = order.baseline;
    this.#world = order.world;
  }

  async run(): Promise<ExitCode> {
    const { cwd, clock } = this.#world;
    const commit = await this.#world.commitInfo(cwd);
    const now = clock.now();
    // WHY: saved runs are read before the run has a number, because it must not be compared with itself.
    const branch = unlessNone(commit.branch);
    const earlier = await openSaved(this.#args, this.#world, branch);
    try {
      await prepareProfiles(this.#args, this.#world);
      return await this.#runSaved(commit, now, earlier);
    } finally {
      await earlier?.store.close();
    }
  }

  async #runSaved(commit: Record<string, unknown>, now: Date, earlier: Saved | undefined): Promise<ExitCode> {
    const saved = await this.#reserve(commit, now);
    try {
      if (saved?.caution !== undefined) this.#world.stderr.write(`warning ${printable(saved.caution)}\n`);
      return await this.#runInto(await this.#openRecord(commit, now, saved), saved, earlier);
    } finally {
      const left = await saved?.release();
      if (left !== undefined) this.#world.stderr.write(`${printable(left)}\n`);
    }
  }

  async #runInto(
    record: RunRecord,
    saved: Reservation | undefined,
    earlier: Saved | undefined,
  ): Promise<ExitCode> {
    const world = this.#world;
    await this.#recordBroken(record);
    this.#warn();
    const startedMs = world.clock.elapsedMs();
    const end = await this.#measure(record);
    if (end.ended === undefined) await record.complete();
    const entries = this.#entries.filter((entry) => entry !== undefined);
    const elapsedMs = world.clock.elapsedMs() - startedMs;
    if (emptyShardText(this.#plan, this.#args.shard) === undefined)
      world.stderr.write(spentText(this.#counts(entries), elapsedMs, end.spentMs));
    const judgement = this.#judge(record, end.ended !== undefined);
    const profiles = await this.#keepProfiles(record, judgement, end.ended !== undefined);
    if (this.#args.json === standardOutput)
      this.#order.document.write(serializeRun(record.fileIn(world.cwd)));
    const problems = gateProblems(judgement.gate);
    const base = this.#baseline?.run?.file.benchmarks;
    const { render } = this.#order.table;
    const since =
      end.ended === undefined ? await this.#since(record, earlier, saved !== undefined) : undefined;
    const finished = { entries, plan: this.#plan, record, problems, base, render, since };
    await reportRun(finished, this.#args, world);
    const hasRun = entries.length > 0 || end.ended === undefined;
    // WHY: what could not be written is not announced, because what there is of it stays in its file, and the error says more.
    const isWhole = saved?.send === undefined || end.ended === undefined || isInterrupt(end.ended);
    const isKept = saved === undefined || !hasRun || !isWhole || (await tellSaved(saved, world));
    this.#printJudgement(judgement);
    world.stderr.write(profiles.text);
    const ended = end.ended ?? profiles.ended;
    if (ended !== undefined) throw ended;
    if (judgement.refusal !== undefined) throw judgement.refusal;
    const isGreen =
      isKept && this.#isGreen(entries) && judgement.gate?.tripped !== true && profiles.failed === 0;
    return isGreen ? exitCode.ok : exitCode.failed;
  }

  // Only where a table is printed in words: it belongs below it.
  async #since(record: RunRecord, earlier: Saved | undefined, isSaved: boolean) {
    if (earlier === undefined || !this.#order.table.isText) return undefined;
    const { node } = this.#order;
    const measured = { file: record.fileIn(this.#world.cwd), node, isSaved, base: this.#baseline?.run };
    return sinceLast(earlier, measured, this.#args, this.#world);
  }

  #counts(entries: readonly RunEntry[]): RunCounts {
    const failed = entries.filter(({ failure }) => failure !== undefined).length;
    const { cases, broken } = this.#plan;
    return {
      measured: entries.length - failed,
      failed,
      planned: cases.length,
      brokenFiles: broken.length,
    };
  }

  // A run that was interrupted is not judged.
  #judge(record: RunRecord, interrupted: boolean): Judgement {
    const nothing: Judgement = { gate: null, warnings: [] };
    return this.#baseline === undefined || interrupted
      ? nothing
      : judge(this.#baseline, record.fileIn(this.#world.cwd), this.#args.shard);
  }

  // Of a run that was interrupted nothing further is measured.
  async #keepProfiles(record: RunRecord, judgement: Judgement, interrupted: boolean): Promise<ProfilesEnd> {
    if (interrupted) return { text: '', failed: 0 };
    const order = {
      entries: this.#entries,
      args: this.#args,
      settings: this.#order.settings,
      judgement,
      hasBaseline: this.#baseline?.run !== undefined,
      record,
    };
    return keepProfiles(order, this.#world);
  }

  #printJudgement({ gate, warnings }: Judgement): void {
    const { stdout, stderr } = this.#world;
    const printsTable = this.#args.reporters?.every(
      ({ name, file }) => name === 'table' || file !== undefined,
    );
    const output = printsTable === false || !this.#order.table.isText ? stderr : stdout;
    if (gate !== null) output.write(`\n${renderGate(gate, output)}`);
    if (warnings.length > 0) stderr.write(renderComparisonWarnings(warnings, stderr));
  }

  #isGreen(entries: readonly RunEntry[]): boolean {
    const sound = entries.every(({ failure, breaches }) => failure === undefined && breaches.length === 0);
    return sound && this.#plan.broken.length === 0;
  }

  async #openRecord(
    commit: Record<string, unknown>,
    now: Date,
    saved: Reservation | undefined,
  ): Promise<RunRecord> {
    const { cwd } = this.#world;
    const { json, saveRounds, asksRounds, kind, shard, tags } = this.#args;
    // WHY: a database gets no rounds unless asked, because they are nearly all of a run, and every statistic is in it already.
    const rounds = saved?.send === undefined || asksRounds ? saveRounds : 0;
    const places: RecordPlace[] = [];
    for (const place of [{ path: json }, { path: saved?.path, links: saved?.links, rounds }]) {
      const { path, links, rounds } = place as Partial<RecordPlace & Reservation>;
      if (path === undefined || path === standardOutput) continue;
      const absolute = resolve(cwd, path);
      const writer = await this.#world.openRunFile(absolute, path);
      places.push({ writer, rounds, folder: links ?? dirname(absolute) });
    }
    const facts = {
      machine_info: { ...(await this.#world.machineInfo()), runtime_version: this.#order.node },
      commit_info: commit,
      datetime: now.toISOString(),
      version: this.#world.version,
    };
    return new RunRecord(facts, { kind, shard, tags }, places);
  }

  async #reserve(commit: Record<string, unknown>, now: Date): Promise<Reservation | undefined> {
    const { save, autosave, storage } = this.#args;
    const name = save ?? (autosave ? autosaveName(commit as never, now) : undefined);
    if (name === undefined) return undefined;
    return this.#world.reserveNumber(name, storage, { cwd: this.#world.cwd, node: this.#order.node });
  }

  async #recordBroken(record: RunRecord): Promise<void> {
    for (const [at, { error, failure, file }] of this.#plan.broken.entries()) {
      this.#world.stderr.write(renderError(error, this.#world.stderr, file.label));
      await record.fail(this.#plan.cases.length + at, failure);
    }
  }

  #warn(): void {
    const { stderr } = this.#world;
    const { empty, skipped, cases } = this.#plan;
    if (this.#baseline !== undefined && this.#baseline.run === undefined) {
      const { compare = '' } = this.#args;
      const which = compare === '' ? '' : ` ${printable(compare)}`;
      stderr.write(`warning there is no saved run${which} to compare with: nothing is compared\n`);
      const hint = this.#baseline.savedHint;
      if (hint !== undefined) stderr.write(`  hint: ${printable(hint)}\n`);
    }
    const emptyShard = emptyShardText(this.#plan, this.#args.shard);
    if (emptyShard !== undefined) stderr.write(emptyShard);
    for (const { label } of empty) stderr.write(`warning ${printable(label)} defines no benchmark\n`);
    const others = skipped.filter(({ description }) => description.options.skip !== true).length;
    if (others > 0)
      stderr.write(
        `warning only: true leaves out ${others} of ${cases.length + skipped.length} benchmarks\n`,
      );
  }

  async #measure(record: RunRecord) {
    const world = this.#world;
    const order = this.#places();
    const cases = order.map((index) => this.#plan.cases[index] as PlannedCase);
    const progress = startRunProgress(world, cases.length);
    try {
      return await this.#world.suite(
        cases,
        this.#order.settings,
        {
          onStart: (planned, at) => progress.begin(at, planned.id),
          onStep: (at, kind, pass) => progress.step(at, kind, pass),
          onOutcome: async (planned, at, outcome) => {
            await this.#note(planned, order[at] as number, outcome, record, progress);
            progress.done(at, outcomeText(outcome), outcome.kind === 'failed');
          },
        },
        { signal: world.interrupted, now: () => world.clock.elapsedMs() },
      );
    } finally {
      progress.end();
    }
  }

  async #note(
    planned: PlannedCase,
    index: number,
    outcome: CaseOutcome,
    record: RunRecord,
    progress: RunProgress,
  ): Promise<void> {
    if (outcome.kind === 'measured') {
      const { benchmark, breaches } = outcome;
      this.#entries[index] = { planned, benchmark, breaches };
      await record.add(index, benchmark);
      return;
    }
    const { failure, error } = outcome;
    this.#entries[index] = { planned, failure, breaches: [] };
    progress.pause(() => this.#world.stderr.write(renderError(error, this.#world.stderr, planned.id)));
    await record.fail(index, failure);
  }

  /** Places in the plan, in the order of measuring. */
  #places(): number[] {
    const order = [...this.#plan.cases.keys()];
    if (!this.#args.shuffle) return order;
    for (let last = order.length - 1; last > 0; last -= 1) {
      const other = Math.floor(this.#world.random() * (last + 1));
      [order[last], order[other]] = [order[other] as number, order[last] as number];
    }
    return order;
  }
}

function isInterrupt(ended: unknown): boolean {
  return ended instanceof BenchmemError && ended.code === 'ABORTED';
}

// What a run file says where there is no git.
function unlessNone(branch: unknown): string | undefined {
  return typeof branch === 'string' && branch !== '' && branch !== '(unknown)' ? branch : undefined;
}
