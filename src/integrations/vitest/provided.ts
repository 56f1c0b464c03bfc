// What the plug-in hands to the processes that run tests.
import type { TestSettings } from '../../testing/settings.js';

export const providedKey = 'benchmem';

export interface Provided {
  /** Of the project's config, which those of a command stand above. */
  readonly ofProject: TestSettings;
  readonly ofPlugin: TestSettings;
  /** Vitest's own. */
  readonly version: string;
  /** Files are named from here. */
  readonly root: string;
  /** The project's, where a run has several. */
  readonly project?: string;
  /** The project has a runner of its own, so that windows hold the hooks of a test too. */
  readonly aroundHooks: boolean;
}
