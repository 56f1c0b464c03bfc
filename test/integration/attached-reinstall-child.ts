// The measured process of the re-install tests: hooks that go in and out while other threads allocate.
import { readFileSync } from 'node:fs';
import { type ChildTools, errorCode, loadTools, report } from './attached-addon.js';

const hooksObject = 'benchmem.node';
const addonObject = 'completeness.node';
const familyCalls = 11;

export interface ReinstallReport {
  readonly savedSlots: number;
  readonly changedByInstall: number;
  readonly changedAfterUninstall: number;
  readonly changedAfterLoad: number;
  /** Slots that lead to the hooks, of objects loaded while they were in place: before and after uninstall(). */
  readonly leadingToHooks: { readonly installed: number; readonly uninstalled: number; readonly own: number };
  readonly protectionsKept: boolean;
  /** Rounds of the threads that allocated all the while; negative where they saw wrong contents. */
  readonly rounds: number;
  /** In each cycle: the addon's own calls as counted, and 1 where its uninstalled calls went on. */
  readonly counted: readonly number[];
  readonly errors: { readonly uninstallInWindow: string; readonly openUninstalled: string };
  readonly installedTwice: number;
  /** Small blocks of a window that were deleted after an uninstall(). */
  readonly releasedLate: number;
}

/** Protection of every mapped page of a file, whatever the kernel split or joined. */
function protections(): string {
  const merged: { end: string; access: string; path: string; text: string }[] = [];
  for (const line of readFileSync('/proc/self/maps', 'utf8').split('\n')) {
    const [range = '', access = '', , , , path = ''] = line.split(/\s+/);
    if (!path.includes('.so') && !path.endsWith('node')) continue;
    const [start = '', end = ''] = range.split('-');
    const last = merged.at(-1);
    if (last?.end === start && last.access === access && last.path === path) last.end = end;
    else merged.push({ end, access, path, text: `${start} ${access} ${path}` });
  }
  return merged.map(({ end, text }) => `${text} ${end}`).join('\n');
}

function countFamily({ addon, binding }: ChildTools): number {
  const token = binding.openWindow({ threads: 'current' });
  addon.mallocFamily(5);
  const objects = binding.windowObjects(token);
  binding.closeWindow(token);
  const own = objects.find(({ object }) => object.endsWith(addonObject));
  return (own?.allocations ?? 0) / familyCalls;
}

function main(tools: ChildTools): ReinstallReport {
  const { addon, binding, plan } = tools;
  addon.mallocFamily(1);
  const own = addon.slotsInto(hooksObject);
  const protectedAs = protections();
  const savedSlots = addon.saveSlots();
  binding.install();
  const changedByInstall = addon.changedSlots(hooksObject);
  binding.install();
  const installedTwice = binding.describe().hookedSlots ?? 0;
  binding.uninstall();
  const changedAfterUninstall = addon.changedSlots(hooksObject);

  const counted: number[] = [];
  addon.startThreads(4);
  for (let cycle = 0; cycle < 40; cycle += 1) {
    binding.install();
    counted.push(countFamily(tools));
    binding.uninstall();
    addon.mallocFamily(5);
  }
  const rounds = addon.stopThreads();
  const changedAfterLoad = addon.changedSlots(hooksObject);
  const protectionsKept = protections() === protectedAs;

  binding.install();
  addon.openLibrary(`${plan.libraries}/libconstructor.so`);
  addon.callLibrary(4);
  const token = binding.openWindow({ threads: 'all' });
  addon.keepSmall(100);
  const uninstallInWindow = errorCode(() => binding.uninstall());
  binding.closeWindow(token);
  const installed = addon.slotsInto(hooksObject);
  binding.uninstall();
  addon.callLibrary(4);
  const releasedLate = addon.releaseSmall();
  const openUninstalled = errorCode(() => binding.openWindow({ threads: 'all' }));
  const uninstalled = addon.slotsInto(hooksObject);
  return {
    savedSlots,
    changedByInstall,
    changedAfterUninstall,
    changedAfterLoad,
    leadingToHooks: { installed, uninstalled, own },
    protectionsKept,
    rounds,
    counted,
    errors: { uninstallInWindow, openUninstalled },
    installedTwice,
    releasedLate,
  };
}

report(main(await loadTools()));
