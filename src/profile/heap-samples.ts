// What V8's sampling heap profiler saw to stacks with names, and those to a profile: functions of JavaScript, each with
// what it allocated on the JavaScript heap itself. Estimates; they stand beside native figures and are in none of them.
import { defined } from '../shapes.js';
import { canonical } from './canonical.js';
import { innermost } from './capture.js';
import type { JsSampling, Profile, ProfileFrame, ProfileStack } from './model.js';
import { evaluated, type NamingWorld, truncatedFrame } from './names/frame-names.js';
import { packageOf, scriptName } from './names/paths.js';
import { type RanScript, ScriptPlaces } from './names/places.js';

export interface SampledFunction {
  /** '' for one without. */
  readonly name: string;
  /** '' for V8's own, and for evaluated code. */
  readonly url: string;
  /** 0 for V8's own. */
  readonly scriptId: number;
  /** Where it begins, from 1; 0 for V8's own. */
  readonly line: number;
  readonly column: number;
}

/** The stacks of one thread as a tree. What no function of the program, or of what it called, allocated is not in it. */
export interface HeapSamples {
  readonly functions: readonly SampledFunction[];
  /** Of each node its caller, which stands before it; -1 for an outermost one. */
  readonly parents: readonly number[];
  readonly functionOf: readonly number[];
  /** What each allocated itself. */
  readonly bytes: readonly number[];
  /** Nodes whose outermost callers V8 left out. */
  readonly cut: readonly number[];
}

const mainThread: ProfileFrame = { kind: 'thread', name: 'main thread' };

/** The profile with the samples in it. Throws TypeError for samples whose parts do not fit together. */
export function withHeapSamples(
  profile: Profile,
  samples: HeapSamples,
  {
    world,
    scripts,
    sampling,
  }: {
    readonly world: NamingWorld;
    readonly scripts: readonly RanScript[];
    readonly sampling: JsSampling;
  },
): Profile {
  const stacks = sampledStacks(samples, world, new ScriptPlaces(world, scripts));
  return canonical({
    ...profile,
    meta: { ...profile.meta, jsSampling: sampling },
    figures: [...profile.figures, 'jsBytes'],
    stacks: [...profile.stacks, ...stacks],
  });
}

function sampledStacks(
  { functions, parents, functionOf, bytes, cut }: HeapSamples,
  world: NamingWorld,
  places: ScriptPlaces,
): ProfileStack[] {
  const frames = functions.map((each) => frameOf(each, world, places));
  const isCut = new Set(cut);
  return bytes.flatMap((own, node): ProfileStack[] => {
    if (!Number.isSafeInteger(own) || own < 0)
      throw new TypeError(`node ${node} of samples has ${own} bytes`);
    if (own === 0) return [];
    const path: ProfileFrame[] = [];
    for (let at = node; at !== -1; ) {
      const [parent, frame] = [parents[at], frames[functionOf[at] ?? -1]];
      // INVARIANT: a node stands behind its caller, so this ends.
      if (parent === undefined || frame === undefined || parent >= at || parent < -1) {
        throw new TypeError(`node ${at} of samples leads to ${parent}, function ${functionOf[at]}`);
      }
      path.push(frame);
      at = parent;
    }
    const outer = isCut.has(node) ? [truncatedFrame, mainThread] : [mainThread];
    return [{ frames: innermost([...path, ...outer]), figures: { jsBytes: own } }];
  });
}

function frameOf(
  { name, url, scriptId, line, column }: SampledFunction,
  world: NamingWorld,
  places: ScriptPlaces,
): ProfileFrame {
  if (scriptId === 0 || line === 0) return { kind: 'builtin', name: name === '' ? '(V8)' : name };
  const isWhole = name === '' && line === 1 && column === 1;
  // As V8's code events call them: the native stacks of the same profile have those names.
  if (isWhole && url.startsWith('file:')) {
    const file = scriptName(url, world);
    return defined({ kind: 'js' as const, name: '(top level)', file, package: packageOf(file) });
  }
  const nameless = isWhole && url === '' ? '(eval)' : '(anonymous)';
  const place = places.sourceOf({ url, line, column }, places.scriptOf(url, scriptId));
  const file = place.url === '' ? evaluated : scriptName(place.url, world);
  return defined({
    kind: 'js' as const,
    name: name === '' ? nameless : name,
    file,
    package: packageOf(file),
    functionLine: place.line,
  });
}
