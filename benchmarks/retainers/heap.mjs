// A heap of small objects, as large as HEAP_MB says; each call keeps a hundred more.
const entries = new Map();
const megabytes = Number(process.env.HEAP_MB ?? 5);
let count = 0;

function keep(objects) {
  for (let index = 0; index < objects; index += 1) {
    entries.set(count, { number: count + 0.5, parts: [{ at: count }, { at: -count }] });
    count += 1;
  }
}

// An entry with its parts, and its place in the table.
keep((megabytes * 1e6) / 250);

export function work() {
  keep(100);
}
