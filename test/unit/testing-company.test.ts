// Tests of one process at the same time: measured ones alone, the others side by side; names that tell tests apart.
import { describe, expect, it } from 'vitest';
import { Company } from '../../src/testing/company.js';
import { TestIds } from '../../src/testing/test-ids.js';

/** Runs tests that note when they begin and end; each ends when it is told to. */
class Stage {
  readonly seen: string[] = [];
  readonly #ends = new Map<string, () => void>();

  body(name: string): () => Promise<void> {
    return () => {
      this.seen.push(`${name} begins`);
      return new Promise((resolve) => {
        this.#ends.set(name, () => {
          this.seen.push(`${name} ends`);
          resolve();
        });
      });
    };
  }

  async end(name: string): Promise<void> {
    this.#ends.get(name)?.();
    await settle();
  }
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await null;
}

async function measured(company: Company, body: () => Promise<void>): Promise<void> {
  const leave = await company.alone();
  try {
    await body();
  } finally {
    leave();
  }
}

describe('company', () => {
  it('lets tests that are not measured run side by side', async () => {
    const [company, stage] = [new Company(), new Stage()];
    void company.besideOthers(stage.body('a'));
    void company.besideOthers(stage.body('b'));
    await settle();
    expect(stage.seen).toEqual(['a begins', 'b begins']);
  });

  it('keeps a measured test until the others are done, and later ones until it is', async () => {
    const [company, stage] = [new Company(), new Stage()];
    void company.besideOthers(stage.body('a'));
    void measured(company, stage.body('M'));
    void measured(company, stage.body('N'));
    void company.besideOthers(stage.body('b'));
    await settle();
    expect(stage.seen).toEqual(['a begins']);
    await stage.end('a');
    expect(stage.seen).toEqual(['a begins', 'a ends', 'M begins']);
    await stage.end('M');
    expect(stage.seen.slice(3)).toEqual(['M ends', 'N begins']);
    await stage.end('N');
    expect(stage.seen.slice(5)).toEqual(['N ends', 'b begins']);
  });

  it('goes on after a test that failed, and after one that leaves twice', async () => {
    const company = new Company();
    await expect(company.besideOthers(() => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
    const leave = await company.alone();
    leave();
    leave();
    const again = await company.alone();
    again();
    await expect(company.besideOthers(() => 7)).resolves.toBe(7);
  });
});

describe('the id of a test', () => {
  it('is made of file, suites and name', () => {
    const ids = new TestIds();
    const place = { file: 'src/a.test.ts', suites: ['outer', 'inner'], name: 'works' };
    expect(ids.idOf({}, place)).toBe('src/a.test.ts::outer › inner::works');
    expect(ids.idOf({}, { ...place, suites: [] })).toBe('src/a.test.ts::works');
    expect(ids.idOf({}, { ...place, suites: [], project: 'node' })).toBe('[node] src/a.test.ts::works');
    expect(ids.idOf({}, { ...place, project: '' })).toBe('src/a.test.ts::outer › inner::works (2)');
  });

  it('is the same in each try of a test, and another for a test of the same name', () => {
    const ids = new TestIds();
    const [first, second] = [{}, {}];
    const place = { file: 'a', suites: [], name: 'x' };
    expect([first, second, first, second].map((test) => ids.idOf(test, place))).toEqual([
      'a::x',
      'a::x (2)',
      'a::x',
      'a::x (2)',
    ]);
  });
});
