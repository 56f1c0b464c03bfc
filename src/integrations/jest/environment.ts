// Jest's environments with memory measured: jest's own for Node, and a mix-in for any other.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { BenchmemError } from '../../errors.js';
import { MeasuredFile } from './measured.js';
import type {
  CircusEvent,
  CircusState,
  Environment,
  EnvironmentClass,
  EnvironmentConfig,
  EnvironmentContext,
} from './types.js';

/**
 * The environment, with the tests in it measured where they have a limit or a report was asked for:
 * `module.exports = withMemory(require('jest-environment-jsdom').TestEnvironment)`.
 */
export function withMemory<Base extends EnvironmentClass>(base: Base): Base {
  return class extends (base as EnvironmentClass) {
    readonly #file: MeasuredFile;

    // biome-ignore lint/suspicious/noExplicitAny: a mix-in hands on whatever its base takes.
    constructor(...args: any[]) {
      super(...args);
      const [config, context] = args as [EnvironmentConfig, EnvironmentContext];
      this.#file = new MeasuredFile(config, context, () => forgetAssertions(this));
    }

    override async setup(): Promise<void> {
      await super.setup?.();
      await this.#file.readProject();
    }

    override async handleTestEvent(event: CircusEvent, state: CircusState): Promise<void> {
      await super.handleTestEvent?.(event, state);
      this.#file.handle(event, state);
    }
  } as unknown as Base;
}

// `expect.assertions(n)` counts those of one call.
function forgetAssertions({ global }: Environment): void {
  const { expect } = global as { expect?: { setState?: (state: object) => void } };
  expect?.setState?.({ assertionCalls: 0 });
}

/**
 * `testEnvironment: 'benchmem/jest'`. A constructor that answers an instance of another class, because test files load this
 * module too, and must not load an environment with it.
 */
export class MemoryEnvironment {
  constructor(config: EnvironmentConfig, context: EnvironmentContext) {
    const Measured = withMemory(nodeEnvironment(config.projectConfig.rootDir));
    // biome-ignore lint/correctness/noConstructorReturn: see above.
    return new Measured(config, context) as unknown as MemoryEnvironment;
  }
}

// Where package managers put it: beside the project's own packages, or only below jest's.
const chains: readonly (readonly string[])[] = [
  ['jest-environment-node'],
  ['jest', '@jest/core', 'jest-runner', 'jest-environment-node'],
  ['jest-cli', '@jest/core', 'jest-runner', 'jest-environment-node'],
];

function nodeEnvironment(rootDir: string): EnvironmentClass {
  for (const from of [join(rootDir, 'package.json'), import.meta.url]) {
    for (const chain of chains) {
      const found = loadThrough(from, chain);
      if (found !== undefined) return found;
    }
  }
  throw new BenchmemError(
    'MODULE_NOT_FOUND',
    `jest-environment-node cannot be found from ${rootDir}`,
    'install it, or write an environment file: module.exports = withMemory(require(…).TestEnvironment)',
  );
}

function loadThrough(from: string, chain: readonly string[]): EnvironmentClass | undefined {
  let require = createRequire(from);
  try {
    for (const name of chain.slice(0, -1)) require = createRequire(require.resolve(name));
    return (require(chain.at(-1) as string) as { TestEnvironment: EnvironmentClass }).TestEnvironment;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // It is not there: the next place is asked. Any other failure is the package's own.
    if (code === 'MODULE_NOT_FOUND' || code === 'ERR_PACKAGE_PATH_NOT_EXPORTED') return undefined;
    throw error;
  }
}
