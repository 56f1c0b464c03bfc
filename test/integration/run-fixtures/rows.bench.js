import { bench } from 'benchmem';

bench('rows', () => {
  const rows = [];
  for (let id = 0; id < 20_000; id += 1) rows.push({ id, name: `row ${id}` });
  return rows;
});
