// Makes a golden series of a report that `benchmem exec --json` wrote: the snapshots of its first process, with no more of
// the tables than a sentence names. Usage: node scripts/record-exec-series.mjs REPORT NAME
import { readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { root } from './lib/paths.mjs';

const shown = 3;
const [report, name] = process.argv.slice(2);
if (report === undefined || name === undefined) throw new Error('usage: record-exec-series.mjs REPORT NAME');
const [{ node, verdict, snapshots }] = JSON.parse(readFileSync(report, 'utf8')).processes;
const file = (path) => (path === '' ? '' : `/${basename(path)}`);
const lines = snapshots.map(({ unexplained_bytes, objects = [], mapped, ...rest }) => {
  const by_owner = mapped?.by_owner
    .filter(({ kind }) => kind === 'object')
    .slice(0, shown)
    .map((row) => ({ ...row, object: file(row.object) }));
  const short = objects.slice(0, shown).map((row) => ({ ...row, object: file(row.object) }));
  return JSON.stringify({ ...rest, ...(mapped && { mapped: { ...mapped, by_owner } }), objects: short });
});
const { kind, sentence } = verdict;
writeFileSync(
  `${root}/test/golden/exec-series/${name}.json`,
  `{\n"node": ${JSON.stringify(node)},\n"kind": ${JSON.stringify(kind)},\n"sentence": ${JSON.stringify(sentence)},\n"snapshots": [\n${lines.join(',\n')}\n]\n}\n`,
);
