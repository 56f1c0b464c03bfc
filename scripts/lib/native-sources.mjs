// Prints the C++ sources of the groups named on the command line, one a line, as native/sources.json lists
// them. binding.gyp reads its source lists through this. Knows no group by name.
import { readFileSync } from 'node:fs';

const listFile = new URL('../../native/sources.json', import.meta.url);
const list = JSON.parse(readFileSync(listFile, 'utf8'));

for (const group of process.argv.slice(2)) {
  const sources = list[group];
  if (!Array.isArray(sources)) throw new Error(`native/sources.json has no group named ${group}`);
  for (const source of sources) process.stdout.write(`native/${source}\n`);
}
