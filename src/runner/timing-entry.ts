// The timing child's main module: no preload, no flags of ours, no tracker. Loads the case, times it, reports once.
import { receiveOnce, send } from '../engine/child/child-channel.js';
import {
  type AnyPlan,
  type AnyResult,
  type ChildVersions,
  failureOf,
  neverSettled,
} from '../engine/child/protocol.js';
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

void main(receiveOnce() as TimingPlan);

async function main(plan: TimingPlan): Promise<void> {
  process.once('beforeExit', () => {
    send(failureOf(neverSettled()));
    process.exit(1);
  });
  try {
    send(await time(plan));
    // WHY: servers, timers and workers that the action left behind would keep the process alive.
    process.exit(0);
  } catch (error) {
    send(failureOf(error));
    process.exit(1);
  }
}

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
