// What a picture of 5,000 ids costs: the page's size beside the script that it carries, the time to make it, and the time
// that a browser takes to draw it beside plotly alone. `--check` exits 1 where drawing takes more than its limit.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';
import { plotView, renderHtml } from '../../dist/plot/index.js';
import { drawingTimes } from './drawing.mjs';

// WHY: the limit is wide, because labels are drawn twice, and a page that is drawn ten times as slowly would still be seen.
const mostTimesPlotly = 8;
const { values: options } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
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
const pages = [];
for (const [view, count] of [
  ['scaling', 1],
  ['scatter', 2],
  ['compare', 2],
  ['sweep', 3],
]) {
  const times = [];
  let html = '';
  let plot;
  for (let pass = 0; pass < 5; pass += 1) {
    const start = performance.now();
    plot = plotView(view, runs.slice(0, count), view === 'scaling' ? { x: 'n' } : {});
    html = renderHtml(plot, { plotly });
    times.push(performance.now() - start);
  }
  process.stdout.write(`${view.padEnd(8)} ${megabytes(html)} MB  ${Math.min(...times).toFixed(0)} ms\n`);
  pages.push({ name: view, html, figure: plot.figure });
}
for (const { name, own, alone } of await drawingTimes(pages, plotly)) {
  const ratio = own / alone;
  const isSlow = ratio > mostTimesPlotly;
  if (isSlow && options.check) process.exitCode = 1;
  const limit = isSlow ? `, above the limit of ${mostTimesPlotly}` : '';
  process.stdout.write(
    `${name.padEnd(8)} drawn in ${own.toFixed(0)} ms, ${ratio.toFixed(1)} times plotly alone${limit}\n`,
  );
}
