// What the plug-in for vitest does to a project, by stand-ins: vitest itself runs it in test/integration/runners.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { memory } from '../../src/integrations/vitest/plugin.js';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'benchmem-plugin-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

interface StandIn {
  readonly said: string[];
  readonly provided: unknown[];
  readonly config: Record<string, unknown>;
  configure(plugin?: ReturnType<typeof memory>): Promise<void>;
}

function standIn(changes: Record<string, unknown> = {}, version = '5.1.2'): StandIn {
  const said: string[] = [];
  const provided: unknown[] = [];
  const config: Record<string, unknown> = {
    root,
    pool: 'forks',
    maxWorkers: 2,
    setupFiles: [],
    server: { deps: {} },
    ...changes,
  };
  const vitest = {
    version,
    config: { root, reporters: [] },
    projects: [{}],
    logger: { log: (line: string) => said.push(line) },
  };
  const project = { name: 'app', config, provide: (_key: string, value: unknown) => provided.push(value) };
  return {
    said,
    provided,
    config,
    configure: (plugin = memory()) => Promise.resolve(plugin.configureVitest({ vitest, project } as never)),
  };
}

describe('memory()', () => {
  it('puts runner, set-up file and settings into a project', async () => {
    const { config, provided, configure } = standIn();
    await configure(memory({ limits: { peak: '64 MB' } }));
    expect(config.runner).toMatch(/vitest[\\/]runner\.js$/);
    expect(config.setupFiles).toEqual([expect.stringMatching(/vitest[\\/]setup\.js$/)]);
    expect(provided).toEqual([
      { ofProject: {}, ofPlugin: { limits: { peak: '64 MB' } }, version: '5.1.2', root, aroundHooks: false },
    ]);
  });

  it('leaves projects alone that run in a browser, and says so once', async () => {
    const plugin = memory();
    const { config, said, provided, configure } = standIn({ browser: { enabled: true } });
    await configure(plugin);
    await configure(plugin);
    expect(said).toEqual([expect.stringMatching(/the project app, because its tests run in a browser/)]);
    expect([config.runner, config.setupFiles, provided]).toEqual([undefined, [], []]);
  });

  it('leaves a runner of the project in place', async () => {
    const { config, provided, configure } = standIn({ runner: '/project/runner.ts' });
    await configure();
    expect(config.runner).toBe('/project/runner.ts');
    expect(provided).toMatchObject([{ aroundHooks: true }]);
  });

  it.each(['threads', 'vmThreads'])('refuses %s, and takes one worker of them', async (pool) => {
    await expect(standIn({ pool }).configure()).rejects.toMatchObject({
      code: 'INVALID_OPTION',
      message: expect.stringContaining(`pool ${pool}`),
      hint: expect.stringContaining("pool: 'forks'"),
    });
    await expect(standIn({ pool, maxWorkers: 1 }).configure()).resolves.toBeUndefined();
  });

  it.each(['3.2.4', '4.0.18'])('refuses vitest %s', async (version) => {
    await expect(standIn({}, version).configure()).rejects.toMatchObject({
      code: 'NOT_AVAILABLE',
      message: expect.stringContaining(version),
    });
  });

  it('refuses settings that it does not know', () => {
    expect(() => memory({ limit: '64 MB' } as never)).toThrow(/there is no setting "limit"/);
  });
});
