// What of mocha this integration touches, as types: mocha is no dependency.

// biome-ignore lint/suspicious/noExplicitAny: a test's context is whatever its hooks made it.
export type MochaBody = (this: any, done?: (error?: unknown) => void) => unknown;

export interface MochaSuite {
  readonly title: string;
  readonly root: boolean;
  readonly parent?: MochaSuite;
}

export interface MochaTest {
  readonly title: string;
  readonly parent?: MochaSuite;
  readonly file?: string;
  fn?: MochaBody | null;
  /** How many parameters the function has, once it was seen. */
  async: number;
  sync: boolean;
  readonly asyncOnly?: boolean;
  readonly state?: string;
  currentRetry(): number;
  /** The test that this one is a further try of. */
  retriedTest(): MochaTest | undefined;
  timeout(): number;
  timeout(ms: number): unknown;
}

export interface HookContext {
  readonly currentTest?: MochaTest;
}
