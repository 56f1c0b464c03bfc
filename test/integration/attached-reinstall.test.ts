// Install and uninstall, any number of times, under load: the process is afterwards what it was before.
import { beforeAll, describe, expect, it } from 'vitest';
import { buildLibraries, runChild } from './attached-process.js';
import type { ReinstallReport } from './attached-reinstall-child.js';

describe.each([
  ['binding symbols at their first call', {}],
  ['binding all symbols at load', { LD_BIND_NOW: '1' }],
])('hooks that go in and out of a process %s', (_name, env) => {
  let report: ReinstallReport;
  beforeAll(async () => {
    buildLibraries();
    report = await runChild<ReinstallReport>('attached-reinstall-child.ts', { env });
  });

  it('change slots, and put every one of them back', () => {
    expect(report.savedSlots).toBeGreaterThan(1000);
    expect(report.changedByInstall).toBeGreaterThan(30);
    expect(report.changedAfterUninstall).toBe(0);
    expect(report.changedAfterLoad).toBe(0);
  });

  it('leave the protection of every page as it was', () => {
    expect(report.protectionsKept).toBe(true);
  });

  it('count the same in every cycle while other threads allocate', () => {
    expect(report.counted).toEqual(Array(40).fill(5));
    expect(report.rounds).toBeGreaterThan(100);
  });

  it('leave libraries alone that were loaded in between', () => {
    expect(report.leadingToHooks.installed).toBeGreaterThan(report.leadingToHooks.own + 30);
    expect(report.leadingToHooks.uninstalled).toBe(report.leadingToHooks.own);
  });

  it('stay in place while a window is open, and open none once they are gone', () => {
    expect(report.errors).toEqual({ uninstallInWindow: 'WINDOW_OPEN', openUninstalled: 'NOT_INSTALLED' });
  });

  it('leave blocks behind that are deleted as any other', () => {
    expect(report.releasedLate).toBe(100);
  });

  it('may be installed twice', () => {
    expect(report.installedTwice).toBeGreaterThan(30);
  });
});

describe('hooks over an allocator that serves C++ by itself', () => {
  it('go in and out as well, and give it back the blocks it gave', async () => {
    const report = await runChild<ReinstallReport>('attached-reinstall-child.ts', { counter: 'operators' });
    expect(report.counted).toEqual(Array(40).fill(5));
    expect(report.rounds).toBeGreaterThan(100);
    expect(report.releasedLate).toBe(100);
    expect(report.protectionsKept).toBe(true);
  });
});
