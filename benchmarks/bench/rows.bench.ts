import { bench } from 'benchmem';
import { columns, objects, tuples } from '../suites/rows.ts';

bench('tuples', () => tuples());
bench('objects', () => objects());
bench('columns', () => columns());
