// The measured process of the tests of JavaScript frames: calls what js-frames/ has in a profiled window, and prints the
// stacks of allocations by their sizes, named as the product names them. Judges nothing.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { scriptTexts } from '../../src/engine/child/inside/script-texts.js';
import type { CheckedBinding, CodeFigures, ProfileReading } from '../../src/native/contract.js';
import { nameStacks } from '../../src/profile/capture.js';
import type { Profile, ProfileFrame } from '../../src/profile/model.js';
import type { Place } from '../../src/profile/names/places.js';

export interface JsFramesPlan {
  readonly load: string;
  /** The folder of what is called, with a slash at its end, as a URL. */
  readonly folder: string;
  /** The module that stands for typed.ts. */
  readonly typed: string;
  /** The module that loads the addon in a worker before its own code. */
  readonly addonLoader: string;
  /** V8 inlines. */
  readonly inlines: boolean;
  /** Code is listened to by the profile alone, for the second time, and one worker is older than that. */
  readonly attached?: boolean;
}

export interface JsFramesReport {
  readonly stacks: Readonly<Record<string, readonly string[]>>;
  readonly figures: CodeFigures;
  readonly refused?: string;
}

interface Calls {
  calls(): void;
  hot(rounds: number, bytes: number): number;
  later(): Promise<void>;
}

const plan = JSON.parse(process.argv[2] ?? '') as JsFramesPlan;
const { loadBinding } = (await import(pathToFileURL(plan.load).href)) as { loadBinding(): CheckedBinding };
const binding = loadBinding();
binding.install();
if (plan.attached === true) {
  binding.startProfile();
  binding.stopProfile();
} else {
  binding.listenToCode(plan.inlines);
}
const { calls, hot, later } = (await import(`${plan.folder}calls.mjs`)) as Calls;
const { typed } = (await import(plan.typed)) as { typed(size: { bytes: number }): void };

async function profiled(): Promise<JsFramesReport> {
  for (let round = 0; round < 3000; round += 1) hot(100, 1);
  const older = plan.attached === true ? new Worker(new URL(`${plan.folder}older-thread.mjs`)) : undefined;
  if (older !== undefined) await once(older, 'online');
  binding.startProfile();
  binding.collectGarbage();
  const token = binding.openWindow({ threads: 'all' });
  calls();
  hot(100, 5007);
  typed({ bytes: 5014 });
  await later();
  if (older === undefined) await inWorker(5015);
  else await answerOf(older, 5016);
  binding.drainWindow(token);
  const reading = binding.readProfile(token);
  binding.closeWindow(token);
  binding.stopProfile();
  await older?.terminate();
  const { jsFramesRefused: refused } = reading;
  return {
    stacks: stacksBySize(named(reading)),
    figures: binding.codeFigures(),
    ...(refused !== undefined && { refused }),
  };
}

// Twice: the first allocations make the thread known, what comes after them has frames.
async function answerOf(worker: Worker, bytes: number): Promise<void> {
  for (let round = 0; round < 2; round += 1) {
    const answer = once(worker, 'message');
    worker.postMessage(bytes);
    await answer;
  }
}

function inWorker(bytes: number): Promise<unknown> {
  const worker = new Worker(new URL(`${plan.folder}thread.mjs`), {
    workerData: { bytes },
    execArgv: ['-r', plan.addonLoader],
  });
  return new Promise((resolve, reject) => worker.on('exit', resolve).on('error', reject));
}

function named(reading: ProfileReading): Profile {
  const scripts = scriptTexts({ ids: new Set(reading.functionScripts), urls: new Set() });
  if (scripts instanceof Error) throw scripts;
  return nameStacks(
    reading,
    {
      project: fileURLToPath(plan.folder).slice(0, -1),
      executable: process.execPath,
      symbolsOf: () => undefined,
      demangle: (name) => name,
      textOf: fileText,
      compiledFrom,
    },
    { id: 'test' },
    { scripts },
  );
}

function fileText(url: string): string | undefined {
  try {
    return readFileSync(url.startsWith('file:') ? new URL(url) : url, 'utf8');
  } catch {
    return undefined;
  }
}

function compiledFrom({ url, line, column }: Place): Place | undefined {
  if (url !== plan.typed) return undefined;
  const map = new SourceMap(JSON.parse(readFileSync(`${fileURLToPath(url)}.map`, 'utf8')));
  const entry = map.findEntry(line - 1, column - 1);
  if (!('originalSource' in entry)) return undefined;
  return { url: entry.originalSource, line: entry.originalLine + 1, column: entry.originalColumn + 1 };
}

function stacksBySize({ stacks }: Profile): Record<string, string[]> {
  const bySize: Record<string, string[]> = {};
  for (const { frames, figures } of stacks) {
    const own = frames.filter(isOfTheTest);
    const bytes = (figures.bytes ?? 0) / (figures.allocations ?? 1);
    if (bytes >= 5000 && bytes <= 5100 && own.length > 0) bySize[bytes] = own.map(textOf);
  }
  return bySize;
}

const isOfTheTest = ({ kind, file }: ProfileFrame): boolean =>
  kind === 'wasm' || (kind === 'js' && !/^(node:|js-frames-child)/.test(file ?? ''));

const textOf = ({ name, file, line }: ProfileFrame): string =>
  [name, ...(file === undefined ? [] : [`${file}:${line ?? '?'}`])].join(' ');

console.log(JSON.stringify(await profiled()));
