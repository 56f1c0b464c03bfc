// How far three headlines of `retained` are from what really stays, over simulated passes: the minimum, the median and
// the trend. Prints the table of docs/decisions/retained.md; --check fails where the trend is not the one to take.
// usage: node benchmarks/retained/run.mjs [--check]
import { retainedHeadline } from '../../dist/stats/retained.js';
import { median, minimum } from '../../dist/stats/summary.js';

const seriesOfEach = 1000;
const passes = 8;
const kibibyte = 1024;
const rule = { resolution: 32 * kibibyte };

/** A stream of numbers from 0 to 1 that is the same on every machine (mulberry32). */
function randomFrom(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** About normal, standard deviation 1: twelve uniform numbers. */
function noise(random) {
  let sum = -6;
  for (let count = 0; count < 12; count += 1) sum += random();
  return sum;
}

/** Passes that each keep `kept`, read at levels that are off by `offAt(pass)`. */
function read(kept, offAt) {
  let before = 0;
  return Array.from({ length: passes }, (_, pass) => {
    const off = offAt(pass);
    const change = Math.round(kept + off - before);
    before = off;
    return change;
  });
}

// Each answers a series and what really stays of a call.
const kinds = {
  'level noise': (random) => {
    const kept = Math.round(random() * 200) * kibibyte;
    return { kept, series: read(kept, () => noise(random) * 60 * kibibyte) };
  },
  'a one-off': (random) => {
    const once = Math.floor(random() * passes);
    const level = 500 * kibibyte * (1 + random());
    const off = (pass) => (pass >= once ? level : 0) + noise(random) * kibibyte;
    return { kept: 0, series: read(0, off) };
  },
  'a steady leak': (random) => {
    const kept = Math.round(50 + random() * 1000) * kibibyte;
    return { kept, series: read(kept, () => noise(random) * 2 * kibibyte) };
  },
  'late cleanup': (random) => {
    const kept = Math.round(random() * 200) * kibibyte;
    return { kept, series: read(kept, () => (random() < 0.4 ? random() * 600 * kibibyte : 0)) };
  },
};

const headlines = {
  minimum,
  median,
  trend: (series) => retainedHeadline(series, rule).bytes,
};

/** Errors in KiB: their mean, and the one that 5 % of the series pass. */
function errorsOf(kind, seed) {
  const random = randomFrom(seed);
  const found = Object.fromEntries(Object.keys(headlines).map((name) => [name, []]));
  for (let count = 0; count < seriesOfEach; count += 1) {
    const { kept, series } = kinds[kind](random);
    for (const [name, of] of Object.entries(headlines)) {
      found[name].push(Math.abs(of(series) - kept) / kibibyte);
    }
  }
  return Object.fromEntries(
    Object.entries(found).map(([name, errors]) => {
      errors.sort((a, b) => a - b);
      const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
      return [name, { mean, worst: errors[Math.floor(errors.length * 0.95)] }];
    }),
  );
}

const rows = Object.keys(kinds).map((kind, index) => [kind, errorsOf(kind, index + 1)]);
const cell = ({ mean, worst }) => `${mean.toFixed(1)} (${worst.toFixed(1)})`;
console.log('| series | minimum | median | trend |');
console.log('|---|---:|---:|---:|');
for (const [kind, errors] of rows) {
  console.log(
    `| ${kind} | ${Object.keys(headlines)
      .map((name) => cell(errors[name]))
      .join(' | ')} |`,
  );
}

if (process.argv.includes('--check')) {
  const wrong = rows.filter(([, { minimum: least, median: middle, trend }]) => {
    const best = Math.min(least.mean, middle.mean);
    return trend.mean > best && trend.mean > 8;
  });
  for (const [kind] of wrong) console.error(`${kind}: the trend is further off than a simpler headline`);
  process.exitCode = wrong.length > 0 ? 1 : 0;
}
