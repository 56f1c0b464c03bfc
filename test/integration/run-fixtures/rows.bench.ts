import { bench } from 'benchmem';

interface Row {
  readonly id: number;
  readonly name: string;
}

bench('rows', () => {
  const rows: Row[] = [];
  for (let id = 0; id < 20_000; id += 1) rows.push({ id, name: `row ${id}` });
  return rows;
});
