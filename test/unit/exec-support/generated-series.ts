// Series of levels made by a rule and a seed: what a program of one kind would show. Deterministic; knows no verdict.
import type { Point } from '../../../src/exec/trend.js';

export const mebibyte = 1024 * 1024;

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

export interface Setting {
  readonly random: () => number;
  readonly count: number;
  /** Bytes at the start, and what the kind moves by. */
  readonly base: number;
  readonly size: number;
}

/** The level in bytes at a share of the run, 0 to 1. */
type Level = (share: number, setting: Setting) => number;

const sawTooth = (share: number, teeth: number, phase: number) => (share * teeth + phase) % 1;

/** Each kind answers a fresh function for a run, so that it may draw its own constants first. */
export const kinds: Readonly<Record<string, (setting: Setting) => Level>> = {
  leak:
    () =>
    (share, { base, size }) =>
      base + size * share,
  'leak behind a start':
    () =>
    (share, { base, size }) =>
      base + 3 * size * Math.min(1, share / 0.12) + size * share,
  'leak in many steps': ({ random }) => {
    const steps = 6 + Math.floor(random() * 20);
    return (share, { base, size }) => base + size * (Math.floor(share * steps) / steps);
  },
  'cache that fills': ({ random }) => {
    const full = 0.25 + random() * 0.3;
    return (share, { base, size }) => base + size * Math.min(1, share / full);
  },
  'cache that fills ever more slowly': ({ random }) => {
    const speed = 5 + random() * 5;
    return (share, { base, size }) => base + size * (1 - Math.exp(-share * speed));
  },
  'saw tooth': ({ random }) => {
    const [teeth, phase] = [4 + random() * 30, random()];
    return (share, { base, size }) => base + size * sawTooth(share, teeth, phase);
  },
  burst: ({ random }) => {
    const [at, width] = [0.15 + random() * 0.5, 0.05 + random() * 0.1];
    return (share, { base, size }) => base + (share >= at && share < at + width ? size : 0);
  },
  'one-off load': ({ random }) => {
    const at = 0.1 + random() * 0.75;
    return (share, { base, size }) => base + (share >= at ? size : 0);
  },
  'steady load that ends': ({ random }) => {
    const end = 0.7 + random() * 0.2;
    return (share, { base, size }) =>
      base + (share > 0.08 && share < end ? size * (0.9 + 0.1 * random()) : 0);
  },
  'steady garbage':
    ({ random }) =>
    (_share, { base, size }) =>
      base + size * random(),
  'release at the end': ({ random }) => {
    const end = 0.75 + random() * 0.2;
    return (share, { base, size }) => base + (share < end ? size * share : size * 0.03);
  },
  still:
    () =>
    (_share, { base }) =>
      base,
};

/** A series of the kind; `noise` in bytes is added above each level, and the clock is not exact. */
export function seriesOf(
  kind: string,
  seed: number,
  noise: number,
  counts: readonly [number, number],
): Point[] {
  const random = randomOf(seed);
  const count = counts[0] + Math.floor(random() * (counts[1] - counts[0] + 1));
  const base = (1 + random() * 120) * mebibyte;
  const size = Math.max(8 * mebibyte, base * 0.3) * (1 + random() * 4);
  const setting: Setting = { random, count, base, size };
  const level = kinds[kind]?.(setting);
  if (level === undefined) throw new Error(`there is no kind ${kind}`);
  const stepMs = 100 + random() * 2000;
  return Array.from({ length: count }, (_, index) => ({
    ms: Math.round((index + 1 + random() * 0.2) * stepMs),
    bytes: Math.round(level(index / (count - 1), setting) + noise * size * random()),
  }));
}
