// The measured process of the loading tests: libraries that come and go while the hooks are in place.
import { readFileSync } from 'node:fs';
import { type ChildTools, type Comparison, compare, loadTools, report } from './attached-addon.js';

export interface LoadingReport {
  /** dlopen inside the window, of a library whose constructor allocates. */
  readonly opened: Comparison;
  readonly called: Comparison;
  readonly closed: Comparison;
  readonly reloaded: Comparison;
  /** A library that is found through its caller's RUNPATH only. */
  readonly throughRunpath: Comparison;
  readonly missing: Comparison;
  /** A conversion whose module the C library itself loads. */
  readonly converted: Comparison;
  readonly convertersMapped: { readonly before: number; readonly after: number };
  /** Allocations of each library by its name, as the window attributes them. */
  readonly attributed: Readonly<Record<string, number>>;
  /** Whether the second twin lay where the first had been. */
  readonly twinsInOnePlace: boolean;
}

const mappedConverters = (): number => readFileSync('/proc/self/maps', 'utf8').split('/gconv/').length - 1;

/** What a window charges to the objects whose names hold `part`. */
function attributedTo({ binding }: ChildTools, part: string, action: () => void): number {
  const token = binding.openWindow({ threads: 'all' });
  action();
  const objects = binding.windowObjects(token).filter(({ object }) => object.includes(part));
  binding.closeWindow(token);
  return objects.reduce((sum, { allocations }) => sum + allocations, 0);
}

async function main(tools: ChildTools): Promise<LoadingReport> {
  const { addon, plan } = tools;
  const constructing = `${plan.libraries}/libconstructor.so`;
  const warmUp = await compare(tools, () => addon.openLibrary('/nowhere/libnothing.so'));
  if (warmUp.result !== -1) throw new Error('a library that does not exist was opened');

  const opened = await compare(tools, () => addon.openLibrary(constructing));
  const called = await compare(tools, () => addon.callLibrary(10));
  const ofConstructor = attributedTo(tools, 'libconstructor.so', () => addon.callLibrary(40));
  const closed = await compare(tools, () => addon.closeLibrary());
  const reloaded = await compare(tools, () => {
    let done = 0;
    for (let i = 0; i < 20; i += 1) {
      addon.openLibrary(constructing);
      done += addon.callLibrary(5);
      addon.closeLibrary();
    }
    return done;
  });

  addon.openLibrary(`${plan.libraries}/libcaller.so`);
  const throughRunpath = await compare(tools, () => addon.callLibrary(30));
  const ofTarget = attributedTo(tools, 'libtarget.so', () => addon.callLibrary(30));
  addon.closeLibrary();

  const placeOf = (twin: string) => {
    addon.openLibrary(`${plan.libraries}/${twin}`);
    return addon.libraryAddress();
  };
  const firstPlace = placeOf('libtwin1.so');
  const ofFirst = attributedTo(tools, 'libtwin1.so', () => addon.callLibrary(10));
  addon.closeLibrary();
  const twinsInOnePlace = placeOf('libtwin2.so') === firstPlace;
  const toUnloaded = attributedTo(tools, 'libtwin1.so', () => addon.callLibrary(10));
  const ofSecond = attributedTo(tools, 'libtwin2.so', () => addon.callLibrary(10));
  addon.closeLibrary();
  const missing = await compare(tools, () => addon.openLibrary('libbenchmem-does-not-exist.so'));

  const before = mappedConverters();
  const converted = await compare(tools, () => addon.convertText('EUC-KR'));
  return {
    opened,
    called,
    closed,
    reloaded,
    throughRunpath,
    missing,
    converted,
    convertersMapped: { before, after: mappedConverters() },
    attributed: { constructor: ofConstructor, target: ofTarget, ofFirst, toUnloaded, ofSecond },
    twinsInOnePlace,
  };
}

const tools = await loadTools();
tools.binding.install();
report(await main(tools));
