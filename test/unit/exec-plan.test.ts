// The environment that leads a program to the agent, and back again.
import { describe, expect, it } from 'vitest';
import { type LaunchRequest, launchEnvironment, planVariable, readPlan } from '../../src/exec/plan.js';

const request: LaunchRequest = {
  folder: '/tmp/x',
  intervalMs: 500,
  signalNumber: 12,
  collect: true,
  follow: false,
  allocator: 'system',
  preloadLibrary: '/lib/libbenchmem.so',
  addon: '/pkg/prebuilds/linux-x64/benchmem.glibc.node',
  agent: '/a b/say "hi"\\agent.js',
  environment: { HOME: '/home/me' },
};

describe('the environment of an observed program', () => {
  it('puts ours before the user’s', () => {
    const environment = { LD_PRELOAD: '/lib/own.so', NODE_OPTIONS: '--no-warnings' };
    expect(launchEnvironment({ ...request, environment })).toMatchObject({
      LD_PRELOAD: '/lib/libbenchmem.so:/lib/own.so',
      NODE_OPTIONS: '--require "/a b/say \\"hi\\"\\\\agent.js" --no-warnings',
      BENCHMEM_ALLOCATOR: 'system',
    });
  });

  it('remembers what the user has, unset variables too', () => {
    const environment = { NODE_OPTIONS: '--no-warnings' };
    const launched = launchEnvironment({ ...request, environment });
    expect(readPlan(launched[planVariable])).toEqual({
      folder: '/tmp/x',
      intervalMs: 500,
      signalNumber: 12,
      collect: true,
      follow: false,
      addon: '/pkg/prebuilds/linux-x64/benchmem.glibc.node',
      before: { LD_PRELOAD: null, BENCHMEM_ALLOCATOR: null, NODE_OPTIONS: '--no-warnings' },
    });
    expect(launchEnvironment(request).HOME).toBe('/home/me');
  });

  it('is no plan where the variable is not set', () => {
    expect(readPlan(undefined)).toBeUndefined();
  });
});
