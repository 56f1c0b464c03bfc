// Version after version: provision, run, keep what worked, name what did not. One at a time, because times are taken.
// Knows nothing about benchmarks; what is run is the caller's.
import { BenchmemError } from '../errors.js';
import { defined } from '../shapes.js';
import { type Allocator, type Cell, cellsOf } from './cells.js';
import { nodeChoiceOf } from './nodes.js';
import { type ProvisionOptions, type ProvisionStep, provision, type Venv } from './provision.js';

export type SweepStep = ProvisionStep | 'run';

export interface SweepFailure {
  readonly label: string;
  readonly step: SweepStep;
  readonly message: string;
  /** The end of what npm, node or the run wrote. */
  readonly tail: string;
}

/** A version's folder with the cell that is measured in it. */
export interface SweepVenv extends Venv {
  /** Distinct within the sweep, and safe as a file name. */
  readonly label: string;
  readonly allocator: Allocator | undefined;
}

export interface SweepOptions extends Omit<ProvisionOptions, 'node' | 'onStep'> {
  /** Versions or paths of Node; default: this one. */
  readonly node?: readonly string[];
  readonly allocator?: readonly Allocator[];
  /** Cells for which it answers true are left out. */
  readonly skip?: (cell: Cell) => Promise<boolean>;
  readonly onCell?: (cell: Cell, index: number, total: number) => void;
  readonly onStep?: (step: SweepStep | 'node') => void;
  readonly onFailure?: (failure: SweepFailure) => void;
}

/** Fails a cell from within `run`, with the end of what a program wrote. */
export class RunFailed extends Error {
  override readonly name = 'RunFailed';
  readonly tail: string;
  constructor(message: string, tail: string) {
    super(message);
    this.tail = tail;
  }
}

/**
 * Calls `run` in every version's folder and answers the labels that failed: to install, to be isolated, or in `run` (it
 * threw). Throws USAGE before anything is installed; ABORTED after the signal.
 */
export async function sweep(
  versions: readonly string[],
  run: (venv: SweepVenv) => unknown,
  options: SweepOptions = {},
): Promise<string[]> {
  const { node: nodes = [], allocator: allocators = [], skip, onCell, onFailure, ...rest } = options;
  const choices = await Promise.all(nodes.map((spec) => nodeChoiceOf(spec, options.cwd ?? process.cwd())));
  const cells = cellsOf({ versions, nodes: choices, allocators });
  const failed: string[] = [];
  const fail = (failure: SweepFailure) => {
    failed.push(failure.label);
    onFailure?.(failure);
  };
  for (const [index, cell] of cells.entries()) {
    if (options.signal?.aborted) throw new BenchmemError('ABORTED', 'interrupted', '');
    if ((await skip?.(cell)) === true) continue;
    onCell?.(cell, index, cells.length);
    await sweepCell(cell, run, rest, fail);
  }
  return failed;
}

async function sweepCell(
  cell: Cell,
  run: (venv: SweepVenv) => unknown,
  options: Omit<SweepOptions, 'node' | 'allocator'>,
  fail: (failure: SweepFailure) => void,
): Promise<void> {
  const { label, version, allocator, node } = cell;
  let venv: Venv;
  try {
    venv = await provision(version, { ...options, ...defined({ node: node?.spec }) });
  } catch (error) {
    if (!(error instanceof BenchmemError) || error.code !== 'NOT_AVAILABLE') throw error;
    fail({ label, step: 'install', message: error.message, tail: '' });
    return;
  }
  try {
    if (venv.failedAt !== undefined) {
      fail({
        label,
        step: venv.failedAt,
        message: venv.failure?.message ?? '',
        tail: venv.failure?.tail ?? '',
      });
      return;
    }
    options.onStep?.('run');
    await run({ ...venv, label, allocator });
  } catch (error) {
    if (error instanceof BenchmemError && (error.code === 'ABORTED' || error.code === 'USAGE')) throw error;
    const { message } = error as Error;
    fail({ label, step: 'run', message, tail: error instanceof RunFailed ? error.tail : '' });
  } finally {
    await venv.dispose();
  }
}
