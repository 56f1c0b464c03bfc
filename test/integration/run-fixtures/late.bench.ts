// Throws when it is measured, on a line that compiling moves.
import { bench } from 'benchmem';

interface Row {
  readonly id: number;
}

function parse(text: string): Row {
  throw new RangeError(`no row in ${text}`);
}

bench('late', () => parse('nothing'));
bench('text', () => {
  throw 'no error at all';
});
