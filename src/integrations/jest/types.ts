// What of jest this integration touches, as types: jest is no dependency.

import type { DoneCallback } from '../../testing/callback.js';

export interface CircusBlock {
  readonly name: string;
  readonly parent?: CircusBlock;
}

export interface CircusTest extends CircusBlock {
  fn?: CircusBody;
  readonly concurrent?: boolean;
  readonly failing?: boolean;
  /** How often it was begun, this time included. */
  readonly invocations: number;
  /** Its frames are those of the line that defines the test. */
  readonly asyncError?: { readonly stack?: string };
  timeout?: number;
}

// biome-ignore lint/suspicious/noExplicitAny: a test's context is whatever its hooks made it.
export type CircusBody = (this: any, done?: DoneCallback) => unknown;

export interface CircusEvent {
  readonly name: string;
  readonly test?: CircusTest;
}

export interface CircusState {
  readonly testTimeout: number;
}

export interface EnvironmentConfig {
  readonly projectConfig: {
    readonly rootDir: string;
    readonly displayName?: { readonly name: string };
    readonly testEnvironmentOptions: Readonly<Record<string, unknown>>;
  };
}

export interface EnvironmentContext {
  readonly testPath: string;
  readonly docblockPragmas?: Readonly<Record<string, string | readonly string[]>>;
}

export interface Environment {
  readonly global: typeof globalThis;
  setup?(): Promise<void>;
  handleTestEvent?(event: CircusEvent, state: CircusState): void | Promise<void>;
}

// biome-ignore lint/suspicious/noExplicitAny: a mix-in takes whatever its base takes.
export type EnvironmentClass = new (...args: any[]) => Environment;
