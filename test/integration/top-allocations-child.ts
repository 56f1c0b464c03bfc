// The measured process of top-allocations.test.ts: profiled windows and results, attached, through the built package.
// Prints one line of JSON; judges nothing.
import { createRequire } from 'node:module';
import type { Api } from '../support/built-api.js';

export interface TopPlan {
  /** The built package's ES entry. */
  readonly api: string;
  /** Of test/addons/leaks. */
  readonly addon: string;
  /** Where a profile may be written. */
  readonly file: string;
}

const plan = JSON.parse(process.argv[2] ?? '{}') as TopPlan;
const { measureMemory, openWindow, topAllocations } = (await import(plan.api)) as Api;
const addon = createRequire(import.meta.url)(plan.addon) as Record<'parse' | 'decode' | 'encode', () => void>;
const kept: Buffer[] = [];

function keepMuch(): void {
  kept.push(Buffer.alloc(300_000));
}

function keepLittle(): void {
  kept.push(Buffer.alloc(20_000));
}

function work(): void {
  for (let round = 0; round < 7; round += 1) {
    addon.parse();
    addon.decode();
  }
  keepMuch();
  keepLittle();
}

const outcome = (run: Promise<unknown>) =>
  run.then(
    (answer) => answer,
    ({ code, message, hint }: { code: string; message: string; hint: string }) => ({ code, message, hint }),
  );

/** Everything is warm before: what is compiled in a window has stacks too. */
work();
const unclosed = openWindow({ profile: true });
const early = await outcome(topAllocations(unclosed));
await unclosed.close();
const window = openWindow({ profile: true });
work();
const sample = await window.close();
const plain = openWindow();
await plain.close();
const dropped = openWindow({ profile: true });
dropped.discard();
const result = await measureMemory(work, { profile: plan.file, repeats: 2 });
const answer = {
  sample,
  early,
  leaked: await topAllocations(window, { metric: 'leaked', most: 3 }),
  allocations: await topAllocations(window, { metric: 'allocations', most: 1000 }),
  peak: await topAllocations(window, { most: 1 }),
  plain: await outcome(topAllocations(plain)),
  dropped: await outcome(topAllocations(dropped)),
  strange: await outcome(topAllocations(window, { metric: 'size' as 'peak' })),
  result: await topAllocations(result, { most: 1 }),
  moved: await outcome(topAllocations({ profile: { file: plan.file, sha256: '00' } })),
};
process.stdout.write(`${JSON.stringify(answer)}\n`);
