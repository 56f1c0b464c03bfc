// The example of the documentation: rows as objects and as arrays, at four sizes.
import { bench } from 'benchmem';

const sizes = [10_000, 50_000, 200_000, 500_000];

bench('objects', { params: { n: sizes } }, ({ n }) =>
  Array.from({ length: n }, (_, id) => ({ id, square: id * id })),
);
bench('pairs', { params: { n: sizes } }, ({ n }) => Array.from({ length: n }, (_, id) => [id, id * id]));
