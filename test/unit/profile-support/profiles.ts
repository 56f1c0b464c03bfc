// Profiles by hand, and drawn from a seed: no process, no file.
import {
  figureNames,
  nativeFigureNames,
  type Profile,
  type ProfileFrame,
  type ProfileMeta,
  type ProfileStack,
} from '../../../src/profile/model.js';

export type Random = (below: number) => number;

export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

export const pick = <Item>(items: readonly Item[], random: Random) => items[random(items.length)] as Item;

export function shuffled<Item>(items: readonly Item[], random: Random): Item[] {
  const left = [...items];
  const mixed: Item[] = [];
  while (left.length > 0) mixed.push(...left.splice(random(left.length), 1));
  return mixed;
}

export const mainThread: ProfileFrame = { kind: 'thread', name: 'main thread' };
export const worker: ProfileFrame = { kind: 'thread', name: 'worker 1' };

export function js(name: string, file: string, line: number, more: Partial<ProfileFrame> = {}): ProfileFrame {
  return { kind: 'js', name, file, line, column: 5, functionLine: Math.max(1, line - 2), ...more };
}

export function native(
  name: string,
  object = 'node',
  address = 0x1000,
  more: Partial<ProfileFrame> = {},
): ProfileFrame {
  return { kind: 'native', name, object, address, ...more };
}

/** Figures in the addon's order; what is left out is 0. */
export function stack(frames: readonly ProfileFrame[], ...values: number[]): ProfileStack {
  const figures = Object.fromEntries(nativeFigureNames.map((name, index) => [name, values[index] ?? 0]));
  return { frames, figures };
}

export function profileOf(stacks: readonly ProfileStack[], meta: Partial<ProfileMeta> = {}): Profile {
  return {
    meta: { schema: 1, id: 'rows.bench.mjs::build', ...meta },
    figures: nativeFigureNames,
    objects: [
      { name: 'node', buildId: 'ebea' },
      { name: 'node_modules/sharp/sharp.node', buildId: 'cafe' },
      { name: 'libc.so.6' },
    ],
    stacks,
  };
}

const names = ['build', 'parse', 'x<y>&"z"', 'ünï ☃', 'a;b', 'get size', '\u001b[2J', 'Map.set'];
const files = ['src/rows.ts', 'node_modules/sharp/lib/index.js', 'node:buffer', 'evalmachine.<anonymous>'];

export function randomFrame(random: Random): ProfileFrame {
  const name = pick(names, random);
  switch (random(6)) {
    case 0: {
      const object = pick(['node', 'node_modules/sharp/sharp.node', 'libc.so.6', 'unlisted.so'], random);
      return native(name, object, 1 + random(3), {
        ...(object.includes('sharp') && { package: 'sharp' }),
        ...(random(4) === 0 && { rule: 'code' as const }),
      });
    }
    case 1:
      return { kind: 'builtin', name };
    case 2:
      return { kind: 'special', name: '[truncated]' };
    case 3:
      return { kind: 'wasm', name };
    case 4:
      return { kind: 'js', name };
    default: {
      const file = pick(files, random);
      return js(name, file, 1 + random(4), file.startsWith('node_modules/sharp') ? { package: 'sharp' } : {});
    }
  }
}

/** Stacks share frames by identity and by value, as merged ones do. */
export function randomProfile(random: Random): Profile {
  const pool = Array.from({ length: 1 + random(12) }, () => randomFrame(random));
  const value = () => (random(3) === 0 ? 0 : random(1e6) * (random(9) === 0 ? 2 ** 25 : 1));
  const stacks = Array.from({ length: random(30) }, (): ProfileStack => {
    const frames = Array.from({ length: random(8) }, () => pick(pool, random));
    const own = random(3) === 0 ? frames.map((frame) => ({ ...frame })) : frames;
    return {
      frames: [...own, pick([mainThread, worker], random)],
      figures: Object.fromEntries(figureNames.map((name) => [name, value()])),
    };
  });
  const meta = {
    peakBytes: random(1e9),
    environment: { node: '20.0.0', cpu: 'x' },
    jsSampling: { intervalBytes: 1 + random(4096) },
  };
  return { ...profileOf(stacks, meta), figures: figureNames };
}
