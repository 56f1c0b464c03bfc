// The listing child's main module: loads a bench file, answers what it defines, and ends.
import { receiveOnce, send } from '../engine/child/child-channel.js';
import { type AnyPlan, type AnyResult, failureOf } from '../engine/child/protocol.js';
import type { CaseDescription } from './cases.js';
import { loadCases } from './load-cases.js';

export interface ListPlan extends AnyPlan {
  readonly kind: 'load';
  readonly url: string;
  readonly name: string;
}

export interface ListResult extends AnyResult {
  readonly cases: readonly CaseDescription[];
}

void main(receiveOnce() as ListPlan);

async function main({ url, name }: ListPlan): Promise<void> {
  try {
    const cases = (await loadCases(url, name)).map(({ definition, ...description }) => description);
    const result: ListResult = { benchmem: 'result', cases };
    send(result);
    process.exit(0);
  } catch (error) {
    send(failureOf(error));
    process.exit(1);
  }
}
