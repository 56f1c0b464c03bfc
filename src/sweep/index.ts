// The public API `benchmem/sweep`: a package's versions, each in a folder of its own.
// What is not exported here may change at any time.
export { type Allocator, type Cell, cellsOf, type NodeChoice } from './cells.js';
export { type ProvisionOptions, type ProvisionStep, provision, type Venv } from './provision.js';
export { installSpecOf } from './specs.js';
export {
  RunFailed,
  type SweepFailure,
  type SweepOptions,
  type SweepStep,
  type SweepVenv,
  sweep,
} from './sweep.js';
