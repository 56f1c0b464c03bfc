// The listing child's main module: loads a file, answers what it defines or exports, and ends.
import { fileURLToPath } from 'node:url';
import { receiveOnce, send } from '../engine/child/inside/channel.js';
import { type AnyPlan, type AnyResult, failureOf } from '../engine/child/protocol.js';
import { importModule } from '../engine/modules/module-loader.js';
import type { CaseDescription } from './cases.js';
import { type ExportEntry, exportsOf } from './exports.js';
import { loadCases } from './load-cases.js';

/** What may be asked about a file, and what the answer to each question is. */
export interface ListAnswers {
  /** The benchmarks that a bench file defines. */
  readonly cases: readonly CaseDescription[];
  /** What a module exports. */
  readonly exports: readonly ExportEntry[];
}

export interface ListPlan<Wanted extends keyof ListAnswers = keyof ListAnswers> extends AnyPlan {
  readonly kind: 'load';
  readonly url: string;
  readonly name: string;
  readonly wants: Wanted;
}

export interface ListResult<Wanted extends keyof ListAnswers = keyof ListAnswers> extends AnyResult {
  readonly found: ListAnswers[Wanted];
}

type Answer<Wanted extends keyof ListAnswers> = (url: string, name: string) => Promise<ListAnswers[Wanted]>;

const answers: { readonly [Wanted in keyof ListAnswers]: Answer<Wanted> } = {
  cases: async (url, name) =>
    (await loadCases(url, name)).map(({ definition, values, ...description }) => description),
  exports: async (url, name) => exportsOf(await importModule(url, name)),
};

const own = fileURLToPath(new URL('..', import.meta.url));

void main(receiveOnce() as ListPlan);

async function main({ url, name, wants }: ListPlan): Promise<void> {
  try {
    const result: ListResult = { benchmem: 'result', found: await answers[wants](url, name) };
    send(result);
    process.exit(0);
  } catch (error) {
    send(failureOf(error));
    const { cause } = error as Partial<Error>;
    // WHY: the error is thrown again, because only node's own message shows the line that does not parse.
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
