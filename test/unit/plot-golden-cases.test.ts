// Every view over the run files of a folder that BENCHMEM_GOLDEN_DIR names; by hand, because the folder is not part of this repository.
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { plotView, type views } from '../../src/plot/index.js';
import { readRuns } from '../../src/runfile/run.js';

const folder = process.env.BENCHMEM_GOLDEN_DIR ?? '';
const at = (path: string) => `${folder}/cases/${path}`;

describe.skipIf(folder === '' || !existsSync(folder))('the cases of another folder', () => {
  const draw = async (view: (typeof views)[number], files: string[], options = {}) =>
    plotView(view, await readRuns(files.map(at)), { metric: 'peak', ...options });

  it('scale', async () => {
    const { figure } = await draw('scaling', ['01_basic_regression/baseline.json']);
    expect(figure.data[0]).toMatchObject({
      x: [10_000, 50_000, 200_000, 500_000],
      y: [85_115, 4_634_706, 24_693_965, 64_980_254],
    });
  });
  it('compare: the worst on top', async () => {
    const { figure } = await draw('compare', [
      '01_basic_regression/baseline.json',
      '01_basic_regression/candidate.json',
    ]);
    expect(figure.data[0]?.x).toEqual([61_865_984, 24_117_248, 6_291_476, 2_097_152]);
  });
  it('sweep: missing cells are blank', async () => {
    const { figure } = await draw(
      'sweep',
      ['1.2.0', '1.3.0', 'main', 'pr'].map((name) => `15_sweep/${name}.json`),
    );
    expect(figure.data[0]?.text).toEqual([
      ['1×', '1.5×', '1.05×', '1.2×'],
      ['1×', '1.5×', '1.05×', '1.2×'],
      ['1×', '0.9×', '0.8×', '1×'],
      ['1×', '0.9×', '0.8×', '1×'],
      ['1×', '1.1×', '', ''],
      ['1×', '1.1×', '', ''],
      ['', '', '', ''],
      ['', '', '', ''],
    ]);
  });
  it('scatter drops what is not in both', async () => {
    const { ids } = await draw('scatter', ['05_missing_ids/base.json', '05_missing_ids/head.json']);
    expect(ids).toBe(1);
  });
});
