// A measurement in children over a fake child host: which children, with what plan, and what becomes of their answers.
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { ChildOutcome } from '../../src/engine/child/parent/run.js';
import type { ChildRequest } from '../../src/engine/child/parent/start.js';
import type { ExtraPlan } from '../../src/engine/child/protocol.js';
import { type ChildHost, measureIsolated } from '../../src/engine/isolate.js';
import type { IsolateOptions, PassProgress } from '../../src/engine/options.js';
import { noFacts } from '../../src/engine/result/facts.js';
import type { PassKind, Sample } from '../../src/engine/result/sample.js';
import { BenchmemError } from '../../src/errors.js';

const module = fileURLToPath(import.meta.url);

const samples: Readonly<Record<PassKind, readonly Sample[]>> = {
  peak: [{ peak_bytes: 30 }, { peak_bytes: 20 }, { peak_bytes: 25 }],
  accounting: [{ allocations: 1 }, { allocations: 2 }, { allocations: 3 }],
  attached: [{ peak_bytes: 9, allocations: 4 }],
  profile: [{ peak_bytes: 20, allocations: 2 }],
};

interface FakeChildHost extends ChildHost {
  readonly requests: ChildRequest[];
  readonly extras: ChildRequest<ExtraPlan>[];
  disposed: number;
}

function fakeChildHost(outcome: Partial<ChildOutcome> | Error = {}): FakeChildHost {
  const host: FakeChildHost = {
    requests: [],
    extras: [],
    disposed: 0,
    environment: { HOME: '/home/me', NODE_OPTIONS: '--no-warnings' },
    execArgv: ['--expose-gc', '--inspect'],
    preloadLibraryPath: () => '/lib/libbenchmem.so',
    addonPath: () => '/lib/benchmem.node',
    async makeImportable() {
      const dispose = () => {
        host.disposed += 1;
      };
      return { urlOf: (path) => `file://${path}?importable`, dispose };
    },
    async runExtra(request) {
      host.extras.push(request);
      return { result: { benchmem: 'result', rssBytes: 1000 + host.extras.length } };
    },
    async runChild(request) {
      host.requests.push(request);
      if (outcome instanceof Error) throw outcome;
      const { kind } = request.plan;
      request.onProgress?.({ benchmem: 'progress', passes: 1, peakBytes: 30 });
      return { ...answer(kind), ...outcome };
    },
  };
  return host;
}

function answer(kind: PassKind): ChildOutcome {
  return {
    result: {
      benchmem: 'result',
      samples: samples[kind],
      description: {
        mode: kind === 'attached' ? 'attached' : 'preloaded',
        allocator: { name: 'jemalloc', version: '5.3.0' },
        engineSplit: 'symbols',
        engineRuns: 3,
      },
      facts: {
        ...noFacts,
        child_processes: 0,
        by_shared_object: [{ object: '', source: 'program', allocations: 1, total_bytes: 2 }],
      },
    },
  };
}

const isolate = (host: ChildHost, options: Partial<IsolateOptions> = {}, args: readonly unknown[] = [1]) =>
  measureIsolated({ module, export: 'run', args }, { isolate: true, ...options }, host);

describe('a preloaded measurement', () => {
  it('lets the peak child decide how many passes the accounting child takes', async () => {
    const host = fakeChildHost();
    const result = await isolate(host, { patience: 4 });
    expect(host.requests.map(({ plan }) => [plan.kind, plan.loop])).toEqual([
      ['peak', { minPasses: 2, maxPasses: 10, patience: 4 }],
      ['accounting', { minPasses: 2, maxPasses: 10, patience: 4, repeats: 3 }],
    ]);
    expect(result.samples).toEqual([
      { peak_bytes: 30, allocations: 1 },
      { peak_bytes: 20, allocations: 2 },
      { peak_bytes: 25, allocations: 3 },
    ]);
    expect(result.bySharedObject).toEqual([{ object: '', source: 'program', allocations: 1, totalBytes: 2 }]);
    expect([result.childProcesses, host.disposed]).toEqual([0, 1]);
  });

  it('takes no accounting child with quick, and says so', async () => {
    const host = fakeChildHost();
    const result = await isolate(host, { quick: true });
    expect(
      host.requests.map(({ plan: { kind, quick, seeksRetained } }) => [kind, quick, seeksRetained]),
    ).toEqual([['peak', true, true]]);
    expect(result.samples).toEqual(samples.peak);
    expect([result.environment.quick, Object.keys(result.environment.flags)]).toEqual([true, ['peak']]);
    expect(() => result.totalBytes).toThrow(expect.objectContaining({ code: 'NOT_MEASURED' }));
  });

  it('takes as many first calls in peak children alone with quick', async () => {
    const host = fakeChildHost();
    await isolate(host, { quick: true, cold: true, repeats: 2 });
    expect(
      host.requests.map(({ plan: { kind, quick, seeksRetained } }) => [kind, quick, seeksRetained]),
    ).toEqual([
      ['peak', true, false],
      ['peak', true, false],
    ]);
  });

  it('says nothing of quick where it was not asked for', async () => {
    const host = fakeChildHost();
    const result = await isolate(host);
    expect(host.requests.map(({ plan }) => 'quick' in plan)).toEqual([false, false]);
    expect('quick' in result.environment).toBe(false);
  });

  it('says under what it was measured, per pass kind', async () => {
    const { environment } = await isolate(fakeChildHost());
    expect(environment.mode).toBe('preloaded');
    expect(environment.flags.peak).toContain('--max-semi-space-size=1');
    expect(environment.flags.accounting).toContain('--no-flush-bytecode');
    expect(environment.flags.peak?.filter((flag) => /expose|inspect/.test(flag))).toEqual(['--expose-gc']);
  });

  it('gives a setup the action’s arguments where it has none of its own', async () => {
    const host = fakeChildHost();
    await isolate(host, { setup: { module, export: 'prepare' } }, [1000]);
    await isolate(host, { setup: { module, export: 'prepare', args: [] } }, [1000]);
    const plans = host.requests.map(({ plan }) => [plan.action.args, plan.setup?.args]);
    expect(plans).toEqual([
      [[1000], [1000]],
      [[1000], [1000]],
      [[1000], []],
      [[1000], []],
    ]);
  });

  it('imports what the host made importable, and names the module as it is', async () => {
    const host = fakeChildHost();
    await measureIsolated({ module: new URL(import.meta.url) }, { isolate: true }, host);
    expect(host.requests[0]?.plan.action).toEqual({
      url: `file://${module}?importable`,
      name: module,
      exportName: 'default',
      args: [],
    });
  });

  it('tells progress with what is known', async () => {
    const told: unknown[] = [];
    await isolate(fakeChildHost(), { onProgress: (progress) => told.push(progress) });
    expect(told).toEqual([
      { step: 'peak', passes: 1, peakBytes: 30 },
      { step: 'accounting', passes: 1, of: 3 },
    ]);
  });

  it('warns of large arguments and of strange ends', async () => {
    const result = await isolate(fakeChildHost({ strangeEnd: 'SIGSEGV' }), {}, [Buffer.alloc(2 ** 20)]);
    expect(result.warnings.map(({ code }) => code)).toEqual(['LARGE_ARGUMENTS', 'CHILD_END']);
    expect(result.warnings[1]?.message).toContain('peak child ended by SIGSEGV, the accounting child');
  });
});

describe('an attached measurement in a child', () => {
  it('takes one child without preload and without flags of ours', async () => {
    const host = fakeChildHost();
    const result = await isolate(host, { attached: true, nodeFlags: ['--stack-size=900'] });
    expect(
      host.requests.map(({ plan, world }) => [plan.kind, world.flags, world.environment.LD_PRELOAD]),
    ).toEqual([['attached', ['--stack-size=900'], undefined]]);
    expect([result.peakBytes, result.allocations, result.environment.mode]).toEqual([9, 4, 'attached']);
  });
});

describe('a measurement that cannot be', () => {
  it.each([
    ['a relative path', './job.js', /import\.meta\.resolve\("\.\/job\.js"\)/],
    ['a package', 'sharp', /import\.meta\.resolve\("sharp"\)/],
    ['a file that is not there', '/nowhere/job.js', /path/],
  ])('of %s', async (_what, name, hint) => {
    const host = fakeChildHost();
    await expect(measureIsolated({ module: name }, { isolate: true }, host)).rejects.toMatchObject({
      code: 'MODULE_NOT_FOUND',
      hint: expect.stringMatching(hint),
    });
    expect(host.requests).toEqual([]);
  });

  it('with arguments that cannot cross', async () => {
    await expect(isolate(fakeChildHost(), {}, [() => {}])).rejects.toMatchObject({
      code: 'ARGUMENTS_NOT_CLONABLE',
    });
  });

  it('after its signal was aborted', async () => {
    const host = fakeChildHost();
    await expect(isolate(host, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'ABORTED' });
    expect(host.requests).toEqual([]);
  });

  it('because a child failed: its error, and nothing is left behind', async () => {
    const error = new BenchmemError('CHILD_CRASHED', 'm', 'h');
    const host = fakeChildHost(error);
    await expect(isolate(host)).rejects.toBe(error);
    expect([host.requests.length, host.disposed]).toEqual([1, 1]);
  });
});

describe('a cold measurement', () => {
  it('takes each pass as the first call of a child of its own, three of each kind by default', async () => {
    const host = fakeChildHost();
    const progress: string[] = [];
    const onProgress = ({ step, passes, of }: PassProgress) => void progress.push(`${step} ${passes}/${of}`);
    const result = await isolate(host, { cold: true, onProgress });
    expect(host.requests.map(({ plan }) => plan.kind)).toEqual([
      ...new Array(3).fill('peak'),
      ...new Array(3).fill('accounting'),
    ]);
    for (const { plan } of host.requests) {
      expect(plan).toMatchObject({ warmup: 0, calls: 1, loop: { repeats: 1 }, seeksRetained: false });
    }
    expect(progress).toEqual([
      'peak 1/3',
      'peak 2/3',
      'peak 3/3',
      'accounting 1/3',
      'accounting 2/3',
      'accounting 3/3',
    ]);
    expect(result.toBlob()).toMatchObject({ cold: true });
    await isolate(host, { cold: true, repeats: 2 });
    expect(host.requests).toHaveLength(6 + 4);
  });
});

describe('a time limit', () => {
  it('is each child’s, whatever its kind', async () => {
    const host = fakeChildHost();
    await isolate(host, { timeoutMs: 5000, rss: true });
    expect([...host.requests, ...host.extras].map(({ timeoutMs }) => timeoutMs)).toEqual(
      new Array(host.requests.length + host.extras.length).fill(5000),
    );
  });
});
