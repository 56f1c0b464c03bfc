// An index of 100,000 entries: a Map against a plain object.

const entries = 100_000;

export function map() {
  const index = new Map();
  for (let id = 0; id < entries; id += 1) index.set(id, id);
  return index.size;
}

export function mapOfStrings() {
  const index = new Map();
  for (let id = 0; id < entries; id += 1) index.set(`key ${id}`, id);
  return index.size;
}

export function object() {
  const index = {};
  for (let id = 0; id < entries; id += 1) index[`key ${id}`] = id;
  return index;
}
