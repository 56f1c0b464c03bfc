// Which runs stand in one series: what changes the environment key, and what does not.
import { describe, expect, it } from 'vitest';
import { environmentOf, isSameEnvironment, seriesEnvironment } from '../../src/runfile/environment-key.js';
import type { RunBenchmark } from '../../src/runfile/schema.js';
import { metricNamed } from '../../src/stats/metrics.js';
import { run } from './compare-support.js';

const environment = {
  mode: 'isolated',
  allocator: { name: 'jemalloc', version: '5.3.0' },
  node: '20.20.2',
  cpu: 'Example',
  cpu_count: 4,
  ram_bytes: 17_179_869_184,
  flags: { peak: ['--a', '--b'], accounting: ['--a'], rss: ['--r'] },
};
const machine = {
  node: 'host',
  system: 'Linux',
  runtime: 'Node.js',
  runtime_version: '20.20.2',
  release: '6.1',
  cpu: { brand_raw: 'Example', count: 4, hz_actual_friendly: '3.2 GHz' },
  ram_bytes: 17_179_869_184,
};

const fileOf = (changed: object = {}, info: object = {}) =>
  run('r', [{ id: 'm::b', peak: [1], blob: { environment: { ...environment, ...changed } } }], {
    machine_info: { ...machine, ...info },
  }).file;
const keyOf = (changed?: object, info?: object) => environmentOf(fileOf(changed, info));
const ofMetric = (name: string, changed?: object, info?: object) => {
  const file = fileOf(changed, info);
  const metric = metricNamed(name) ?? { pass: 'peak' as const };
  return seriesEnvironment(file.benchmarks[0] as RunBenchmark, file.machine_info, metric);
};

describe('the environment of a run', () => {
  it.each<[string, object, object]>([
    ['another minor version of Node', { node: '20.9.0' }, { runtime_version: '20.9.0' }],
    ['another version of the allocator', { allocator: { name: 'jemalloc', version: '5.2.1' } }, {}],
    ['flags in another order', { flags: { ...environment.flags, peak: ['--b', '--a'] } }, {}],
    ['other flags of a pass that few have', { flags: { ...environment.flags, rss: [] } }, {}],
    [
      'another host, clock rate, kernel and RAM',
      { ram_bytes: 1 },
      { node: 'other', release: '6.2', ram_bytes: 1 },
    ],
    ['another clock', {}, { cpu: { brand_raw: 'Example', count: 4, hz_actual_friendly: '2.1 GHz' } }],
  ])('%s is the same one', (_, changed, info) => {
    expect(keyOf(changed, info)).toEqual(keyOf());
  });

  it.each<[string, object, object]>([
    ['another Node', { node: '22.1.0' }, { runtime_version: '22.1.0' }],
    ['another mode', { mode: 'attached' }, {}],
    ['another allocator', { allocator: { name: 'glibc', version: '2.36' } }, {}],
    ['other flags', { flags: { ...environment.flags, accounting: [] } }, {}],
    ['another CPU', {}, { cpu: { brand_raw: 'Other', count: 4 } }],
    ['another number of CPUs', {}, { cpu: { brand_raw: 'Example', count: 8 } }],
  ])('%s is another one', (_, changed, info) => {
    expect(isSameEnvironment(keyOf(changed, info), keyOf())).toBe(false);
  });

  it('is that of most benchmarks, and of the machine alone where no memory was measured', () => {
    const timed = run('t', [{ id: 'a', time: [1] }], { machine_info: machine }).file;
    expect(environmentOf(timed).memory).toBeUndefined();
    expect(isSameEnvironment(environmentOf(timed), keyOf())).toBe(true);
    const bench = (id: string, mode: string) => ({
      id,
      peak: [1],
      blob: { environment: { ...environment, mode } },
    });
    const mixed = [bench('a', 'attached'), bench('b', 'isolated'), bench('c', 'isolated')];
    expect(environmentOf(run('m', mixed, { machine_info: machine }).file)).toEqual(keyOf());
  });
});

describe('the environment of a series', () => {
  it('is the child of memory, the machine of times, and both of resident memory', () => {
    const otherCpu = { cpu: { brand_raw: 'Other', count: 4 } };
    expect(ofMetric('peak', {}, otherCpu)).toBe(ofMetric('peak'));
    expect(ofMetric('time', {}, otherCpu)).not.toBe(ofMetric('time'));
    expect(ofMetric('rss', {}, otherCpu)).not.toBe(ofMetric('rss'));
    expect(ofMetric('time', { mode: 'attached' })).toBe(ofMetric('time'));
    expect(ofMetric('rss', { ram_bytes: 17_179_000_000 })).toBe(ofMetric('rss'));
    expect(ofMetric('rss', { ram_bytes: 34_359_738_368 })).not.toBe(ofMetric('rss'));
    expect(ofMetric('allocations', { flags: { ...environment.flags, peak: [] } })).toBe(
      ofMetric('allocations'),
    );
  });
});
