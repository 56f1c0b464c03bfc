// The timing child's main module: no preload, no flags of ours, no tracker. Loads what is timed, times it, reports once.
import { receiveOnce } from '../engine/child/inside/channel.js';
import { reportOnce } from '../engine/child/inside/report.js';
import type { AnyPlan, AnyResult, ChildVersions } from '../engine/child/protocol.js';
import type { Loadable } from '../engine/modules/module-action.js';
import type { ExtraInfo } from './bench-options.js';
import { CaseCalls } from './case-calls.js';
import { exportCalls } from './export-calls.js';
import { findCase, loadCases } from './load-cases.js';
import type { CaseOrigin } from './planned.js';
import { type TimedCalls, type Timing, type TimingRule, timeCase } from './timing-loop.js';

export interface TimingPlan extends AnyPlan {
  readonly kind: 'timing';
  readonly origin: CaseOrigin['kind'];
  /** Of a bench file, `exportName` is the local id of the case. */
  readonly action: Loadable;
  readonly setup?: Loadable;
  readonly rule: TimingRule;
}

export interface TimingResult extends AnyResult {
  readonly timing: Timing;
  readonly notes: ExtraInfo;
  readonly versions: ChildVersions;
}

const plan = receiveOnce() as TimingPlan;
void reportOnce(plan, time);

async function time(plan: TimingPlan): Promise<TimingResult> {
  const calls = await callsOf(plan);
  try {
    const timing = await timeCase(calls, plan.rule, () => {});
    const { node, v8 } = process.versions;
    return { benchmem: 'result', timing, notes: calls.notes(), versions: { node, v8 } };
  } catch (error) {
    // What failed first is what is reported.
    await calls.teardown().catch(() => {});
    throw error;
  }
}

async function callsOf(plan: TimingPlan): Promise<TimedCalls> {
  if (plan.origin === 'export') return exportCalls(plan);
  const { url, name, exportName } = plan.action;
  return new CaseCalls(findCase(await loadCases(url, name), exportName, name));
}
