// The measured process of test-window.test.ts: windows in two halves, in each tier, and who gives way to whom. Prints one
// line of JSON.
import { createRequire } from 'node:module';
import { runInNewContext } from 'node:vm';
import type { Sample } from '../../src/engine/result/sample.js';
import type { TestWindowOptions } from '../../src/engine/window/test-window.js';
import type { Api } from '../support/built-api.js';

type Windows = typeof import('../../src/engine/window/test-window.js');
type Turns = typeof import('../../src/engine/window/exclusive.js');

export interface WindowPlan {
  /** The folder of the built package. */
  readonly dist: string;
  readonly repeats: number;
}

const plan = JSON.parse(process.argv[2] ?? '{}') as WindowPlan;
const require = createRequire(import.meta.url);
const { TestWindow } = (await import(`${plan.dist}/engine/window/test-window.js`)) as Windows;
const twin = require(`${plan.dist}/cjs/engine/window/exclusive.js`) as Turns;
const { measureMemory, openWindow } = (await import(`${plan.dist}/index.js`)) as Api;

const bodies = {
  empty() {},
  buffers() {
    for (let each = 0; each < 10; each += 1) Buffer.alloc(1e6);
  },
  /** The array and the copy that it grows into. */
  doubles() {
    const numbers: number[] = [];
    for (let each = 0; each < 1.25e6; each += 1) numbers.push(each + 0.5);
    return numbers.length;
  },
};

async function measured(options: TestWindowOptions, body: () => unknown): Promise<Sample> {
  const window = await TestWindow.prepare(options);
  window.open();
  body();
  window.end();
  return (await window.finish()).sample;
}

function measuredNow(options: TestWindowOptions, body: () => unknown): Sample {
  const window = TestWindow.prepareNow(options);
  window.open();
  body();
  window.end();
  return window.finishNow().sample;
}

async function samplesOf(tier: TestWindowOptions['tier']) {
  const samples: Record<string, Sample[]> = {};
  for (const [name, body] of Object.entries(bodies)) {
    samples[name] = [];
    for (let repeat = 0; repeat < plan.repeats; repeat += 1)
      samples[name].push(await measured({ tier }, body));
  }
  return samples;
}

const codeOf = (run: () => unknown) =>
  Promise.resolve()
    .then(run)
    .then(
      () => 'none',
      ({ code }: { code: string }) => code,
    );

// A report's window around a test that measures for itself.
async function gaveWay(measure: () => Promise<number | undefined>) {
  const window = await TestWindow.prepare({ tier: 'light', yields: true });
  window.open();
  const inner = await measure();
  window.end();
  return { inner, gaveWay: window.gaveWay, finish: await codeOf(() => window.finish()) };
}

async function throughOpenWindow() {
  const window = openWindow();
  Buffer.alloc(300_000);
  return (await window.close()).native_total_bytes;
}

const wholeBuffer = () => Buffer.alloc(300_000);

async function turns() {
  const order: string[] = [];
  const first = await TestWindow.prepare({ tier: 'light' });
  const refused = [
    await codeOf(() => TestWindow.prepareNow({ tier: 'light' })),
    await codeOf(() => measureMemory(wholeBuffer)),
    await codeOf(() => twin.hold()),
  ];
  const waiting = [1, 2].map(async (number) => {
    const release = await twin.turn();
    order.push(`turn ${number}`);
    release();
  });
  const report = TestWindow.prepare({ tier: 'light', yields: true }).then((window) => {
    order.push('report');
    window.discard();
  });
  first.open();
  order.push('first');
  first.end();
  await first.finish();
  await Promise.all([...waiting, report]);
  return { order, refused };
}

const thrown = await codeOf(async () => {
  const window = await TestWindow.prepare({ tier: 'near-live' });
  window.open();
  window.discard();
  window.discard();
  await window.finish();
});

console.log(
  JSON.stringify({
    light: await samplesOf('light'),
    nearLive: await samplesOf('near-live'),
    full: await samplesOf('full'),
    now: {
      light: measuredNow({ tier: 'light' }, bodies.buffers),
      nearLive: measuredNow({ tier: 'near-live' }, bodies.doubles),
      full: measuredNow({ tier: 'full' }, bodies.empty),
    },
    current: await measured({ tier: 'light', threads: 'current' }, bodies.buffers),
    gaveWay: {
      measureMemory: await gaveWay(async () => (await measureMemory(wholeBuffer)).peakBytes),
      openWindow: await gaveWay(throughOpenWindow),
      window: await gaveWay(async () => (await measured({ tier: 'full' }, wholeBuffer)).native_total_bytes),
    },
    turns: await turns(),
    thrown,
    afterwards: await measured({ tier: 'near-live' }, bodies.buffers),
    gc: [typeof globalThis.gc, runInNewContext('typeof gc')],
  }),
);
