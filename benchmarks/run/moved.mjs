// Which series moved against another build: the headlines of every synchronous workload of benchmarks/suites, three passes each in
// isolated children. Usage: node benchmarks/run/moved.mjs --package FOLDER. Prints a markdown table of differences; judges nothing.
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { measureWorkload, synchronousWorkloads } from '../../scripts/lib/determinism.mjs';
import { runScript, SetupError } from '../../scripts/lib/run.mjs';

const headlines = {
  peak: 'peakBytes',
  allocations: 'allocations',
  native: 'native.peakBytes',
  js: 'js.peakBytes',
  allocated: 'totalBytes',
  engine: 'engine.peakBytes',
  retained: 'retainedBytes',
};

const read = (result, path) => path.split('.').reduce((value, name) => value?.[name], result);

function moved(from, to, path) {
  const by = read(to, path) - read(from, path);
  return by === 0 ? '0' : `${by > 0 ? '+' : ''}${by.toLocaleString('en-US')}`;
}

await runScript(async () => {
  const { values } = parseArgs({ options: { package: { type: 'string' } } });
  if (values.package === undefined) throw new SetupError('which build came before?', '--package FOLDER');
  const names = Object.keys(headlines);
  process.stdout.write(`| workload | ${names.join(' | ')} |\n|---|${'---|'.repeat(names.length)}\n`);
  for (const name of synchronousWorkloads) {
    const from = await measureWorkload(name, 3, resolve(values.package));
    const to = await measureWorkload(name, 3);
    const cells = Object.values(headlines).map((path) => moved(from, to, path));
    process.stdout.write(`| \`${name}\` | ${cells.join(' | ')} |\n`);
  }
});
