// The steps that a run tells of below its table: over the saved runs of its branch, and itself.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gitIn } from '../../src/runfile/provenance.js';
import { makeStory, type Story, storyIds } from '../support/story.js';
import { runFake } from './fake-world.js';
import { steady } from './figures.js';
import { plannedCase, runWorld } from './run-world.js';

const cwd = mkdtempSync(join(tmpdir(), 'benchmem-run-steps-'));
let story: Story;
beforeAll(() => {
  story = makeStory(cwd);
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

const [file = '', ...names] = storyIds.parse.split('::');
const flags = { peak: ['--predictable'], accounting: ['--predictable'] };

/** A run of `parse` alone, measured on the first machine of the story. */
function run(peak: number, words: readonly string[] = []) {
  const environment = {
    ...steady.environment,
    mode: 'preloaded',
    node: '20.20.2',
    flags,
  } as typeof steady.environment;
  const figures = { ...steady, environment, peak_bytes: [peak, peak, peak] };
  const planned = plannedCase(file, names.join('::'));
  const world = runWorld([{ planned, figures }]);
  const suite = {
    ...world.suite,
    git: gitIn,
    nodeVersion: async () => '20.20.2',
    commitInfo: async () => ({
      id: 'f00dfeed',
      time: '2026-02-20T00:00:00Z',
      dirty: false,
      branch: 'main',
      project: 'p',
    }),
    machineInfo: async () => ({
      system: 'Linux',
      runtime: 'Node.js',
      cpu: { brand_raw: 'Story CPU A', count: 4 },
    }),
  };
  return runFake(['run', '--no-time', ...words], { ...world, cwd, suite });
}

describe('a run', () => {
  it('tells of the steps before it, by the commits they came with', async () => {
    const { code, stdout } = await run(563_200);
    expect(code).toBe(0);
    expect(stdout).toContain(
      `step     ${storyIds.parse} peak +10.0% since ${story.peak.id.slice(0, 8)}, 15 runs ago`,
    );
    expect(stdout).toContain('benchmem history shows more');
  });

  it('tells of its own step, and of what became better, without failing', async () => {
    const worse = await run(600_000);
    expect([worse.code, worse.stdout]).toEqual([
      0,
      expect.stringContaining(`${storyIds.parse} peak +6.5% since f00dfeed, the newest run`),
    ]);
    const better = await run(500_000);
    expect([better.code, better.stdout]).toEqual([
      0,
      expect.stringContaining(`better   ${storyIds.parse} peak -11.2% since f00dfeed, the newest run`),
    ]);
  });

  it('tells of no step that is accepted, and of none without a history', async () => {
    expect((await run(563_200, ['--no-history'])).stdout).not.toContain('step ');
    const path = join(cwd, '.benchmarks', 'accepted.json');
    const commit = story.peak.id;
    writeFileSync(path, JSON.stringify([{ id: storyIds.parse, metric: 'peak', commit, note: 'meant' }]));
    expect((await run(563_200)).stdout).not.toContain('step ');
    writeFileSync(path, '{');
    const broken = await run(563_200);
    rmSync(path);
    expect([broken.code, broken.stdout]).toEqual([
      0,
      expect.stringContaining('.benchmarks/accepted.json: is not JSON'),
    ]);
    expect(broken.stdout).not.toContain('step ');
  });
});
