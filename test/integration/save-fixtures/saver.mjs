// Saves so many runs one after the other, as `benchmem run --save` does, and prints the number of each once it stands.
import { writeSync } from 'node:fs';
import { setTimeout as later } from 'node:timers/promises';
import { reserveNumber } from '../../../dist/runfile/numbering.js';
import { openRunFile } from '../../../dist/runfile/write.js';

const [name, count, first] = process.argv.slice(2);
for (let save = Number(first); save < Number(first) + Number(count); save += 1) {
  const saved = await reserveNumber(name);
  // What a run does meanwhile: it measures.
  await later(Math.random() * 3);
  const file = await openRunFile(saved.path);
  await file.write({ machine_info: {}, commit_info: {}, benchmarks: [], version: `${process.pid}/${save}` });
  await saved.release();
  writeSync(1, `${saved.number} ${process.pid}/${save}\n`);
}
