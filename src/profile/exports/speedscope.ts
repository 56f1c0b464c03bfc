// A profile as a file of speedscope: one of its profiles per type of sample and thread. Pure.
import type { FigureName, Profile, ProfileFrame, ProfileStack } from '../model.js';
import { placeText } from '../reports/frames.js';
import { figureOf } from '../reports/metrics.js';

export interface SpeedscopeFile {
  readonly $schema: 'https://www.speedscope.app/file-format-schema.json';
  readonly exporter: string;
  readonly name: string;
  readonly activeProfileIndex: number;
  readonly shared: { readonly frames: readonly SpeedscopeFrame[] };
  readonly profiles: readonly SpeedscopeProfile[];
}

export interface SpeedscopeFrame {
  readonly name: string;
  readonly file?: string;
  readonly line?: number;
  readonly col?: number;
}

export interface SpeedscopeProfile {
  readonly type: 'sampled';
  readonly name: string;
  readonly unit: 'bytes' | 'none';
  readonly startValue: 0;
  readonly endValue: number;
  /** Outermost frame first. */
  readonly samples: readonly (readonly number[])[];
  readonly weights: readonly number[];
}

/** The peak first, which is the one that is shown. */
const types: ReadonlyArray<readonly [FigureName, SpeedscopeProfile['unit'], string]> = [
  ['sumBytes', 'bytes', 'live at the peak'],
  ['peakBytes', 'bytes', 'live at the peak of native memory'],
  ['bytes', 'bytes', 'allocated'],
  ['allocations', 'none', 'allocations'],
  ['liveBytes', 'bytes', 'still held afterwards'],
  ['temporary', 'none', 'temporary allocations'],
  ['jsBytes', 'bytes', 'allocated by JavaScript (sampled)'],
];

export function speedscope(profile: Profile): SpeedscopeFile {
  const frames = new FrameList();
  const threads = byThread(profile.stacks);
  const profiles = types
    .filter(([figure]) => profile.figures.includes(figure))
    .flatMap(([figure, unit, text]) =>
      [...threads].flatMap(([thread, stacks]) => {
        const name = thread === '' ? text : `${text}: ${thread}`;
        return sampled(stacks, figure, { name, unit }, frames);
      }),
    );
  return {
    $schema: 'https://www.speedscope.app/file-format-schema.json',
    exporter: 'benchmem',
    name: profile.meta.id,
    activeProfileIndex: 0,
    shared: { frames: frames.list },
    profiles,
  };
}

function byThread(stacks: readonly ProfileStack[]): ReadonlyMap<string, readonly ProfileStack[]> {
  const threads = new Map<string, ProfileStack[]>();
  for (const stack of stacks) {
    const outermost = stack.frames.at(-1);
    const thread = outermost?.kind === 'thread' ? outermost.name : '';
    const known = threads.get(thread);
    if (known === undefined) threads.set(thread, [stack]);
    else known.push(stack);
  }
  return threads;
}

function sampled(
  stacks: readonly ProfileStack[],
  figure: FigureName,
  { name, unit }: Pick<SpeedscopeProfile, 'name' | 'unit'>,
  frames: FrameList,
): SpeedscopeProfile[] {
  const kept = stacks.filter((stack) => figureOf(stack, figure) > 0);
  if (kept.length === 0) return [];
  const weights = kept.map((stack) => figureOf(stack, figure));
  const samples = kept.map((stack) => stack.frames.map((frame) => frames.indexOf(frame)).reverse());
  const endValue = weights.reduce((sum, weight) => sum + weight, 0);
  return [{ type: 'sampled', name, unit, startValue: 0, endValue, samples, weights }];
}

class FrameList {
  readonly list: SpeedscopeFrame[] = [];
  readonly #indexes = new Map<string, number>();

  indexOf(frame: ProfileFrame): number {
    const { name, line = frame.functionLine, column } = frame;
    const file = placeText({
      kind: frame.kind,
      name,
      ...(frame.file !== undefined && { file: frame.file }),
      ...(frame.object !== undefined && { object: frame.object }),
    });
    const key = [name, file, line, column].join('\0');
    let index = this.#indexes.get(key);
    if (index === undefined) {
      index = this.list.length;
      this.#indexes.set(key, index);
      this.list.push({
        name,
        ...(file !== '' && { file }),
        ...(line !== undefined && { line }),
        ...(column !== undefined && frame.line !== undefined && { col: column }),
      });
    }
    return index;
  }
}
