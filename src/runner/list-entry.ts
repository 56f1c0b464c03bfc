// The listing child's main module: loads a bench file, answers what it defines, and ends.
import { fileURLToPath } from 'node:url';
import { receiveOnce, send } from '../engine/child/inside/channel.js';
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

const own = fileURLToPath(new URL('..', import.meta.url));

void main(receiveOnce() as ListPlan);

async function main({ url, name }: ListPlan): Promise<void> {
  try {
    const cases = (await loadCases(url, name)).map(({ definition, values, ...description }) => description);
    const result: ListResult = { benchmem: 'result', cases };
    send(result);
    process.exit(0);
  } catch (error) {
    send(failureOf(error));
    const { cause } = error as Partial<Error>;
    // WHY thrown once more: only node's own last words say where a module does not parse.
    if (cause instanceof SyntaxError && !isRaisedByCode(cause)) {
      cause.stack = String(cause);
      throw cause;
    }
    process.exit(1);
  }
}

// A parser's error has no frames but those of node and ours, which loaded the module.
function isRaisedByCode({ stack = '' }: Error): boolean {
  const frames = stack.split('\n').filter((line) => /^\s+at /.test(line));
  return frames.some((line) => !line.includes('node:internal/') && !line.includes(own));
}
