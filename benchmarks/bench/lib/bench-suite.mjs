// A module of exported functions as benchmarks: a benchmark per function, with the module's `setup` where it has one.
import { bench } from 'benchmem';

export function benchSuite({ setup, ...functions }) {
  for (const [name, action] of Object.entries(functions)) {
    if (setup === undefined) bench(name, () => action());
    else bench(name, { setup }, (state) => action(state));
  }
}
