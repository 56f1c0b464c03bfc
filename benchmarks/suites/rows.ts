// The same table in three shapes: what a choice of data structure costs. In TypeScript, as it is measured directly.

const count = 300_000;

/** An array of [id, price, stock]. */
export function tuples(): number {
  const rows: [number, number, number][] = [];
  for (let id = 0; id < count; id += 1) rows.push([id, id / 8, id % 100]);
  return rows.length;
}

/** An array of { id, price, stock }. */
export function objects(): number {
  const rows: { id: number; price: number; stock: number }[] = [];
  for (let id = 0; id < count; id += 1) rows.push({ id, price: id / 8, stock: id % 100 });
  return rows.length;
}

/** A typed array per column. */
export function columns(): number {
  const table = { id: new Int32Array(count), price: new Float64Array(count), stock: new Uint8Array(count) };
  for (let id = 0; id < count; id += 1) {
    table.id[id] = id;
    table.price[id] = id / 8;
    table.stock[id] = id % 100;
  }
  return table.id.length;
}
