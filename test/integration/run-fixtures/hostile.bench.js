// Names that try to be something else.
import { bench, group } from 'benchmem';

group('a group', () => {
  bench('spaces and ünïcode 🦀', () => {});
  bench('brackets[x::y]', () => {});
  bench(`escape \u001b[31mred\u001b[0m\r\n::error::not a command`, () => {});
});
bench('x'.repeat(300), () => {});
bench('params', { params: { path: ['a::b', 'c[d'], on: [true], n: [0.5] } }, () => {});
