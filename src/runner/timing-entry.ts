// The timing child's main module: no preload, no flags of ours, no tracker. Loads the case, times it, reports once.
import { receiveOnce } from '../engine/child/inside/channel.js';
import { reportOnce } from '../engine/child/inside/report.js';
import type { AnyPlan, AnyResult, ChildVersions } from '../engine/child/protocol.js';
import type { ExtraInfo } from './bench-options.js';
import { CaseCalls } from './case-calls.js';
import { findCase, loadCases } from './load-cases.js';
import { type Timing, type TimingRule, timeCase } from './timing-loop.js';

export interface TimingPlan extends AnyPlan {
  readonly kind: 'timing';
  readonly url: string;
  readonly name: string;
  readonly localId: string;
  readonly rule: TimingRule;
}

export interface TimingResult extends AnyResult {
  readonly timing: Timing;
  readonly notes: ExtraInfo;
  readonly versions: ChildVersions;
}

const plan = receiveOnce() as TimingPlan;
void reportOnce(plan, time);

async function time({ url, name, localId, rule }: TimingPlan): Promise<TimingResult> {
  const calls = new CaseCalls(findCase(await loadCases(url, name), localId, name));
  try {
    const timing = await timeCase(calls, rule, () => {});
    const { node, v8 } = process.versions;
    return { benchmem: 'result', timing, notes: calls.notes(), versions: { node, v8 } };
  } catch (error) {
    // What failed first is what is reported.
    await calls.teardown().catch(() => {});
    throw error;
  }
}
