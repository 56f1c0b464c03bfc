import { bench } from 'benchmem';

const size: number = 10;

bench('same', () => new Array(size));

bench('same', () => new Array(size + 1));
