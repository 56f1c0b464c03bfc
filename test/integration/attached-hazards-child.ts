// The measured process of the hazard tests: forks, programs started inside a window, memory that runs out, workers.
import { spawnSync } from 'node:child_process';
import { Worker } from 'node:worker_threads';
import type { NativeBinding, ObjectReading } from '../../src/native/contract.js';
import { type ChildTools, type Comparison, compare, loadTools, report } from './attached-addon.js';

export interface WorkerReport {
  readonly mode: string;
  readonly whileMainMeasures: string;
  readonly ownAllocations: number;
}

export interface HazardsReport {
  /** Children forked in a window while threads allocated; those that did their work; what the parent counted. */
  readonly fork: { readonly children: number; readonly done: number; readonly parentCounted: number };
  readonly exec: Comparison;
  readonly failingNew: Comparison;
  readonly worker: WorkerReport;
  readonly afterWorker: number;
  /** Of one round of every form of operator new, by the addon. */
  readonly operatorBytes: number;
}

const addonObject = 'completeness.node';

function ownReading(binding: NativeBinding, action: () => void): ObjectReading | undefined {
  const token = binding.openWindow({ threads: 'current' });
  action();
  const objects = binding.windowObjects(token);
  binding.closeWindow(token);
  return objects.find(({ object }) => object.endsWith(addonObject));
}

function forkInWindow({ addon, binding }: ChildTools): HazardsReport['fork'] {
  const children = 20;
  addon.startThreads(3);
  const token = binding.openWindow({ threads: 'current' });
  const done = addon.forkChildren(children);
  addon.mallocFamily(1);
  const own = binding.windowObjects(token).find(({ object }) => object.endsWith(addonObject));
  binding.closeWindow(token);
  addon.stopThreads();
  return { children, done, parentCounted: own?.allocations ?? 0 };
}

/** A worker that loads the addons again while the main thread measures, and measures itself afterwards. */
async function runWorker({ plan, binding }: ChildTools): Promise<WorkerReport> {
  const source = `
    const { parentPort, workerData } = require('node:worker_threads');
    const codeOf = (action) => { try { action(); return 'none'; } catch (error) { return error.code; } };
    (async () => {
      const binding = (await import(workerData.load)).loadBinding();
      const addon = require(workerData.addon);
      binding.install();
      const whileMainMeasures = codeOf(() => binding.openWindow({ threads: 'current' }));
      parentPort.postMessage('ready');
      parentPort.once('message', () => {
        const token = binding.openWindow({ threads: 'current' });
        addon.mallocFamily(1);
        const own = binding.windowObjects(token).find(({ object }) => object.endsWith('${addonObject}'));
        binding.closeWindow(token);
        const { mode } = binding.describe();
        parentPort.postMessage({ mode, whileMainMeasures, ownAllocations: own?.allocations });
      });
    })();`;
  const token = binding.openWindow({ threads: 'all' });
  const worker = new Worker(source, { eval: true, workerData: plan });
  const exited = new Promise((resolve) => worker.once('exit', resolve));
  const next = () =>
    new Promise((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
    });
  await next();
  binding.closeWindow(token);
  const answer = next();
  worker.postMessage('measure');
  const result = (await answer) as WorkerReport;
  await exited;
  return result;
}

async function main(tools: ChildTools): Promise<HazardsReport> {
  const { addon, binding } = tools;
  const run = () => spawnSync(process.execPath, ['-p', 'Buffer.alloc(1e6).length'], { encoding: 'utf8' });
  run();
  const exec = await compare(tools, () => Number(run().stdout));
  addon.failingNew();
  const failingNew = await compare(tools, () => addon.failingNew());
  const worker = await runWorker(tools);
  const afterWorker = ownReading(binding, () => addon.mallocFamily(1))?.allocations ?? 0;
  const operatorBytes = ownReading(binding, () => addon.operators(1))?.totalBytes ?? 0;
  return { fork: forkInWindow(tools), exec, failingNew, worker, afterWorker, operatorBytes };
}

const tools = await loadTools();
tools.binding.install();
report(await main(tools));
