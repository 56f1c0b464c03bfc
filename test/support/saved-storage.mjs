// A storage of runs that nobody measured: figures with noise, and steps where the caller knows them. Same words, same bytes.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @typedef {object} StorageShape
 * @property {number} runs
 * @property {number} benchmarks
 * @property {string} [folder] The machine folder.
 * @property {number} [first] The number of the first run.
 * @property {(id: string, at: number) => string} [rename] What a benchmark is called.
 */

const start = Date.UTC(2026, 0, 1);
const hour = 3_600_000;

/** From 0 up to but without 1, the same for the same words. */
function noise(...words) {
  let hash = 2166136261;
  for (const character of words.join(' ')) hash = Math.imul(hash ^ character.charCodeAt(0), 16777619) >>> 0;
  hash = Math.imul(hash ^ (hash >>> 15), 2246822507) >>> 0;
  return ((hash ^ (hash >>> 13)) >>> 0) / 2 ** 32;
}

/** The commit of a run. */
export function commitOf(run) {
  return Array.from({ length: 5 }, (_, part) =>
    Math.floor(noise('commit', run, part) * 2 ** 32)
      .toString(16)
      .padStart(8, '0'),
  ).join('');
}

const bases = ['sort', 'parse_orig', 'parse_new', 'encode', 'join'];

/** The benchmark at a place: five methods, each with its own sizes. */
export function idAt(at) {
  const base = bases[at % bases.length];
  return `test/${base.split('_')[0]}.bench.ts::lists::${base}[n=${10 ** (1 + (Math.floor(at / bases.length) % 4))}${at < 20 ? '' : `,round=${Math.floor(at / 20)}`}]`;
}

function benchmarkAt(at, run, { runs, rename = (id) => id }) {
  const id = rename(idAt(at), at);
  const n = 10 ** (1 + (Math.floor(at / bases.length) % 4));
  // A step in memory of every fifth benchmark at 60 % of the runs, one down in every seventh at 30 %.
  const grown = at % 5 === 1 && run >= runs * 0.6 ? 1.25 : 1;
  const fallen = at % 7 === 2 && run >= runs * 0.3 ? 0.8 : 1;
  const peak = Math.round((50_000 + at * 977) * n * 0.1 * grown * fallen);
  const mean =
    (1 + at) * 1e-5 * (at % 11 === 3 && run >= runs * 0.5 ? 1.2 : 1) * (0.97 + 0.06 * noise(id, run));
  const [base] = /(?<=::)[^:[]+(?=\[)/.exec(id) ?? [id];
  return {
    group: at % 2 === 0 ? 'lists' : null,
    name: id.split('::').at(-1),
    fullname: id,
    params: at < 20 ? { n } : { n, round: Math.floor(at / 20) },
    param: null,
    options: {},
    extra_info: {
      custom_groups: { technique: base.includes('new') ? 'table' : 'scan' },
      benchmem: {
        peak_bytes: [peak, peak],
        native_peak_bytes: [Math.round(peak * 0.6), Math.round(peak * 0.6)],
        total_bytes: [peak * 2, peak * 2],
        allocations: [100 + at, 100 + at],
        retained_bytes: [0, 0],
        environment: {
          mode: 'preloaded',
          allocator: { name: 'jemalloc', version: '5.3.0' },
          node: 'v20.20.2',
          flags: {},
        },
      },
    },
    stats: {
      min: mean * 0.98,
      max: mean * 1.1,
      mean,
      median: mean,
      stddev: mean * 0.02,
      rounds: 50,
      iterations: 1,
    },
  };
}

/** One run file. `run` counts from 0. */
export function runAt(run, shape) {
  const branch = run % 10 === 9 ? 'feature/lists' : 'main';
  return {
    machine_info: {
      system: 'Linux',
      runtime: 'node',
      runtime_version: '20.20.2',
      cpu: { brand_raw: 'Example CPU 2.0', count: 8 },
    },
    commit_info: {
      id: commitOf(run),
      time: new Date(start + run * hour).toISOString(),
      dirty: false,
      branch,
      project: 'lists',
    },
    datetime: new Date(start + run * hour + hour / 2).toISOString(),
    version: '0.1.0',
    benchmem: { schema: 1, complete: true, kind: 'run' },
    benchmarks: Array.from({ length: shape.benchmarks }, (_, at) => benchmarkAt(at, run, shape)),
  };
}

/**
 * Writes the runs below `storage` and answers their files.
 * @param {string} storage
 * @param {StorageShape} shape
 */
export function writeStorage(storage, shape) {
  const { folder = 'Linux-Node-20-64bit', first = 1 } = shape;
  mkdirSync(join(storage, folder), { recursive: true });
  return Array.from({ length: shape.runs }, (_, run) => {
    const file = join(storage, folder, `${String(first + run).padStart(4, '0')}_main.json`);
    writeFileSync(file, `${JSON.stringify(runAt(run, shape))}\n`);
    return file;
  });
}
