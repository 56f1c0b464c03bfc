// Repeats an isolated measurement of a workload in fresh children and tells which figures differed. Judges nothing.
import { root } from './paths.mjs';

/** FILE#EXPORT of benchmarks/suites: all that run on one thread and never await. */
export const synchronousWorkloads = [
  'buffers.mjs#churn',
  'buffers.mjs#hold',
  'buffers.mjs#concatenate',
  'json.mjs#parse',
  'json.mjs#roundTrip',
  'lightningcss.mjs#minify',
  'lightningcss.mjs#minifyWithSourceMap',
  'lmdb.mjs#writeSync',
  'map.mjs#map',
  'map.mjs#mapOfStrings',
  'map.mjs#object',
  'rows.ts#tuples',
  'rows.ts#objects',
  'scrypt.mjs#hashSync',
  'zlib.mjs#deflate',
  'zlib.mjs#inflate',
  'zlib.mjs#brotli',
  'zlib.mjs#unbrotli',
];

/** Exports that a workload's file wants to run first. */
const setups = { 'lmdb.mjs': 'setup' };

/**
 * Where a workload is: its module, its export, and what of the module runs first.
 * @param {string} name FILE#EXPORT
 * @param {string} [folder] of the package
 * @returns {{ module: string, name: string, setup?: string }}
 */
export function workloadOf(name, folder = root) {
  const [file, exportName] = name.split('#');
  const module = `${folder}/benchmarks/suites/${file}`;
  return { module, name: exportName, ...(setups[file] && { setup: setups[file] }) };
}

/** Measures it isolated, by the build in `folder`. */
export async function measureWorkload(name, repeats, folder = root) {
  const { measureMemory } = await import(`${folder}/dist/index.js`);
  const { module, name: exportName, setup } = workloadOf(name, folder);
  return measureMemory(
    { module, export: exportName },
    { isolate: true, repeats, ...(setup && { setup: { module, export: setup } }) },
  );
}

/**
 * WHY: they stand apart, because V8's worker threads free at other instants in every run, so that these differ by a few pages.
 */
const pageFields = ['mapped_peak_bytes', 'requested_at_mapped_peak_bytes'];

/**
 * Every field of every pass that was not the same in all runs, with its values; those of `pageFields` apart.
 * @param {string} name
 * @param {number} runs
 * @returns {Promise<{ varying: Record<string, number[]>, pages: Record<string, number[]>, totalBytes: number }>}
 */
export async function varyingFields(name, runs) {
  const results = [];
  for (let run = 0; run < runs; run += 1) results.push(await measureWorkload(name, 2));
  return { ...differencesOf(results), totalBytes: results[0].totalBytes };
}

/** @param {readonly { samples: readonly Record<string, number>[] }[]} results */
export function differencesOf(results) {
  const varying = {};
  const pages = {};
  const [first] = results;
  for (const [pass, sample] of first.samples.entries()) {
    for (const field of Object.keys(sample)) {
      const values = results.map((result) => result.samples[pass]?.[field]);
      const found = pageFields.includes(field) ? pages : varying;
      if (new Set(values).size > 1) found[`pass ${pass + 1} ${field}`] = values;
    }
  }
  return { varying, pages };
}
