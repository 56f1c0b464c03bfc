// Series as a benchmark's runs might give them, for the tests of steps and for the measurement of how often they are wrong.
// The same seed gives the same series on every Node.

/** @param {number} seed */
export function randomOf(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A normal number, by the polar method. @param {() => number} random */
export function normalOf(random) {
  for (;;) {
    const [x, y] = [2 * random() - 1, 2 * random() - 1];
    const square = x * x + y * y;
    if (square > 0 && square < 1) return x * Math.sqrt((-2 * Math.log(square)) / square);
  }
}

const share = 0.05;

/** What a run's value is around 1, by the kind of noise: each takes random numbers and answers the next value. */
export const noises = {
  /** @param {() => number} random */
  gauss: (random) => () => 1 + share * normalOf(random),
  /** One of 25 runs is 20 to 60 % slower. @param {() => number} random */
  spikes: (random) => () => (1 + share * normalOf(random)) * (random() < 0.04 ? 1.2 + 0.4 * random() : 1),
  /** One side is longer. @param {() => number} random */
  lognormal: (random) => () => Math.exp(share * normalOf(random)) * (1 - 0.02 * Math.log(1 - random())),
  /** Half of what a run is off by is handed to the next. @param {() => number} random */
  correlated: (random) => {
    let state = normalOf(random);
    return () => {
      state = 0.5 * state + Math.sqrt(0.75) * normalOf(random);
      return 1 + share * state;
    };
  },
};

/** `length` values, from `at` on `factor` times as large. @param {keyof typeof noises} kind @param {number} seed @param {number} length */
export function seriesOf(kind, seed, length, { at = length, factor = 1, drift = 0 } = {}) {
  const next = noises[kind](randomOf(seed));
  return Array.from({ length }, (_, run) => next() * (run >= at ? factor : 1) * (1 + (drift * run) / length));
}
