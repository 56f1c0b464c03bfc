// Steps: where a benchmark's figures changed for good, what is no change, and how often either is said wrongly.
import { describe, expect, it } from 'vitest';
import { exactChangesOf } from '../../src/history/steps/exact.js';
import { announced, findSteps, type StepPoint, suspected } from '../../src/history/steps/find.js';
import { type Certainty, type Floors, levelChangesOf } from '../../src/history/steps/level-changes.js';
import { noiseOf } from '../../src/history/steps/noise.js';
import { rankTest, trendTest } from '../../src/history/steps/rank-tests.js';
import { noises, normalOf, randomOf, seriesOf } from '../support/noise-series.mjs';
import { modelChanges, modelRankTest, upperTail } from '../support/steps-model.js';

const floors: Floors = { share: 0.01, absolute: 0 };
const changesIn = (values: readonly number[], certainty: Certainty = announced) =>
  levelChangesOf(values, certainty, floors).changes.map(({ at }) => at);

const exact = (...values: number[]): StepPoint[] =>
  values.map((value) => ({ value, agrees: true, resolution: 0 }));
const varying = (values: readonly number[]): StepPoint[] =>
  values.map((value) => ({ value, agrees: false, resolution: 0 }));
const times = (count: number, ...values: number[]) => Array.from({ length: count }, () => values).flat();
const placesIn = (points: readonly StepPoint[], absolute = 0) =>
  findSteps(points, { absolute }).steps.map(({ at }) => at);

/** How many of so many series, in percent. */
function shareOf(count: number, isSo: (seed: number) => boolean): number {
  const hits = Array.from({ length: count }, (_, seed) => isSo(seed)).filter(Boolean);
  return (100 * hits.length) / count;
}

describe('steps of figures that vary, on fixed seeds', () => {
  it.each([
    ['gauss', 1],
    ['spikes', 1],
    ['lognormal', 1],
    ['correlated', 4],
  ] as const)('with noise %s hardly ever stand where nothing changed', (kind, most) => {
    expect(
      shareOf(300, (seed) => changesIn(seriesOf(kind, 1000 + seed, 200)).length > 0),
    ).toBeLessThanOrEqual(most);
  });

  it.each([
    ['gauss', 1.1, 95],
    ['gauss', 1.05, 60],
    ['gauss', 0.9, 95],
    ['spikes', 1.1, 90],
    ['spikes', 1.05, 45],
    ['correlated', 1.1, 55],
  ] as const)('with noise %s are found where the values are %f times as large', (kind, factor, least) => {
    const isFound = (seed: number) =>
      changesIn(seriesOf(kind, 5000 + seed, 200, { at: 100, factor })).some((at) => Math.abs(at - 100) <= 5);
    expect(shareOf(300, isFound)).toBeGreaterThanOrEqual(least);
  });

  it('are suspected sooner than they are announced', () => {
    const last = (certainty: Certainty) => (seed: number) =>
      changesIn(seriesOf('gauss', 5000 + seed, 200, { at: 190, factor: 1.1 }), certainty).length > 0;
    const [certain, weak] = [shareOf(200, last(announced)), shareOf(200, last(suspected))];
    expect(certain).toBeGreaterThanOrEqual(60);
    expect(weak).toBeGreaterThanOrEqual(certain + 5);
  });

  it('are a drift where a line says more', () => {
    const drifts = (seed: number) => {
      const { drift, changes } = levelChangesOf(
        seriesOf('gauss', 9000 + seed, 200, { drift: 0.15 }),
        announced,
        floors,
      );
      return drift !== undefined && changes.length === 0 && Math.abs(drift.to / drift.from - 1.15) < 0.06;
    };
    expect(shareOf(100, drifts)).toBeGreaterThanOrEqual(90);
    const isDrift = (seed: number) =>
      levelChangesOf(seriesOf('gauss', 1000 + seed, 200), announced, floors).drift !== undefined;
    expect(shareOf(200, isDrift)).toBeLessThanOrEqual(1);
  });
});

describe('steps of figures that vary', () => {
  const stepped = seriesOf('gauss', 3, 80, { at: 40, factor: 1.3 });

  it('are the same in any unit', () => {
    for (const scale of [1000, 1e-9, 2 ** 40]) {
      expect(changesIn(stepped.map((value) => value * scale))).toEqual(changesIn(stepped));
    }
  });

  it('stand at the mirrored place of the mirrored series', () => {
    for (let seed = 0; seed < 50; seed += 1) {
      const values = seriesOf('gauss', seed, 60, { at: 20 + (seed % 20), factor: 1.4 });
      const mirrored = changesIn([...values].reverse()).map((at) => values.length - at);
      expect(mirrored.reverse()).toEqual(changesIn(values));
    }
  });

  it('are found on both sides of zero, and small ones around it are none', () => {
    const around = (level: number, seed: number) =>
      Array.from({ length: 30 }, (_, at) => level + 10 * normalOf(randomOf(seed + at)));
    const values = [...around(-3000, 1), ...around(0, 100), ...around(3000, 200)];
    expect(placesIn(varying(values), 1024)).toEqual([30, 60]);
    expect(placesIn(varying([...around(0, 1), ...around(200, 500)]), 1024)).toEqual([]);
    expect(placesIn(varying([...around(0, 1), ...around(200, 500)]), 1)).toEqual([30]);
  });

  it('have the larger of the floor and what the figure resolves', () => {
    const values = [...times(15, 100, 101), ...times(15, 110, 111)];
    const points = values.map((value) => ({ value, agrees: false, resolution: 32 }));
    expect(placesIn(points)).toEqual([]);
    expect(placesIn(varying(values))).toEqual([30]);
  });

  it('are no single outliers, however large', () => {
    const values = seriesOf('gauss', 8, 60).map((value, at) => (at === 30 ? value * 50 : value));
    expect(changesIn(values)).toEqual([]);
  });

  it('say nothing of less than ten runs', () => {
    for (let count = 0; count < 10; count += 1) {
      const values = Array.from({ length: count }, (_, at) => (at < 5 ? 1 : 100) + at / 100);
      expect(findSteps(varying(values), { absolute: 0 })).toMatchObject({ steps: [] });
    }
    expect(placesIn(varying([...times(5, 1.01, 1), ...times(5, 99, 100)]))).toEqual([10]);
  });

  it('are found among whole numbers that mostly are the same', () => {
    const counts = (level: number, seed: number) =>
      Array.from({ length: 30 }, (_, at) => level + (randomOf(seed * 100 + at)() < 0.2 ? 1 : 0));
    expect(placesIn(varying([...counts(500, 1), ...counts(540, 2)]), 1)).toEqual([30]);
    expect(placesIn(varying([...counts(500, 1), ...counts(500, 3)]), 1)).toEqual([]);
  });

  it('of a value that never changes are none', () => {
    expect(findSteps(varying(times(40, 7)), { absolute: 0 })).toEqual({
      steps: [],
      level: 7,
      sigma: 0,
      isExact: false,
    });
    expect(findSteps(varying(times(40, 0)), { absolute: 0 })).toMatchObject({ steps: [] });
    expect(findSteps([], { absolute: 0 })).toEqual({ steps: [], sigma: 0, isExact: false });
  });

  it('leave the level of what came after them', () => {
    const { level = 0, sigma } = findSteps(varying(stepped), { absolute: 0 });
    expect(level).toBeGreaterThan(1.25);
    expect(level).toBeLessThan(1.35);
    expect(sigma).toBeGreaterThan(0.03);
    expect(sigma).toBeLessThan(0.1);
  });
});

describe('steps of figures that repeat', () => {
  it('are found at their first run, however small', () => {
    const { steps, level, sigma, isExact } = findSteps(exact(...times(9, 4096), 4160), { absolute: 1024 });
    expect(steps).toEqual([{ at: 9, before: 4096, after: 4160, p: 0, isExact: true, isCertain: true }]);
    expect([level, sigma, isExact]).toEqual([4160, 0, true]);
  });

  it.each<[string, number[], number[]]>([
    ['two in a row', [...times(6, 1), ...times(6, 2), ...times(6, 3)], [6, 12]],
    ['two at once, the first level short', [...times(6, 1), 2, 2, ...times(6, 3)], [6, 8]],
    ['there and back, each for long', [...times(6, 1), ...times(6, 2), ...times(6, 1)], [6, 12]],
    ['a single visit', [...times(6, 1), 2, ...times(6, 1)], []],
    ['a visit to two values', [...times(6, 1), 2, 3, ...times(6, 1)], []],
    ['a visit of five runs', [...times(6, 1), ...times(5, 2), ...times(6, 1)], [6, 11]],
    ['a level of four runs before', [...times(4, 1), ...times(3, 2)], []],
    ['a level that five runs made', [...times(4, 1), ...times(5, 2)], [4]],
    ['churn, and then a level', [1, 2, 3, ...times(9, 4), 5], [3, 12]],
  ])('%s', (_, values, places) => {
    expect(placesIn(exact(...values))).toEqual(places);
  });

  it('need passes that agree on both sides', () => {
    const points = exact(...times(8, 1), ...times(8, 2));
    for (const at of [7, 8]) {
      const one = points.map((point, place) => (place === at ? { ...point, agrees: false } : point));
      expect(exactChangesOf(one)).toEqual([]);
    }
    expect(exactChangesOf(points)).toHaveLength(1);
  });

  it('are no visits of a figure that visits now and then, until it stays', () => {
    const visiting = [...times(12, 100), 104, ...times(12, 100), 104, ...times(12, 100)];
    expect(placesIn(exact(...visiting))).toEqual([]);
    expect(placesIn(exact(...visiting, 104))).toEqual([]);
    expect(placesIn(exact(...visiting, 180))).toEqual([38]);
    expect(placesIn(exact(...visiting, ...times(5, 104)))).toEqual([38]);
  });

  it('are not looked for in a figure that does not repeat', () => {
    for (const chance of [0.02, 0.1, 0.3, 0.5]) {
      const share = shareOf(100, (seed) => {
        const random = randomOf(seed);
        const values = Array.from({ length: 200 }, () => (random() < chance ? 104 : 100));
        return findSteps(exact(...values), { absolute: 1 }).steps.some(({ isCertain }) => isCertain);
      });
      expect(share).toBeLessThanOrEqual(2);
    }
  });

  it('are taken together with those of what varies later', () => {
    const later = [...seriesOf('gauss', 5, 20), ...seriesOf('gauss', 6, 20)].map((value, at) =>
      Math.round(1e6 * value * (at < 20 ? 2 : 3)),
    );
    const points = [...exact(...times(20, 1e6)), ...exact(later[0] ?? 0), ...varying(later.slice(1))];
    const { steps } = findSteps(points, { absolute: 1024 });
    expect(steps.map(({ at, isExact }) => [at, isExact])).toEqual([
      [20, true],
      [40, false],
    ]);
  });
});

describe('the parts of the method', () => {
  it('cut as a slow and plain implementation does', () => {
    const kinds = Object.keys(noises) as (keyof typeof noises)[];
    for (let seed = 0; seed < 160; seed += 1) {
      const random = randomOf(seed);
      const length = 10 + Math.floor(random() * 70);
      const steps = Array.from({ length: Math.floor(random() * 4) }, () => Math.floor(random() * length));
      const kind = kinds[seed % kinds.length] ?? 'gauss';
      const digits = [1e6, 1, 0.1][seed % 3] ?? 1;
      const values = seriesOf(kind, seed, length).map((value, at) => {
        const factor = steps.reduce((sum, step) => sum * (at >= step ? 1 + random() * 0 + 0.15 : 1), 1);
        return Math.round(value * factor * 20 * digits) / digits;
      });
      for (const certainty of [announced, suspected]) {
        const { changes, drift } = levelChangesOf(values, certainty, floors);
        if (drift === undefined)
          expect(changes.map(({ at }) => at)).toEqual(modelChanges(values, { ...certainty, ...floors }));
      }
    }
  });

  it('know their noise, whatever steps and outliers are in it', () => {
    const values = Array.from({ length: 400 }, (_, at) => noises.gauss(randomOf(at))());
    expect(noiseOf(values).sigma).toBeCloseTo(0.05, 2);
    const spoiled = values.map((value, at) => value * (at > 200 ? 3 : 1) + (at % 25 === 0 ? 10 : 0));
    expect(noiseOf(spoiled.map((value, at) => (at > 200 ? value / 3 : value))).sigma).toBeLessThan(0.08);
    expect(noiseOf(seriesOf('correlated', 4, 2000)).inflation).toBeGreaterThan(1.8);
    expect(noiseOf(seriesOf('gauss', 4, 2000)).inflation).toBe(1);
    expect(noiseOf([]).sigma).toBe(0);
  });

  it('rank as the definition does', () => {
    for (let seed = 0; seed < 60; seed += 1) {
      const random = randomOf(seed);
      const draw = (count: number, top: number) =>
        Array.from({ length: count }, () => Math.floor(random() * top));
      const [one, other] = [draw(5 + (seed % 9), 12), draw(5 + (seed % 13), 6 + (seed % 12))];
      const inflation = 1 + (seed % 3);
      expect(rankTest(one, other, inflation)).toBeCloseTo(modelRankTest(one, other, inflation), 6);
      expect(rankTest(other, one, inflation)).toBeCloseTo(rankTest(one, other, inflation), 12);
    }
    expect(rankTest(times(6, 1), times(6, 1))).toBe(1);
    expect(upperTail(1.96)).toBeCloseTo(0.025, 4);
  });

  it('know a trend from none', () => {
    const rising = Array.from({ length: 30 }, (_, at) => at);
    expect(trendTest(rising)).toBeLessThan(1e-6);
    expect(trendTest([...rising].reverse())).toBeCloseTo(trendTest(rising), 12);
    expect(trendTest(seriesOf('gauss', 1, 30))).toBeGreaterThan(0.01);
  });
});
