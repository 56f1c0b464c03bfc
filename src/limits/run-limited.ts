// One run of a body with limits: a measured call, and, for a limit of leaks, many more. What comes first fails the test:
// the body's own error, then its memory, then its leaks.
import { findLeak } from '../engine/leaks/find-leak.js';
import { type TestReading, TestWindow } from '../engine/window/test-window.js';
import { BenchmemError } from '../errors.js';
import { defined, isThenable } from '../shapes.js';
import { keepAssertionCounts } from './assertion-counts.js';
import { type BodyCall, callBody, refuseHiddenCallback } from './body.js';
import { pointing } from './caller-frames.js';
import { judgeLeakReport, tierFor } from './judge.js';
import { keepersFor, keepersSearch } from './leak-keepers.js';
import type { LeakPart, LimitedBody, MemoryPart } from './limited-body.js';
import { leakError, limitError } from './memory-limit-error.js';
import { noteOpenBody, refuseInsideBody } from './open-bodies.js';
import { isProfileWanted, tellOutcome } from './outcomes.js';
import { judgeReading } from './sites.js';
import { lifeOf, type TestLife } from './test-life.js';

interface Run {
  readonly limited: LimitedBody;
  readonly call: BodyCall;
  readonly life: TestLife;
}

/** Throws what the body throws, MEMORY_LIMIT, the errors of a window, and ABORTED once the runner has given the test up. */
export async function runLimited(limited: LimitedBody, call: BodyCall): Promise<void> {
  const { madeAt } = [...limited.memory, ...limited.leaks][0] as MemoryPart | LeakPart;
  pointing(madeAt, () => {
    refuseInsideBody();
    if (!limited.takesDone) refuseHiddenCallback(limited.body, call);
  });
  const run = { limited, call, life: lifeOf(call) };
  const restoreCounts = limited.leaks.length === 0 ? undefined : keepAssertionCounts(call);
  const reading = await measureCall(run);
  for (const part of limited.memory) await judgeMemory(part, reading);
  for (const part of limited.leaks) await checkLeaks(run, part, restoreCounts);
}

// WHY: this runs for limits on leaks alone too, because the first call's failure is the test's own.
async function measureCall({ limited, call, life }: Run): Promise<TestReading> {
  await rehearse();
  const window = await TestWindow.prepare(windowOptions(limited));
  let isAbandoned = life.isOver();
  const abandon = () => {
    isAbandoned = true;
    window.discard();
  };
  const forget = noteOpenBody({ life, abandon });
  try {
    if (!isAbandoned) await benchmemAwaitsBody(window, limited, call);
    if (isAbandoned) throw givenUp();
    return await window.finish();
  } catch (error) {
    window.discard();
    throw error;
  } finally {
    forget();
  }
}

// WHY: this is an error, because nobody may take a test for passed whose limits were not judged.
function givenUp(): BenchmemError {
  return new BenchmemError(
    'ABORTED',
    'the runner gave the test up before its limits could be judged',
    "raise the test's timeout: a measured body takes longer, and waits for its turn if tests run side by side",
  );
}

function windowOptions({ memory }: LimitedBody) {
  const limits = Object.assign({}, ...memory.map((part) => part.limits));
  return {
    tier: tierFor(limits),
    threads: memory[0]?.threads ?? 'all',
    profiled: memory.some(({ profiled }) => profiled) || isProfileWanted(),
  } as const;
}

// INVARIANT: nothing of ours is allocated between `open` and the body, or between the body and `end`. Its name is
// `awaitingName`.
async function benchmemAwaitsBody(
  window: Pick<TestWindow, 'open' | 'end'>,
  { body, takesDone }: Pick<LimitedBody, 'body' | 'takesDone'>,
  call: BodyCall,
): Promise<void> {
  window.open();
  const answer = callBody(body, call, takesDone);
  if (isThenable(answer)) await Promise.resolve(answer).then(dropResult);
  window.end();
}

const rehearsals = 20;
const emptyWindows = 2;
let isRehearsed = false;

// So that code and feedback of our own exist before the first body, and V8 has collected once as it does in such a window:
// an empty body is then 0 bytes.
async function rehearse(): Promise<void> {
  if (isRehearsed) return;
  isRehearsed = true;
  const nobody = { body: dropResult, takesDone: false };
  const call = { self: undefined, args: [] };
  const inert = { open() {}, end() {} };
  for (let round = 0; round < rehearsals; round += 1) {
    await benchmemAwaitsBody(inert, nobody, call);
    await benchmemAwaitsBody(inert, { body: async () => {}, takesDone: false }, call);
  }
  for (let round = 0; round < emptyWindows; round += 1) {
    const window = await TestWindow.prepare({ tier: 'near-live' });
    await benchmemAwaitsBody(window, nobody, call);
    await window.finish();
  }
}

function dropResult(): undefined {
  return undefined;
}

async function judgeMemory({ limits, madeAt }: MemoryPart, reading: TestReading): Promise<void> {
  const { sample, tier, settleMs, objects, profile } = reading;
  const { breaches, named } = await judgeReading(limits, reading, (judge) => pointing(madeAt, judge));
  const facts = defined({ sites: named, profile: isProfileWanted() ? profile : undefined });
  tellOutcome({ kind: 'limit', tier, sample, limits, breaches, settleMs, ...facts });
  if (breaches.length > 0)
    throw limitError({ breaches, sample, objects, madeAt, ...defined({ sites: named }) });
}

async function checkLeaks(
  { limited, call, life }: Run,
  part: LeakPart,
  restoreCounts: (() => void) | undefined,
): Promise<void> {
  const controller = new AbortController();
  const forget = noteOpenBody({ life, abandon: () => controller.abort() });
  let waits = false;
  const action = () => {
    restoreCounts?.();
    const answer = callBody(limited.body, call, limited.takesDone);
    waits ||= isThenable(answer);
    return answer;
  };
  const { limits, madeAt, threads, calls, maxTimeMs, filter, filterObjects } = part;
  const search = await keepersSearch();
  try {
    const { signal } = controller;
    const chosen = defined({ calls, maxTimeMs, filter, filterObjects });
    const leak = await findLeak(action, { threads, signal, ...chosen });
    const breaches = pointing(madeAt, () => judgeLeakReport(limits, leak));
    const isKept = breaches.length > 0 && (leak.jsBytes ?? 0) > 0;
    const keepers = isKept ? await keepersFor(leak, () => search(action, waits, { signal })) : undefined;
    tellOutcome({ kind: 'leak', tier: 'full', limits, breaches, leak, settleMs: 0, ...defined({ keepers }) });
    if (breaches.length === 0) return;
    throw leakError(breaches, leak, { madeAt, keepers });
  } catch (error) {
    throw controller.signal.aborted ? givenUp() : error;
  } finally {
    forget();
  }
}
