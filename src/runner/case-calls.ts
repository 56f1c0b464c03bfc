// In a child: one case's set-up, action and tear-down as plain calls, with the context that its functions share.
// INVARIANT: each state is torn down once, before the next one is built.
import { setupFailed } from '../engine/child/inside/calls.js';
import type { Call } from '../engine/window/span.js';
import { describeError } from '../error-text.js';
import { BenchmemError } from '../errors.js';
import { type BenchContext, type ExtraInfo, isExtraInfo } from './bench-options.js';
import type { Case } from './cases.js';
import type { TimedCalls } from './timing-loop.js';

export class CaseCalls implements TimedCalls {
  readonly action: Call;
  /** What the action gets after its state. */
  readonly args: readonly unknown[];
  readonly hasSetup: boolean;
  readonly #case: Case;
  readonly #extraInfo: ExtraInfo = {};
  #state: unknown;
  #standing = false;

  constructor(found: Case) {
    this.#case = found;
    this.action = found.definition.action as Call;
    this.hasSetup = found.definition.options.setup !== undefined;
    const context: BenchContext = { id: found.localId, extraInfo: this.#extraInfo };
    this.args = [found.values, context];
  }

  /** Tears down what stands, and builds the next state. Throws SETUP_FAILED, TEARDOWN_FAILED. */
  readonly setup = async (): Promise<unknown> => {
    await this.teardown();
    const { setup } = this.#case.definition.options;
    try {
      this.#standing = true;
      this.#state = await (setup as Call)(...this.args);
      return this.#state;
    } catch (cause) {
      this.#standing = false;
      throw setupFailed(`of ${JSON.stringify(this.#case.localId)}`, cause);
    }
  };

  /** Notes that a round without a set-up begins, so that its tear-down is due. */
  begin(): void {
    this.#standing = true;
  }

  /** Throws TEARDOWN_FAILED. */
  readonly teardown = async (): Promise<void> => {
    if (!this.#standing) return;
    this.#standing = false;
    const state = this.#state;
    this.#state = undefined;
    const { teardown } = this.#case.definition.options;
    if (teardown === undefined) return;
    try {
      await (teardown as Call)(state, ...this.args);
    } catch (cause) {
      throw new BenchmemError(
        'TEARDOWN_FAILED',
        `the teardown of ${JSON.stringify(this.#case.localId)} threw: ${describeError(cause).message}`,
        'see the cause',
        { cause },
      );
    }
  };

  /** What the benchmark set in `context.extraInfo`. Throws ACTION_FAILED for what is not a scalar. */
  readonly notes = (): ExtraInfo => {
    if (isExtraInfo(this.#extraInfo)) return this.#extraInfo;
    throw new BenchmemError(
      'ACTION_FAILED',
      `${JSON.stringify(this.#case.localId)} set something in context.extraInfo that is not a scalar, or is called benchmem`,
      'set texts, finite numbers, booleans or null',
    );
  };
}
