// One grammar of limits: every text means the same, or is refused, wherever somebody may write it.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readCompareArgs } from '../../src/cli/compare/read.js';
import { readPlotArgs } from '../../src/cli/plot/read.js';
import { readRunConfig } from '../../src/cli/suite/config.js';
import { compareRuns, planComparison } from '../../src/compare/compare.js';
import { runGate } from '../../src/compare/gate/verdict.js';
import { checkBenchOptions } from '../../src/runner/bench-options.js';
import { bench, startCollecting, stopCollecting } from '../../src/runner/registry.js';
import { run } from './compare-support.js';

const folder = mkdtempSync(join(tmpdir(), 'benchmem-limits-'));
afterAll(() => rmSync(folder, { recursive: true }));

type Attempt = (limit: string) => unknown;

const flag =
  (name: string): Attempt =>
  (limit) =>
    readCompareArgs({ _: ['compare', 'a.json'], [name]: `peak:${limit}` });
const setting =
  (key: string): Attempt =>
  (limit) => {
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ benchmem: { [key]: [`peak:${limit}`] } }));
    return readRunConfig(folder, undefined);
  };

const inTheApi = (options: object) => {
  startCollecting();
  try {
    bench('a', options, () => undefined);
  } finally {
    stopCollecting();
  }
};

const gates: Readonly<Record<string, Attempt>> = {
  '--fail-on': flag('fail-on'),
  '--fail-on-change': flag('fail-on-change'),
  'the setting compareFail': setting('compareFail'),
  'the setting compareFailOnChange': setting('compareFailOnChange'),
  'the option failOn': (limit) => checkBenchOptions('a', { failOn: [`peak:${limit}`] }),
  'the option failOn of bench()': (limit) => inTheApi({ failOn: [`peak:${limit}`] }),
  'fail_on in a run': (limit) => {
    const runs = ['base', 'head'].map((label) =>
      run(label, [{ id: 'b', peak: [1], blob: { fail_on: [`peak:${limit}`] } }]),
    );
    return runGate(compareRuns(runs, planComparison({})).compared, { thresholds: [] });
  },
};
const ceilings: Readonly<Record<string, Attempt>> = {
  'the option maxPeak': (limit) => checkBenchOptions('a', { maxPeak: limit }),
  'the option maxPeak of bench()': (limit) => inTheApi({ maxPeak: limit }),
};

async function isTaken(attempt: Attempt, limit: string): Promise<boolean> {
  try {
    await attempt(limit);
    return true;
  } catch (error) {
    expect(error).toMatchObject({ exitCode: 2, message: expect.stringContaining(limit.trim().slice(0, 20)) });
    return false;
  }
}

const absolute = [
  '5',
  '0',
  '.5MiB',
  '5.MiB',
  '1.5 KiB',
  ' 7 B ',
  '1KB',
  '1MB',
  '1GB',
  '1TB',
  '1TiB',
  '100MiB',
];
const relative = ['10%', '0%', '.5%', ' 10 % ', '10%+64KiB', '10 % + 64 KiB', '5%+0', '0%+1.5MB'];
const wrong = [
  ...['', '%', '.', '+', '-1', '+1', '-1%', '1e3', '1,000', 'nan', 'inf', 'Infinity', 'ten', '1 0'],
  ...['5mib', '5kB', '5Mib', '5MIB', '5ms', '5 M', '10%%', '5constructor', '5__proto__', '0x10', '\u0665KiB'],
  ...['10%+', '10%+5%', '64KiB+10%', '1KiB+1KiB', '10%+-1', '10%+1KiB+1KiB', '10%+1ms', '9'.repeat(400)],
];

describe('a limit', () => {
  it.each([...absolute, ...relative])('%j is taken wherever a gate is asked', async (limit) => {
    for (const [where, attempt] of Object.entries(gates))
      expect(await isTaken(attempt, limit), where).toBe(true);
  });

  it.each(wrong)('%j is refused wherever a gate is asked', async (limit) => {
    for (const [where, attempt] of Object.entries(gates))
      expect(await isTaken(attempt, limit), where).toBe(false);
  });

  it('is a ceiling if it is absolute', async () => {
    for (const [where, attempt] of Object.entries(ceilings)) {
      for (const limit of absolute) expect(await isTaken(attempt, limit), `${where} ${limit}`).toBe(true);
      for (const limit of [...relative, ...wrong])
        expect(await isTaken(attempt, limit), `${where} ${limit}`).toBe(false);
    }
  });

  it('bounds the colours of a picture unless it has an allowance', async () => {
    const clip: Attempt = (limit) => readPlotArgs({ _: ['plot', 'a.json'], columns: 'peak', clip: limit });
    const [with_, without] = [
      relative.filter((text) => text.includes('+')),
      relative.filter((text) => !text.includes('+')),
    ];
    for (const limit of [...absolute, ...without]) expect(await isTaken(clip, limit), limit).toBe(true);
    for (const limit of [...with_, ...wrong]) expect(await isTaken(clip, limit), limit).toBe(false);
  });
});
