// A window in two halves, for those who cannot pass what is measured as a function: prepare, open, end, finish.
// INVARIANT: finish(), discard() and whatever throws close the window and give the process back.
import { BenchmemError, typedNativeError } from '../../errors.js';
import type {
  NativeBinding,
  ProfilingBinding,
  ThreadFilter,
  WindowOptions,
  WindowToken,
} from '../../native/contract.js';
import { type Host, thisProcess } from '../host.js';
import type { Sample } from '../result/sample.js';
import { collectIfMuch, endForcedCollections, prepareCollector } from './collector.js';
import { hold, turn } from './exclusive.js';
import { allowForcedCollections } from './forced-collections.js';
import { ensureHooks } from './hooks.js';
import { MappedNote } from './mapped-note.js';
import { startProfile } from './profiling.js';
import { drain, drainNow, Stillness } from './settle.js';
import { closeWindow, discardWindow, openWindow } from './span.js';
import { closeTest, type TestReading, type Tier } from './test-reading.js';

export type { TestReading, Tier };

export interface TestWindowOptions {
  readonly tier: Tier;
  /** `all` unless given. */
  readonly threads?: ThreadFilter | undefined;
  /** Keeps the stack of every native allocation. */
  readonly profiled?: boolean | undefined;
  /** Gives way to any measurement that begins inside: its own figures are gone then. */
  readonly yields?: boolean | undefined;
  /** Told what those measurements came to. */
  readonly measured?: ((sample: Sample) => void) | undefined;
}

/** Steps that ask for the process to come to rest, and go on once it did. */
type Steps<T> = Generator<Stillness, T, void>;

export class TestWindow {
  readonly #host: Host;
  readonly #options: TestWindowOptions;
  readonly #isRehearsal: boolean;
  readonly #windowOptions: WindowOptions;
  readonly #before = new Stillness();
  readonly #after = new Stillness();
  readonly #mapped = new MappedNote();
  #release: (() => void) | undefined;
  #token: WindowToken | undefined;
  #hasEnded = false;
  #isProfiling = false;
  #isForcing = false;
  #gaveWay = false;
  #settleMs = 0;

  private constructor(host: Host, options: TestWindowOptions, isRehearsal = false) {
    this.#host = host;
    this.#options = options;
    this.#isRehearsal = isRehearsal;
    this.#windowOptions = { threads: options.threads ?? 'all', nearLive: this.#isNearLive && !isRehearsal };
  }

  /** Waits for its turn, and brings the process to rest as the tier says. Throws ADDON_MISSING, UNSUPPORTED_RUNTIME. */
  static async prepare(options: TestWindowOptions, host: Host = thisProcess()): Promise<TestWindow> {
    const window = new TestWindow(host, options);
    ensureHooks(host.binding);
    window.#release = await turn({ yields: window.#yields(), measured: options.measured }, host.binding);
    try {
      if (options.tier === 'full') await TestWindow.#rehearseTurns(host);
      await window.#take(window.#settling());
    } catch (error) {
      if (!window.#gaveWay) throw error;
    }
    return window;
  }

  /** The same without waiting and without a turn of the event loop. Throws WINDOW_OPEN if another measurement runs. */
  static prepareNow(options: TestWindowOptions, host: Host = thisProcess()): TestWindow {
    const window = new TestWindow(host, options);
    ensureHooks(host.binding);
    window.#release = hold({ yields: window.#yields() }, host.binding);
    window.#takeNow(window.#settling());
    return window;
  }

  /** Another measurement began inside: there are no figures of this one. */
  get gaveWay(): boolean {
    return this.#gaveWay;
  }

  /** Comes last before what is measured. Throws WINDOW_OPEN if another thread measures. */
  open(): void {
    if (this.#gaveWay) return;
    try {
      if (this.#options.profiled === true) this.#startProfile(this.#host.binding as ProfilingBinding);
      if (this.#windowOptions.nearLive === true) this.#startForcing();
      this.#token = openWindow(this.#host.binding, this.#windowOptions);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Comes first after what is measured. */
  end(): void {
    if (this.#token === undefined) return;
    try {
      this.#host.binding.drainWindow(this.#token);
      this.#hasEnded = true;
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Reads the figures; in the tier `full`, once the process has come to rest. Throws NO_WINDOW if there are none. */
  async finish(): Promise<TestReading> {
    return await this.#take(this.#finishing());
  }

  /** The same without a turn of the event loop. */
  finishNow(): TestReading {
    return this.#takeNow(this.#finishing());
  }

  /** Gives the window and the process back, without figures; at any moment, any number of times. */
  discard(): void {
    const token = this.#token;
    this.#token = undefined;
    if (token !== undefined) discardWindow(this.#host.binding, token);
    this.#giveBack();
  }

  async #take<T>(steps: Steps<T>): Promise<T> {
    try {
      for (;;) {
        const step = steps.next();
        if (step.done === true) return step.value;
        await drain(this.#host, this.#openToken, step.value, this.#isRehearsal);
      }
    } catch (error) {
      return this.#fail(error);
    }
  }

  #takeNow<T>(steps: Steps<T>): T {
    try {
      for (;;) {
        const step = steps.next();
        if (step.done === true) return step.value;
        drainNow(this.#host, this.#openToken, step.value, this.#isRehearsal);
      }
    } catch (error) {
      return this.#fail(error);
    }
  }

  // WHY: the tier `near-live` collects nothing here, because the opening of such a window collects.
  *#settling(): Steps<void> {
    const startedMs = this.#host.now();
    TestWindow.#rehearse(this.#host);
    prepareCollector(this.#host.binding);
    if (!this.#isNearLive) collectIfMuch(this.#host.binding);
    if (this.#options.tier === 'full') {
      this.#token = openWindow(this.#host.binding, { threads: this.#windowOptions.threads });
      yield this.#before;
      const token = this.#openToken;
      this.#token = undefined;
      closeWindow(this.#host.binding, token);
    }
    this.#settleMs += this.#host.now() - startedMs;
  }

  *#finishing(): Steps<TestReading> {
    if (!this.#hasEnded) throw noWindow(this.#gaveWay);
    const startedMs = this.#host.now();
    this.#mapped.note(this.#host.binding);
    if (this.#options.tier === 'full') yield this.#after;
    const reading = closeTest(this.#host.binding, this.#openToken, {
      tier: this.#options.tier,
      retainedBytes: this.#retainedBytes,
      mapped: this.#mapped.read(),
      profiled: this.#isProfiling,
    });
    this.#token = undefined;
    this.#giveBack();
    return { ...reading, settleMs: this.#settleMs + this.#host.now() - startedMs };
  }

  get #isNearLive(): boolean {
    return this.#options.tier !== 'light';
  }

  get #openToken(): WindowToken {
    if (this.#token === undefined) throw noWindow(this.#gaveWay);
    return this.#token;
  }

  get #retainedBytes(): number | undefined {
    const bytes = this.#after.nativeBytes + this.#after.jsUsedBytes - this.#before.jsUsedBytes;
    return this.#options.tier === 'full' && !Number.isNaN(bytes) ? bytes : undefined;
  }

  #yields(): (() => void) | undefined {
    if (this.#options.yields !== true) return undefined;
    return () => {
      this.#gaveWay = true;
      this.discard();
    };
  }

  // WHY: it starts before anything of the test is compiled, because what was compiled before has no lines.
  #startProfile(binding: ProfilingBinding): void {
    binding.listenToCode(true);
    startProfile(binding);
    this.#isProfiling = true;
  }

  #startForcing(): void {
    allowForcedCollections();
    this.#isForcing = true;
  }

  #giveBack(): void {
    const { binding } = this.#host;
    if (this.#isForcing) endForcedCollections(binding);
    this.#isForcing = false;
    if (this.#isProfiling) (binding as ProfilingBinding).stopProfile();
    this.#isProfiling = false;
    this.#release?.();
    this.#release = undefined;
  }

  #fail(error: unknown): never {
    this.discard();
    throw this.#gaveWay ? noWindow(true) : typedNativeError(error);
  }

  // So that code, feedback and caches of our own exist before the first window that counts.
  static #rehearse(host: Host): void {
    if (rehearsed.has(host.binding)) return;
    rehearsed.add(host.binding);
    for (let round = 0; round < rehearsals; round += 1) {
      const window = new TestWindow(host, { tier: 'full' }, true);
      window.#takeNow(window.#settling());
      window.open();
      window.end();
      window.finishNow();
    }
  }

  // The same for a window that awaits its turns.
  static async #rehearseTurns(host: Host): Promise<void> {
    if (rehearsedTurns.has(host.binding)) return;
    rehearsedTurns.add(host.binding);
    for (let round = 0; round < rehearsals; round += 1) {
      const window = new TestWindow(host, { tier: 'full' }, true);
      await window.#take(window.#settling());
      window.open();
      window.end();
      await window.finish();
    }
  }
}

const rehearsed = new WeakSet<NativeBinding>();
const rehearsedTurns = new WeakSet<NativeBinding>();
const rehearsals = 30;

function noWindow(gaveWay: boolean): BenchmemError {
  return gaveWay
    ? new BenchmemError(
        'NO_WINDOW',
        'the window gave way to a measurement that began inside it',
        'read gaveWay first: if it is true, there are no figures',
      )
    : new BenchmemError(
        'NO_WINDOW',
        'the window has not ended',
        'call open(), then end(), then finish() once',
      );
}
