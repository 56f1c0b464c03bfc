// Inputs that are the same in every run: text, rows and pixels from a fixed sequence. No clock, no randomness.
// Must stay free of dependencies, so that it adds nothing to a measured process.

const words = 'alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu'.split(' ');

/** Whole numbers below `limit`, always the same ones (a linear congruential sequence). */
export function* fixedNumbers(limit, seed = 1) {
  let state = seed;
  for (;;) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield Math.floor((state / 2 ** 32) * limit);
  }
}

/** English-like text of at least `bytes` bytes: compressible, as real text is. */
export function textOf(bytes) {
  const picks = fixedNumbers(1000);
  const parts = [];
  for (let length = 0; length < bytes; ) {
    const pick = picks.next().value;
    const word = words[pick] ?? `${words[pick % words.length]}${pick}`;
    parts.push(word);
    length += word.length + 1;
  }
  return parts.join(' ');
}

/** `count` rows as an API would answer them. */
export function rowsOf(count) {
  const picks = fixedNumbers(words.length);
  return Array.from({ length: count }, (_, id) => ({
    id,
    name: `${words[picks.next().value]} ${words[picks.next().value]}`,
    price: id / 8,
    tags: [words[picks.next().value], words[picks.next().value]],
    active: id % 3 === 0,
  }));
}

/** RGB pixels: a gradient with noise, so that an encoder has work to do. */
export function pixelsOf(width, height) {
  const noise = fixedNumbers(32);
  const pixels = new Uint8Array(width * height * 3);
  for (let index = 0; index < pixels.length; index += 1) {
    const column = Math.floor(index / 3) % width;
    pixels[index] = Math.floor((column / width) * 223) + noise.next().value;
  }
  return pixels;
}
