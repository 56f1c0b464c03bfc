// What a picture of 5,000 ids costs: the page's size beside the script that it carries, and the time to make it.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { plotView, renderHtml } from '../../dist/plot/index.js';

const plotly = readFileSync(createRequire(import.meta.url).resolve('plotly.js-cartesian-dist-min'), 'utf8');
const ids = 5000;

function run(label, factor) {
  const benchmarks = Array.from({ length: ids }, (_, n) => ({
    name: `case[${n}]`,
    fullname: `src/some/folder/file.bench.ts::group::case_${n}[${n}]`,
    params: { n: n + 1 },
    extra_info: { benchmem: { peak_bytes: [1000 + n * factor], allocations: [1], total_bytes: [1000] } },
  }));
  return { path: `${label}.json`, label, file: { machine_info: {}, commit_info: {}, benchmarks } };
}

const runs = [run('a', 1), run('b', 3), run('c', 2)];
const megabytes = (text) => (Buffer.byteLength(text) / 1e6).toFixed(2);
process.stdout.write(`${ids} ids; plotly alone is ${megabytes(plotly)} MB\n`);
for (const [view, count] of [
  ['scaling', 1],
  ['scatter', 2],
  ['compare', 2],
  ['sweep', 3],
]) {
  const times = [];
  let html = '';
  for (let pass = 0; pass < 5; pass += 1) {
    const start = performance.now();
    html = renderHtml(plotView(view, runs.slice(0, count), view === 'scaling' ? { x: 'n' } : {}), { plotly });
    times.push(performance.now() - start);
  }
  process.stdout.write(`${view.padEnd(8)} ${megabytes(html)} MB  ${Math.min(...times).toFixed(0)} ms\n`);
}
