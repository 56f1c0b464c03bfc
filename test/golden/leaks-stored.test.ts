// The leak rule over series that were recorded in plain processes and in test runners, with coverage and without: our own,
// and more in the folder that BENCHMEM_GOLDEN_DIR names (leaks/*.jsonl). Each line is one body that was called in rounds.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { judgeLeak } from '../../src/engine/leaks/leak-rule.js';
import { callsUpTo, type LeakSeries } from '../../src/engine/leaks/leak-series.js';

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
