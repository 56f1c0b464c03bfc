// A profile as the page needs it: its functions, its stacks merged by function from the outermost frame on, its metrics.
// Pure. SAFETY: every text of it is made printable here; the page makes text nodes of it, never markup.
import type { Profile, ProfileFrame, ProfileStack } from '../profile/model.js';
import { functionKey, isInteresting, placeText } from '../profile/reports/frames.js';
import {
  asideOf,
  figureOf,
  figuresFor,
  metricFigures,
  type ProfileMetric,
  profileMetrics,
  totalOf,
} from '../profile/reports/metrics.js';
import { samplingErrorFactor, samplingRemarks } from '../profile/reports/sampling.js';
import { packageNameOf } from '../profile/reports/stats.js';
import { defined } from '../shapes.js';
import { printable } from '../text/escapes.js';
import { linesOf } from './lines.js';
import { listsOf } from './lists.js';
import { notesOf } from './notes.js';
import type { PageData, PageFunction, PageMetric, Tone } from './page-data.js';

/** How many packages have a colour of their own; the others share one. */
const packageTones = 6;

/** What stacks are merged by. */
interface Framed {
  readonly frames: readonly ProfileFrame[];
}

export interface Merged {
  readonly functions: PageFunction[];
  /** What each is told apart by. */
  readonly functionKeys: readonly string[];
  readonly parents: number[];
  readonly functionOf: number[];
  /** Of each distinct stack: its last node, its thread, its package. */
  readonly stackNodes: number[];
  readonly threadOf: number[];
  readonly packageOf: number[];
  readonly threads: string[];
  readonly packages: string[];
  /** The distinct stack of each stack of the profile. */
  readonly entryOf: number[];
}

/** Throws NOT_MEASURED if the profile does not hold the metric that is asked for. */
export function pageData(
  profile: Profile,
  { id, metric }: { readonly id: string; readonly metric?: ProfileMetric | undefined },
): PageData {
  const merged = mergedStacks(profile.stacks);
  const { entryOf: _, functionKeys, ...tree } = merged;
  if (metric !== undefined) figuresFor(profile, metric);
  const held = profileMetrics.filter((each) => profile.figures.includes(metricFigures[each].value));
  const lines = linesOf(profile, held);
  return {
    id: printable(id),
    ...tree,
    functions: tree.functions.map((each, which) => ({
      ...each,
      ...defined({ lines: lines(functionKeys[which] as string) }),
    })),
    metrics: held.map((each) => metricOf(profile, each, merged)),
    metric: metric === undefined ? 0 : held.indexOf(metric),
    notes: notesOf(profile).map(printable),
    lists: listsOf(profile, held),
  };
}

function metricOf(profile: Profile, name: PageMetric['name'], merged: Merged): PageMetric {
  const { value, unit, text } = metricFigures[name];
  const values = valuesOf(merged, (index) => figureOf(profile.stacks[index] as ProfileStack, value));
  const aside = asideOf(profile, name);
  const isForeign = profile.meta.foreign === true && name === 'peak';
  const total = (totalOf(profile, value) ?? 0) + aside.reduce((sum, { bytes }) => sum + bytes, 0);
  const { jsSampling } = profile.meta;
  return {
    name,
    label: labels[name],
    text: isForeign ? 'in use when it was taken' : text,
    unit,
    values,
    aside,
    total,
    ...(name === 'js' &&
      jsSampling !== undefined && {
        remarks: samplingRemarks(profile.meta, total),
        errorFactor: samplingErrorFactor(jsSampling),
      }),
  };
}

/** A figure of each distinct stack. */
export function valuesOf({ entryOf, stackNodes }: Merged, figure: (stack: number) => number): number[] {
  const values = new Array<number>(stackNodes.length).fill(0);
  for (const [index, entry] of entryOf.entries()) values[entry] = (values[entry] ?? 0) + figure(index);
  return values;
}

export const labels: Readonly<Record<PageMetric['name'], string>> = {
  peak: 'Peak',
  native: 'Native peak',
  allocated: 'Allocated bytes',
  allocations: 'Allocations',
  leaked: 'Still held',
  temporary: 'Temporary',
  js: 'JavaScript allocated (sampled)',
};

/** `shownAt`: where a function stands; its own place unless given. */
export function mergedStacks(
  stacks: readonly Framed[],
  shownAt: (frame: ProfileFrame) => string = functionPlace,
): Merged {
  const functions = numbered<PageFunction>();
  const [threads, packages, entries] = [numbered<string>(), numbered<string>(), numbered<number>()];
  const tree: { parents: number[]; functionOf: number[] } = { parents: [], functionOf: [] };
  const nodes = new Map<string, number>();
  const threadOf: number[] = [];
  const packageOf: number[] = [];
  const entryOf: number[] = [];
  const toneOf = tonesOf(stacks);
  for (const { frames } of stacks) {
    let node = -1;
    for (let at = frames.length - 1; at >= 0; at -= 1) {
      const frame = frames[at] as ProfileFrame;
      const which = functions.of(functionKey(frame), () => pageFunction(frame, toneOf, shownAt));
      const key = `${node} ${which}`;
      const known = nodes.get(key);
      const next = known ?? tree.parents.length;
      if (known === undefined) {
        nodes.set(key, next);
        tree.parents.push(node);
        tree.functionOf.push(which);
      }
      node = next;
    }
    const thread = printable(frames.findLast(({ kind }) => kind === 'thread')?.name ?? '');
    const owner = printable(packageNameOf(frames));
    const [threadAt, ownerAt] = [threads.of(thread, () => thread), packages.of(owner, () => owner)];
    const entry = entries.of(`${node} ${threadAt} ${ownerAt}`, () => node);
    threadOf[entry] = threadAt;
    packageOf[entry] = ownerAt;
    entryOf.push(entry);
  }
  return {
    functions: functions.all,
    functionKeys: functions.keys(),
    ...tree,
    stackNodes: entries.all,
    threads: threads.all,
    packages: packages.all,
    threadOf,
    packageOf,
    entryOf,
  };
}

/** What has been seen, in the order in which it came. */
function numbered<Item>() {
  const all: Item[] = [];
  const known = new Map<string, number>();
  const of = (key: string, make: () => Item) => {
    const index = known.get(key);
    if (index !== undefined) return index;
    known.set(key, all.length);
    return all.push(make()) - 1;
  };
  return { all, of, keys: () => [...known.keys()] };
}

/** Without the line of a call. */
export function functionPlace(frame: ProfileFrame): string {
  const { line: _line, ...whole } = frame;
  return placeText(whole);
}

function pageFunction(
  frame: ProfileFrame,
  toneOf: (frame: ProfileFrame) => Tone,
  shownAt: (frame: ProfileFrame) => string,
): PageFunction {
  const shown = frame.kind === 'thread' || isTruncation(frame) || isInteresting(frame);
  return {
    name: printable(frame.name === '' ? '(anonymous)' : frame.name),
    place: printable(shownAt(frame)),
    owner: printable(frame.package ?? ''),
    tone: toneOf(frame),
    isOthers: !shown,
    ...(frame.rule === 'code' && { isByCode: true as const }),
  };
}

/** Where the outermost frames could not be found. */
function isTruncation({ kind, name }: ProfileFrame): boolean {
  return kind === 'special' && name === '[truncated]';
}

/** The packages on most stacks have colours of their own. */
function tonesOf(stacks: readonly Framed[]): (frame: ProfileFrame) => Tone {
  const counts = new Map<string, number>();
  for (const { frames } of stacks) {
    const on = new Set(frames.filter(isInteresting).map((frame) => frame.package));
    for (const name of on) if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const named = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([name]) => name);
  return (frame) => {
    if (frame.kind === 'thread' || isTruncation(frame)) return 'thread';
    if (!isInteresting(frame)) return 'others';
    if (frame.package === undefined) return 'project';
    const rank = named.indexOf(frame.package);
    return `package${rank === -1 || rank >= packageTones ? packageTones : rank}` as Tone;
  };
}
