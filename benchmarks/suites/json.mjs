// JSON of 10 MB: the text is one string, what it becomes is many small objects.
import { rowsOf } from './lib/inputs.mjs';

const text = JSON.stringify(rowsOf(114_000));

export function parse() {
  return JSON.parse(text);
}

/** What a service does all day: parse, change, write again. */
export function roundTrip() {
  const rows = JSON.parse(text);
  for (const row of rows) row.active = !row.active;
  return JSON.stringify(rows).length;
}
