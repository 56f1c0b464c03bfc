// The leak rule over series that were recorded in plain processes and in test runners, with coverage and without: our own,
// and more in the folder that BENCHMEM_GOLDEN_DIR names (leaks/*.jsonl). Each line is one body that was called in rounds.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import {
  isCleared,
  judgeLeak,
  needsThirdStage,
  trendConditionsOf,
} from '../../src/engine/leaks/leak-rule.js';
import { callsUpTo, firstStageRounds, type LeakSeries } from '../../src/engine/leaks/leak-series.js';

interface Recorded {
  /** The runner; `plain` is none. */
  readonly where: string;
  readonly kind: 'clean' | 'leaky';
  readonly name: string;
  /** All calls, of the warm-up too. */
  readonly calls: number;
  readonly rounds: number;
  /** Growth of native memory and of the JavaScript heap in turn, in bytes. */
  readonly log: readonly number[];
}

const folders = [fileURLToPath(new URL('./leaks', import.meta.url))];
if (process.env.BENCHMEM_GOLDEN_DIR !== undefined) {
  folders.push(join(process.env.BENCHMEM_GOLDEN_DIR, 'leaks'));
}
const files = folders
  .filter((folder) => existsSync(folder))
  .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)));

// Series of one size of round throughout are of another question.
function recordedIn(file: string): Recorded[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Recorded)
    .filter(({ log }) => log !== undefined);
}

function seriesOf({ calls, rounds, log }: Recorded): LeakSeries {
  return {
    calls: calls / callsUpTo(rounds, 1),
    native: log.filter((_, at) => at % 2 === 0),
    js: log.filter((_, at) => at % 2 === 1),
  };
}

/** Bytes of native memory per call that a body of this name leaks: exactly. */
const nativeLeaks: Readonly<Record<string, number>> = { native100: 100, asyncNative100: 100, native16: 16 };

/** Growth that is hidden in some rounds: a number pushed into an array that doubles, and a list's node in few calls. */
function mayBeMissed(each: Recorded): boolean {
  return each.name === 'smallNumber' || (each.name === 'linked' && seriesOf(each).calls < 30);
}

describe.each(files)('%s', (file) => {
  const recorded = recordedIn(file);

  it('finds no leak in a body that does not leak', () => {
    const alarms = recorded.filter((each) => each.kind === 'clean' && judgeLeak(seriesOf(each)).isLeak);
    expect(alarms.map(({ where, name }) => `${name} in ${where}`)).toEqual([]);
  });

  it('finds the leaks, except for what may be missed', () => {
    const leaky = recorded.filter((each) => each.kind === 'leaky' && !mayBeMissed(each));
    const missed = leaky.filter((each) => !judgeLeak(seriesOf(each)).isLeak);
    expect(missed.map(({ where, name }) => `${name} in ${where}`)).toEqual([]);
  });

  it('reads what a call of an addon loses, to the byte', () => {
    for (const each of recorded) {
      const expected = nativeLeaks[each.name];
      if (expected !== undefined) expect(judgeLeak(seriesOf(each)).nativeBytes).toBe(expected);
    }
  });
});

// Twelve rounds of one size, of bodies whose JavaScript heap moves to and fro, and of quiet ones: what a third stage judges.
interface RecordedNoise {
  readonly name: string;
  /** What the body keeps besides; null: nothing. */
  readonly leak: string | null;
  readonly calls: number;
  readonly native: readonly number[];
  readonly js: readonly number[];
}

const recordedNoise = readFileSync(new URL('./leaks/noisy.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as RecordedNoise);
/** Bytes by which a heap shrank per call, so that it is restless. */
const leastNoise = 8;

describe.each([
  // Leaks of 56 and 80 bytes a call: how many of all are found.
  { calls: 100, clean: 30, leaky: 18, found: 9 },
  { calls: 400, clean: 20, leaky: 12, found: 11 },
])('a restless heap and $calls calls a round', ({ calls, clean, leaky, found }) => {
  const recorded = recordedNoise.filter((each) => each.calls === calls);
  const isFound = ({ native, js }: RecordedNoise) =>
    judgeLeak({ calls, native: native.slice(0, 1), js: [-leastNoise * calls], restlessJs: js });

  it('finds no leak where there is none', () => {
    const quiet = recorded.filter(({ leak }) => leak === null);
    expect(quiet).toHaveLength(clean);
    expect(quiet.filter((each) => isFound(each).isLeak).map(({ name }) => name)).toEqual([]);
  });

  it('finds most leaks with many calls, and reads them within a half', () => {
    const leaks = recorded.filter(({ leak }) => leak !== null);
    expect(leaks).toHaveLength(leaky);
    const read = leaks.map(isFound).filter(({ isLeak }) => isLeak);
    expect(read).toHaveLength(found);
    for (const { noisy, jsBytes = 0 } of read) {
      expect(noisy).toBe(true);
      expect(jsBytes).toBeGreaterThan(50);
      expect(jsBytes).toBeLessThan(135);
    }
  });

  it('would be asked of every one that leaks, had these been its first rounds', () => {
    for (const { native, js, leak } of recorded) {
      let rounds = 1;
      const first = () => ({ calls, native: native.slice(0, rounds), js: js.slice(0, rounds) });
      while (rounds < firstStageRounds && !isCleared(first())) rounds += 1;
      if (leak !== null) expect(!isCleared(first()) || needsThirdStage(first())).toBe(true);
    }
  });
});

it('a restless heap that does not leak would without the order of its thirds', () => {
  const alarms = recordedNoise.filter(({ leak, js, calls }) => {
    const { steady, enough } = trendConditionsOf(js, calls);
    return leak === null && steady && enough;
  });
  expect(alarms.map(({ name }) => name)).toContain('http');
});
